// Tool calls: what was called with which arguments, and what came back. Where
// both the text before and after are JSON objects, what changed is marked.

import { h } from '../dom.js';
import { observation } from './scene.js';

// toolTurn draws the result that observation t brought and the calls made upon
// it; null for environments without tool calls.
export function toolTurn(episode, t) {
  const o = observation(episode, t),
    step = episode.steps[t],
    before = episode.steps[t - 1];
  if (!o || (!(step && step.calls) && !(before && before.calls))) return null;
  return h(
    'div',
    { class: 'tools' },
    before && before.calls ? before.calls.map((c) => call(c, 'called before')) : null,
    h(
      'div',
      { class: 'tool-result' },
      h('h4', {}, t === 0 ? 'Task' : 'Result'),
      result(o.text, before && before.observation.text),
    ),
    step && step.calls ? step.calls.map((c) => call(c, 'calls now', true)) : null,
  );
}

function call(c, when, taken) {
  const args = c.args && typeof c.args === 'object' ? Object.entries(c.args) : [['', c.args]];
  return h(
    'div',
    { class: ['tool-call', taken && 'taken'] },
    h('div', {}, h('span', { class: 'muted' }, `${when} `), h('code', {}, c.name)),
    h(
      'dl',
      {},
      args.map(([k, v]) => [h('dt', {}, k), h('dd', {}, h('code', {}, typeof v === 'string' ? v : JSON.stringify(v, null, 1)))]),
    ),
  );
}

function object(text) {
  try {
    const v = JSON.parse(text);
    return v && typeof v === 'object' ? v : null;
  } catch {
    return null;
  }
}

function flat(v, path, out) {
  if (v && typeof v === 'object') for (const [k, x] of Object.entries(v)) flat(x, path ? `${path}.${k}` : k, out);
  else out.set(path, JSON.stringify(v));
  return out;
}

function result(text, old) {
  const now = object(text);
  if (!now) return h('pre', {}, text);
  const was = old && object(old) ? flat(object(old), '', new Map()) : null;
  const rows = [...flat(now, '', new Map())].slice(0, 400);
  return h(
    'table',
    { class: 'state-diff' },
    h(
      'tbody',
      {},
      rows.map(([k, v]) => {
        const change = !was ? '' : !was.has(k) ? 'new' : was.get(k) !== v ? 'changed' : '';
        return h(
          'tr',
          { class: change || null },
          h('th', { scope: 'row' }, k),
          h(
            'td',
            {},
            change === 'changed' ? [h('del', {}, was.get(k)), ' '] : null,
            v,
            change ? h('span', { class: 'visually-hidden' }, ` (${change})`) : null,
          ),
        );
      }),
    ),
  );
}
