// The head of an episode: what it is, how it ended, and where to go from it.

import { h, link, toast } from '../dom.js';
import { get, query, runPath } from '../api.js';
import { to, go } from '../state.js';
import { int, num, clip } from '../format.js';
import { outcomeChip, classChip, shortID, titles } from '../parts.js';
import { filtersOf } from '../filters.js';

// endText says how the episode ended.
export const endText = (ep) =>
  ep.outcome === 'success'
    ? 'success'
    : ep.outcome === 'truncated'
      ? 'cut off: out of turns'
      : ep.outcome === 'lost'
        ? `lost: ${ep.error}`
        : ep.steps.some((x) => x.terminated)
          ? 'ended without success'
          : 'stopped here';

export function header({ run, ep, info, fork, script, nextFailure }) {
  const others = (ep.siblings || []).length;
  const fact = (k, v) => h('div', {}, h('dt', {}, k), h('dd', {}, v));
  return h(
    'header',
    { class: 'episode-head' },
    h(
      'div',
      { class: 'crumb-line' },
      h(
        'div',
        { class: 'crumbs' },
        link(to('episodes', { run, ...filtersOf(run) }), {}, 'Episodes'),
        ' / ',
        link(to('group', { run, id: ep.group }), { title: ep.group }, clip(ep.group, 70)),
        ' / ',
        h('span', { title: ep.id }, shortID(ep.id, ep.group)),
        ep.parent
          ? [
              ' · branched from ',
              link(to('episode', { run, id: ep.parent, t: ep.fork_at }), {}, shortID(ep.parent, ep.group)),
              ` at step ${ep.fork_at || 0}`,
            ]
          : null,
      ),
      h(
        'span',
        { class: 'buttons' },
        h(
          'button',
          {
            type: 'button',
            disabled: !ep.prev,
            'aria-label': 'Episode before',
            title: 'Episode before ( [ )',
            onclick: () => go('episode', { run, id: ep.prev }),
          },
          '‹',
        ),
        h(
          'button',
          {
            type: 'button',
            disabled: !ep.next,
            'aria-label': 'Next episode',
            title: 'Next episode ( ] )',
            onclick: () => go('episode', { run, id: ep.next }),
          },
          '›',
        ),
        h('button', { type: 'button', title: 'Next failure ( n )', onclick: nextFailure }, 'Next failure'),
        h(
          'button',
          { type: 'button', title: 'Siblings side by side ( g )', onclick: () => go('group', { run, id: ep.group }) },
          `Group of ${others || 1}`,
        ),
        h('button', { type: 'button', title: 'Fork from this step ( f )', onclick: fork }, 'Fork from here'),
        h('button', { type: 'button', title: 'Copy as a script for gym play ( c )', onclick: script }, 'Copy script'),
        h(
          'details',
          { class: 'menu' },
          h('summary', {}, 'Export'),
          h(
            'div',
            { class: 'menu-body' },
            info.formats.map((f) =>
              h('a', { href: `${runPath(run)}/export${query({ format: f, id: ep.id })}`, download: '' }, f),
            ),
          ),
        ),
      ),
    ),
    h('h1', {}, ep.goal || ep.id),
    h(
      'div',
      { class: 'bar' },
      outcomeChip(ep),
      ep.fork && h('span', { class: 'chip fork' }, 'fork'),
      ep.failure
        ? h(
            'span',
            { class: 'why-failed' },
            h('b', {}, ep.failure.title || ep.failure.class),
            ep.failure.desc ? `: ${ep.failure.desc}` : '',
            ep.failure.step !== undefined
              ? [' ', link(to('episode', { run, id: ep.id, t: ep.failure.step }), {}, `see step ${ep.failure.step}`)]
              : null,
          )
        : classChip(ep, titles(info)),
      h(
        'dl',
        { class: 'facts inline' },
        fact('return', num(ep.return)),
        fact('score', num(ep.score)),
        fact('turns', int(ep.turns)),
        ep.invalid ? fact('refused', int(ep.invalid)) : null,
        fact('policy', `${ep.policy || '–'} v${ep.policy_version}`),
        ep.iteration >= 0 ? fact('iteration', int(ep.iteration)) : null,
      ),
    ),
    ep.error
      ? h(
          'p',
          { class: 'notice' },
          `Lost${ep.stage ? ` at ${ep.stage}` : ''}: ${ep.error} The steps before are kept; the episode counts neither as success nor as failure.`,
        )
      : null,
    ep.eval_only ? h('p', { class: 'notice' }, `For evaluation only: ${ep.eval_only}`) : null,
    ep.client
      ? h(
          'p',
          { class: 'muted' },
          `Played by a client over ${ep.client.protocol}${ep.client.owner ? ` (${ep.client.owner})` : ''}`,
        )
      : null,
  );
}

// findFailure goes to the next episode after ep, in the order written and among
// those of the list, that did not succeed. Rows are in that order, so a binary
// search finds it in a few requests whatever the length of the run.
export async function findFailure(run, ep, filters) {
  const ask = (offset) =>
    get(`${runPath(run)}/episodes`, {
      ...filters,
      outcome: ['failure', 'truncated', 'lost'],
      sort: 'time',
      desc: 0,
      offset,
      limit: 1,
    });
  try {
    const first = await ask(0);
    if (first.total === 0) {
      toast('There is no failure in the list.');
      return;
    }
    let lo = 0,
      hi = first.total; // the first row in [lo, hi] with n above ep.n
    let row = null;
    while (lo < hi) {
      const mid = (lo + hi) >> 1,
        r = (await ask(mid)).rows[0];
      if (r && r.n > ep.n) {
        hi = mid;
        row = r;
      } else lo = mid + 1;
    }
    if (!row) {
      row = first.rows[0];
      toast(row.id === ep.id ? 'This is the only failure.' : 'The last failure; on from the first one.');
    }
    if (row.id !== ep.id) go('episode', { run, id: row.id });
  } catch (e) {
    toast(e.message);
  }
}
