// An episode, step by step: what was seen, what could be done, what was done,
// and what it was worth.

import { h, put, link, copy, toast, say, append } from '../dom.js';
import { get, runPath, once } from '../api.js';
import { to, go, replace, bind, detail, rowOf } from '../state.js';
import { signed, clip } from '../format.js';
import { actionText } from '../parts.js';
import { heat, scale } from '../color.js';
import { filtersOf } from '../filters.js';
import { choice, picker, fetchCredit, stored } from '../credit.js';
import { scene, observation, asText } from '../scene/scene.js';
import { openFork } from '../fork.js';
import { header, endText, findFailure } from '../episode/head.js';
import { strip } from '../episode/strip.js';
import { decision } from '../episode/decision.js';

export async function episodePage(box, { params, run, alive }) {
  const id = params.get('id') || '';
  const [info, ep] = await Promise.all([detail(run), once((rowOf(run) || {}).version, `${runPath(run)}/episode`, { id })]);
  const last = ep.final ? ep.steps.length : ep.steps.length - 1;
  const asked = params.get('t');
  const st = {
    t: Math.max(0, Math.min(last, asked === null || asked === '' ? 0 : Number(asked) || 0)),
    view: 'scene',
    credit: choice(info, params),
    adv: null,
    ret: null,
    note: '',
    why: false,
  };
  const el = {
    steps: h('ol', { class: 'steps', role: 'listbox', 'aria-label': 'Steps', tabindex: 0 }),
    strip: h('div', { class: 'strip' }),
    seen: h('section', { class: 'panel seen', 'aria-label': 'What the agent saw' }),
    side: h('div', { class: 'side' }),
    note: h('p', { class: 'muted credit-note' }),
  };
  document.title = `${clip(ep.goal || ep.id, 40)} · gym replay`;
  const hasStored = ep.steps.some((x) => x.advantages && Object.keys(x.advantages).length);

  const select = (t, focus) => {
    st.t = Math.max(0, Math.min(last, t));
    replace({ t: st.t });
    draw();
    if (focus) el.steps.focus({ preventScroll: true });
    const step = ep.steps[st.t];
    say(step ? `step ${st.t}: ${actionText(step)}` : 'the end');
  };
  const nextFailure = () => findFailure(run, ep, filtersOf(run));
  const fork = () =>
    info.fork && info.fork.able
      ? openFork({ run, ep, info, t: Math.min(st.t, ep.steps.length - 1), credit: st.credit })
      : toast(`No branch can be made here: ${(info.fork && info.fork.why) || 'the environment cannot be opened'}`);
  const script = async () => {
    try {
      copy((await get(`${runPath(run)}/script`, { id })).text, 'Script for gym play');
    } catch (e) {
      toast(e.message);
    }
  };

  put(
    box,
    header({ run, ep, info, fork, script, nextFailure }),
    credits(),
    el.note,
    ep.steps.length
      ? h(
          'div',
          { class: 'episode-grid' },
          h('section', { class: 'panel steps-panel', 'aria-label': 'Timeline' }, el.steps),
          el.seen,
          el.side,
        )
      : h(
          'div',
          { class: 'state' },
          h('p', { class: 'what' }, 'No step was taken.'),
          h('p', {}, ep.error || 'The episode was lost before its first action.'),
        ),
  );

  function credits() {
    return h(
      'section',
      { class: 'panel strip-panel', 'aria-label': 'Credit by step' },
      h(
        'div',
        { class: 'panel-head' },
        picker(info, st.credit, loadCredit, hasStored),
        h(
          'span',
          { class: 'legend' },
          h('i', { class: 'pos' }),
          'better than expected ',
          h('i', { class: 'neg' }),
          'worse ',
          h('i', { class: 'dot' }),
          'reward',
        ),
      ),
      el.strip,
    );
  }

  async function loadCredit() {
    st.note = '';
    if (st.credit.method === stored) {
      st.adv = ep.steps.map((x) => Object.values(x.advantages || {})[0] ?? null);
      st.ret = null;
      st.note = `As stored by training: ${[...new Set(ep.steps.flatMap((x) => Object.keys(x.advantages || {})))].join(', ')}`;
      draw();
      return;
    }
    try {
      const c = await fetchCredit(run, ep.group, st.credit);
      if (!alive()) return;
      const i = c.episodes.indexOf(ep.id),
        out = (c.excluded || []).find((x) => x.id === ep.id);
      st.adv = i >= 0 ? c.advantage[i] : null;
      st.ret = i >= 0 ? c.return[i] : null;
      st.note = out
        ? `No credit for this episode: ${out.why}`
        : i < 0 && ep.fork
          ? 'A branch made in the viewer gets no credit: it is not part of what was trained on.'
          : c.note || '';
    } catch (e) {
      st.adv = st.ret = null;
      st.note = `No credit by ${st.credit.method}: ${e.message}`;
    }
    if (alive()) draw();
  }

  function draw() {
    el.note.textContent = st.note;
    el.note.hidden = !st.note;
    put(el.strip, strip(ep, st, select));
    drawSteps();
    drawSeen();
    put(el.side, decision({ run, ep, info, st, again: draw, alive }));
  }

  function drawSteps() {
    const top = scale([st.adv]),
      kids = new Map();
    for (const c of ep.children || []) kids.set(c.fork_at, [...(kids.get(c.fork_at) || []), c]);
    if (!el.steps.firstChild)
      append(
        el.steps,
        [...ep.steps.keys(), ...(ep.final ? [ep.steps.length] : [])].map((t) =>
          h('li', { role: 'option', id: `step-${t}`, onclick: () => select(t) }),
        ),
      );
    [...el.steps.children].forEach((li, t) => {
      const step = ep.steps[t],
        here = t === st.t,
        adv = st.adv && st.adv[t];
      li.className = [
        'step',
        here && 'at',
        step && step.invalid && 'refused',
        ep.parent && step && t < (ep.fork_at || 0) && 'shared',
        ep.parent && t === (ep.fork_at || 0) && 'forked',
      ]
        .filter(Boolean)
        .join(' ');
      li.setAttribute('aria-selected', String(here));
      put(
        li,
        h('span', { class: 'step-t' }, step ? t : '■'),
        h('span', { class: 'step-what' }, step ? actionText(step) : endText(ep)),
        step && step.reward ? h('span', { class: 'step-r' }, signed(step.reward)) : null,
        step && adv !== null && adv !== undefined
          ? h(
              'span',
              { class: 'step-a heat', style: heat(adv, top), title: `advantage ${signed(adv)}` },
              signed(Number(adv.toPrecision(2))),
            )
          : null,
        (kids.get(t) || []).map((k) =>
          link(
            to('episode', { run, id: k.id, t }),
            {
              class: 'branch',
              title: `branch ${k.id}`,
              'aria-label': `Branch ${k.id}`,
              tabindex: -1,
              onclick: (e) => e.stopPropagation(),
            },
            '⑂',
          ),
        ),
      );
    });
    el.steps.setAttribute('aria-activedescendant', `step-${st.t}`);
    const at = el.steps.children[st.t];
    if (at && box.isConnected) {
      const r = at.getBoundingClientRect(),
        R = el.steps.getBoundingClientRect();
      if (r.top < R.top || r.bottom > R.bottom) el.steps.scrollTop += r.top - R.top - R.height / 3;
      if (r.left < R.left || r.right > R.right) el.steps.scrollLeft += r.left - R.left - R.width / 3;
    }
  }

  function drawSeen() {
    const o = observation(ep, st.t),
      drawn = o && scene(ep, st.t);
    const seg = drawn
      ? h(
          'div',
          { class: 'seg', role: 'group', 'aria-label': 'Show as' },
          [
            ['scene', 'Page'],
            ['text', 'Text'],
          ].map(([v, text]) =>
            h(
              'button',
              {
                type: 'button',
                'aria-pressed': String(st.view === v),
                onclick: () => {
                  st.view = v;
                  drawSeen();
                },
              },
              text,
            ),
          ),
        )
      : null;
    put(
      el.seen,
      h(
        'div',
        { class: 'panel-head' },
        h(
          'h2',
          {},
          st.t < ep.steps.length ? `Step ${st.t}` : 'After the last step',
          o && o.place ? h('span', { class: 'muted' }, ` · ${o.place}${o.focus ? ` · ${o.focus}` : ''}`) : null,
        ),
        seg,
      ),
      h(
        'div',
        { class: 'panel-body' },
        !o ? h('p', { class: 'muted' }, 'Nobody looked.') : drawn && st.view === 'scene' ? drawn : asText(o),
      ),
    );
  }

  const step = (by) => select(st.t + by, true);
  bind('Episode', [
    [['j', 'ArrowDown', 'ArrowRight'], 'next step', () => step(1)],
    [['k', 'ArrowUp', 'ArrowLeft'], 'step before', () => step(-1)],
    ['Home', 'first step', () => select(0, true)],
    ['End', 'the end', () => select(last, true)],
    ['n', 'next failure', nextFailure],
    [']', 'next episode', () => ep.next && go('episode', { run, id: ep.next })],
    ['[', 'episode before', () => ep.prev && go('episode', { run, id: ep.prev })],
    [
      'w',
      'why this credit',
      () => {
        st.why = !st.why;
        draw();
      },
    ],
    ['f', 'fork from here', fork],
    ['c', 'copy as a script for gym play', script],
    [
      'v',
      'page or text',
      () => {
        st.view = st.view === 'text' ? 'scene' : 'text';
        drawSeen();
      },
    ],
    ['g', 'the group', () => go('group', { run, id: ep.group })],
    ['u', 'up to the group', () => go('group', { run, id: ep.group })],
    ['l', 'back to the list', () => go('episodes', { run, ...filtersOf(run) })],
  ]);
  draw();
  loadCredit();
  return {
    shown: () => {
      draw();
      el.steps.focus({ preventScroll: true });
    },
  };
}
