// Fork from a step: pick another action, one after the other, or let a policy
// go on, look at the branch beside what happened, and keep it.

import { h, put, dialog, loading, failed, select, field, toast } from './dom.js';
import { get, post, runPath, once } from './api.js';
import { go, detail, rowOf, refreshRuns } from './state.js';
import { num, signed, plural } from './format.js';
import { outcomeChip } from './parts.js';

export function openFork({ run, ep, info, t }) {
  const st = { actions: [], policy: '', answer: null, busy: false, find: '' };
  const list = h('div', { class: 'fork-list' }),
    branch = h('div', { class: 'fork-branch' }),
    status = h('p', { class: 'fork-status', role: 'status' });
  const players = (names) => [['', 'nobody: stop there'], ...names.map((p) => [p, p])];
  const who = select(players(info.fork.policies || []), '', (v) => {
    st.policy = v;
    send(false);
  });
  const seed = h('input', { type: 'number', value: 1, min: 0, class: 'seed', 'aria-label': 'Seed of the policy' });
  const keep = h('button', { type: 'button', class: 'main', onclick: () => send(true) }, 'Keep the branch');
  const undo = h(
    'button',
    {
      type: 'button',
      onclick: () => {
        st.actions.pop();
        st.answer = null;
        start();
      },
    },
    'Take back',
  );
  const box = dialog(
    `Fork from step ${t}`,
    h('p', {}, 'Instead of ', h('code', {}, ep.steps[t].action), ':'),
    h('div', { class: 'fork-cols' }, h('div', {}, list), h('div', {}, branch)),
    h(
      'div',
      { class: 'bar fork-foot' },
      field('Then goes on', who),
      field('seed', seed),
      undo,
      h('span', { class: 'push' }, keep),
    ),
    status,
  );
  box.classList.add('wide');

  function drawList(next) {
    const free = h('input', { type: 'text', placeholder: 'or type an action', 'aria-label': 'Another action', class: 'free' });
    const items = h('ol', { class: 'choice-list' });
    const options = next ? [...(next.admissible || []), ...(next.forms || []).flatMap((f) => f.candidates || [])] : [];
    const templates = next ? (next.forms || []).map((f) => f.template) : [];
    const fill = () =>
      put(
        items,
        options
          .filter((o) => `${o.action} ${o.desc || ''}`.toLowerCase().includes(st.find.toLowerCase()))
          .slice(0, 120)
          .map((o) =>
            h(
              'li',
              { class: o.taken ? 'took' : null },
              h(
                'button',
                { type: 'button', class: 'plain pick-action', disabled: st.busy, onclick: () => pick(o.action) },
                o.action,
              ),
              o.prob !== undefined ? h('span', { class: 'muted' }, `${(100 * o.prob).toFixed(1)} %`) : null,
              o.taken ? h('span', { class: 'muted' }, 'what was done') : null,
              o.desc ? h('small', { class: 'muted' }, o.desc) : null,
            ),
          ),
      );
    fill();
    const refocus = box.contains(document.activeElement) && !document.activeElement.matches('select, input');
    put(
      list,
      next
        ? [
            options.length > 12
              ? h('input', {
                  type: 'search',
                  value: st.find,
                  placeholder: `filter ${plural(options.length, 'action')}`,
                  'aria-label': 'Filter actions',
                  oninput: (e) => {
                    st.find = e.target.value;
                    fill();
                  },
                })
              : null,
            items,
            h(
              'form',
              {
                class: 'buttons',
                onsubmit: (e) => {
                  e.preventDefault();
                  if (free.value.trim()) pick(free.value.trim());
                },
              },
              free,
              h('button', { type: 'submit' }, 'Do'),
            ),
            templates.length
              ? h(
                  'p',
                  { class: 'muted' },
                  'Forms: ',
                  templates.map((f) => [
                    h(
                      'button',
                      {
                        type: 'button',
                        class: 'plain',
                        onclick: () => {
                          free.value = f.replace(/<[^>]*>/, '');
                          free.focus();
                        },
                      },
                      f,
                    ),
                    ' ',
                  ]),
                )
              : null,
          ]
        : h('p', { class: 'muted' }, 'The branch has come to its end. Keep it, or take the last action back.'),
    );
    if (refocus) (list.querySelector('.pick-action') || keep).focus();
  }

  function drawBranch() {
    const b = st.answer && st.answer.episode;
    const cell = (step) =>
      step
        ? [
            h('span', { class: 'mono' }, step.action),
            step.reward ? h('span', { class: 'step-r' }, ` ${signed(step.reward)}`) : null,
            step.invalid ? h('span', { class: 'bad' }, ' refused') : null,
          ]
        : '';
    const n = Math.max(ep.steps.length, b ? b.steps.length : 0);
    put(
      branch,
      h(
        'table',
        { class: 'rows fork-table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 't'),
            h('th', { scope: 'col' }, 'as it was'),
            h('th', { scope: 'col' }, 'the branch'),
          ),
        ),
        h(
          'tbody',
          {},
          [...Array(n).keys()]
            .filter((i) => i >= Math.max(0, t - 1))
            .map((i) =>
              h(
                'tr',
                { class: i < t ? 'same' : null },
                h('td', { class: 'num' }, i),
                h('td', {}, cell(ep.steps[i])),
                h('td', {}, b ? cell(b.steps[i]) : i < t ? cell(ep.steps[i]) : ''),
              ),
            ),
        ),
        h(
          'tfoot',
          {},
          h(
            'tr',
            {},
            h('th', {}),
            h('td', {}, outcomeChip(ep), ` return ${num(ep.return)}`),
            h(
              'td',
              {},
              b
                ? [st.answer.done ? outcomeChip(b) : h('span', { class: 'chip' }, 'goes on'), ` return ${num(b.return)}`]
                : 'pick an action',
            ),
          ),
        ),
      ),
    );
    keep.disabled = st.busy || !st.answer;
    undo.disabled = st.busy || !st.actions.length;
  }

  function pick(action) {
    st.actions.push(action);
    st.find = '';
    send(false);
  }

  async function send(store) {
    if (!st.actions.length && !st.policy) {
      st.answer = null;
      drawBranch();
      return;
    }
    st.busy = true;
    status.textContent = store ? 'Keeping the branch …' : 'Playing …';
    drawBranch();
    try {
      const answer = await post(`${runPath(run)}/fork`, {
        id: ep.id,
        step: t,
        actions: st.actions,
        policy: st.policy || undefined,
        seed: Number(seed.value) || 0,
        store,
      });
      if (!box.isConnected) return;
      st.answer = answer;
      status.textContent =
        answer.exact === false ? 'The replay saw something else than was recorded: other data or another version.' : '';
      if (store) {
        await refreshRuns().catch(() => null); // the run has grown by the branch
        box.close();
        toast('The branch is kept as an episode of its own.');
        go('episode', { run, id: answer.episode.id, t });
        return;
      }
    } catch (e) {
      if (!box.isConnected) return;
      status.textContent = e.message;
      if (!store) st.actions.pop();
    }
    st.busy = false;
    drawList(st.answer ? (st.answer.done ? null : st.answer.next) : first);
    drawBranch();
  }

  let first = null;
  async function start() {
    put(list, loading('what could be done'));
    drawBranch();
    if (st.actions.length || st.policy) {
      send(false);
      return;
    }
    try {
      first = first || (await get(`${runPath(run)}/options`, { id: ep.id, step: t }));
      if (first.policies) who.replaceChildren(...select(players(first.policies), '', () => {}).children); // those of the episode's own environment
      drawList(first);
    } catch (e) {
      put(list, failed('No branch can be made here.', e, start));
    }
  }
  start();
}

// forkDialog is openFork where only the names of episode and step are at hand.
async function forkDialog({ run, id, step }) {
  try {
    const [info, ep] = await Promise.all([detail(run), once((rowOf(run) || {}).version, `${runPath(run)}/episode`, { id })]);
    openFork({ run, ep, info, t: step });
  } catch (e) {
    toast(e.message);
  }
}

// forkButton offers it, where it can be done at all.
export const forkButton = ({ run, id, t, info }) =>
  info.fork && info.fork.able
    ? h('button', { type: 'button', onclick: () => forkDialog({ run, id, step: t }) }, 'Fork from here')
    : null;
