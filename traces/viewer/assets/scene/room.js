// ALFWorld's rooms: what the agent knows at a step, put together from all it
// has been told until then: the receptacles, what lies in them, where it is and
// what it holds. It is the agent's knowledge, not the world's state.

import { h } from '../dom.js';
import { observation } from './scene.js';
import { clip } from '../format.js';

// know replays what observations 0 to t and the actions between them tell.
function know(episode, t) {
  const k = { places: new Map(), held: [], at: '', done: new Map(), lamps: new Set(), said: '' };
  for (let i = 0; i <= t; i++) {
    const o = observation(episode, i);
    if (!o) break;
    read(k, o.text);
    if (o.focus && k.places.has(o.focus)) k.at = o.focus;
  }
  return k;
}

const list = (text) =>
  /^nothing/.test(text)
    ? []
    : text
        .replace(/\.$/, '')
        .split(/, and |, | and /)
        .map((x) => x.replace(/^and /, '').replace(/^an? /, '').trim())
        .filter(Boolean);

const place = (k, name) => {
  if (!k.places.has(name)) k.places.set(name, { name, things: [], seen: false, open: null });
  return k.places.get(name);
};

const rules = [
  [/Looking quickly around you, you see ([^\n]*)\./, (k, m) => list(m[1]).forEach((n) => place(k, n))],
  [
    /You arrive at ([^.]+)\./,
    (k, m) => {
      k.at = m[1];
      place(k, m[1]);
    },
  ],
  [
    /(?:^|\s)The ([a-z]+ \d+) is closed\./,
    (k, m) => {
      const p = place(k, m[1]);
      p.open = false;
      p.checked = true;
    },
  ],
  [
    /(?:^|\s)The ([a-z]+ \d+) is open\./,
    (k, m) => {
      place(k, m[1]).open = true;
    },
  ],
  [
    /The ([a-z]+ \d+) is open\. In it, you see ([^\n]*)/,
    (k, m) => {
      const p = place(k, m[1]);
      p.seen = true;
      p.things = list(m[2]);
    },
  ],
  [
    /On the ([a-z]+ \d+), you see ([^\n]*)/,
    (k, m) => {
      const p = place(k, m[1]);
      p.seen = true;
      p.things = list(m[2]);
    },
  ],
  [
    /You close the ([a-z]+ \d+)\./,
    (k, m) => {
      place(k, m[1]).open = false;
    },
  ],
  [
    /You pick up the (.+) from the ([a-z]+ \d+)\./,
    (k, m) => {
      k.held.push(m[1]);
      const p = place(k, m[2]);
      p.things = p.things.filter((x) => x !== m[1]);
    },
  ],
  [
    /You (?:move|put) the (.+) (?:to|in\/on) the ([a-z]+ \d+)\./,
    (k, m) => {
      k.held = k.held.filter((x) => x !== m[1]);
      const p = place(k, m[2]);
      p.seen = true;
      p.things.push(m[1]);
    },
  ],
  [
    /You (heat|cool|clean) the (.+) using the/,
    (k, m) => k.done.set(m[2], [...(k.done.get(m[2]) || []), { heat: 'hot', cool: 'cold', clean: 'clean' }[m[1]]]),
  ],
  [/You sliced the (.+) with the/, (k, m) => k.done.set(m[1], [...(k.done.get(m[1]) || []), 'sliced'])],
  [/You turn on the ([a-z]+ \d+)\./, (k, m) => k.lamps.add(m[1])],
  [
    /You are carrying: ([^\n]*)/,
    (k, m) => {
      k.held = list(m[1]);
    },
  ],
  [
    /You are not carrying anything/,
    (k) => {
      k.held = [];
    },
  ],
];

function read(k, text) {
  k.said = text;
  for (const [rule, act] of rules) {
    const m = text.match(rule);
    if (m) act(k, m);
  }
}

// room draws the knowledge at observation t; null before anything is known.
export function room(episode, t) {
  const k = know(episode, t);
  if (k.places.size === 0) return null;
  const step = episode.steps[t],
    action = step ? step.action : '';
  const words = new Set(episode.goal.toLowerCase().match(/[a-z]+/g) || []);
  const wanted = (name) => words.has(name.split(' ')[0].toLowerCase());
  const places = [...k.places.values()].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const thing = (name) =>
    h(
      'span',
      { class: ['thing', wanted(name) && 'wanted', mentions(action, name) && 'taken'] },
      name,
      (k.done.get(name) || []).map((d) => h('em', {}, ` ${d}`)),
      k.lamps.has(name) && h('em', {}, ' on'),
    );
  const known = (p) => p.seen || p.open === false;
  const card = (p) =>
    h(
      'div',
      {
        class: [
          'spot',
          p.name === k.at && 'here',
          !known(p) && 'unknown',
          p.things.length > 3 && 'full',
          wanted(p.name) && 'goal',
          mentions(action, p.name) && 'taken',
        ],
        title: known(p) ? null : 'not visited yet',
      },
      h(
        'div',
        { class: 'spot-name' },
        p.name,
        p.name === k.at && h('span', { class: 'visually-hidden' }, ' (the agent is here)'),
        !known(p) && h('span', { class: 'visually-hidden' }, ' (not visited yet)'),
        p.open === false
          ? h('small', {}, 'closed')
          : p.seen && !p.things.length
            ? h('small', {}, 'empty')
            : p.open
              ? h('small', {}, 'open')
              : null,
      ),
      p.things.length ? h('div', { class: 'things' }, p.things.map(thing)) : null,
    );
  const said = k.said.split('\n\n').filter((x) => !x.startsWith('-=') && !x.startsWith('You are in the middle') && x.trim());
  return h(
    'div',
    { class: 'room' },
    h('div', { class: 'room-said' }, said.length ? clip(said.join(' '), 600) : 'You are in the middle of a room.'),
    h(
      'div',
      { class: 'room-hand' },
      h('span', { class: 'muted' }, 'In hand'),
      k.held.length ? k.held.map(thing) : h('span', { class: 'muted' }, 'nothing'),
      h('span', { class: 'muted' }, 'At'),
      h('b', {}, k.at || 'the middle of the room'),
    ),
    h('div', { class: 'room-map' }, places.map(card)),
    h(
      'p',
      { class: 'room-key muted' },
      'Dashed: not visited yet. Underlined or yellow: named by the goal. Outlined: what the next action is about.',
    ),
  );
}

// mentions reports whether the action names the thing as a whole: "mug 1" is
// not in "mug 12".
function mentions(action, name) {
  const i = action.indexOf(name);
  return i >= 0 && !/\d/.test(action[i + name.length] || '');
}
