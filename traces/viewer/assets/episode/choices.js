// What could have been done at a step.

import { h, put, loading, failed, append } from '../dom.js';
import { runPath, once } from '../api.js';
import { rowOf } from '../state.js';
import { int, plural } from '../format.js';

// choices lists what could be done: as recorded with the policy's
// probabilities, or else found by replaying the episode.
export function choices({ run, ep, st, step, info, alive }) {
  const body = h('div', { class: 'panel-body options' });
  const head = h('div', { class: 'panel-head' }, h('h2', {}, 'What could be done'));
  const t = st.t;
  const show = (options, note) => {
    const list = options.map((o) => ({ ...o, taken: o.taken || o.action === step.action }));
    if (list.some((o) => o.prob !== undefined)) list.sort((a, b) => (b.prob ?? -1) - (a.prob ?? -1));
    put(
      body,
      note,
      h(
        'ol',
        { class: 'choice-list' },
        list
          .slice(0, 80)
          .map((o) =>
            h(
              'li',
              { class: o.taken ? 'took' : null },
              h('span', { class: 'choice-p' }, o.prob === undefined ? '' : `${(100 * o.prob).toFixed(o.prob < 0.1 ? 1 : 0)}`),
              h('i', { class: 'choice-bar', style: { '--w': `${100 * (o.prob || 0)}%` } }),
              h(
                'span',
                { class: 'choice-a' },
                o.action,
                o.taken && h('span', { class: 'visually-hidden' }, ' (taken)'),
                o.desc ? h('small', {}, ` ${o.desc}`) : null,
              ),
            ),
          ),
      ),
      list.length > 80 ? h('p', { class: 'muted' }, `and ${int(list.length - 80)} more`) : null,
    );
    put(head, h('h2', {}, 'What could be done'), h('span', { class: 'muted' }, plural(list.length, 'action')));
  };
  const replay = async () => {
    put(body, loading('the actions'));
    try {
      const o = await once((rowOf(run) || {}).version, `${runPath(run)}/options`, { id: ep.id, step: t });
      if (!alive() || !body.isConnected) return;
      show(
        [...o.admissible, ...(o.forms || []).flatMap((f) => [{ action: f.template }, ...(f.candidates || [])])],
        [
          o.exact
            ? null
            : h(
                'p',
                { class: 'bad' },
                'The replay saw something else than was recorded: other data or another version. Do not trust this list.',
              ),
          (o.hint || []).length
            ? h('p', { class: 'hint-line' }, h('span', { class: 'muted' }, 'Shortest way on: '), o.hint.join(' → '))
            : null,
        ],
      );
    } catch (e) {
      if (alive() && body.isConnected) put(body, failed('What could be done is not known.', e));
    }
  };
  if (step.options && step.options.length) {
    show(step.options);
    if (info.fork && info.fork.able)
      append(head, [
        h('button', { type: 'button', class: 'small', title: 'Play the episode again up to here', onclick: replay }, 'Replay'),
      ]);
  } else if (info.fork && info.fork.able)
    put(
      body,
      h('p', {}, 'The distribution over actions was not recorded.'),
      h('p', {}, h('button', { type: 'button', onclick: replay }, 'Replay to list the actions')),
    );
  else
    put(
      body,
      h(
        'p',
        { class: 'muted' },
        `The distribution over actions was not recorded${info.fork && info.fork.why ? `, and the episode cannot be replayed: ${info.fork.why}` : ''}.`,
      ),
    );
  return h('section', { class: 'panel', 'aria-label': 'What could be done' }, head, body);
}
