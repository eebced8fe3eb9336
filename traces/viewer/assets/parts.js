// Small parts that several pages use.

import { h } from './dom.js';
import { percent } from './format.js';

// shareBar shows a share in [0, 1] as a number and a bar.
export function shareBar(x, kind = 'ok') {
  if (x === null || x === undefined) return h('span', { class: 'muted' }, '–');
  return h(
    'span',
    { class: 'share' },
    h('i', { class: kind, style: { '--w': `${100 * Math.max(0, Math.min(1, x))}%` } }),
    percent(x),
  );
}

const words = { success: 'success', failure: 'failure', truncated: 'cut off', lost: 'lost' };
export const outcomeText = (o) => words[o] || o;

export function outcomeChip(row) {
  return h('span', { class: ['chip', row.outcome] }, words[row.outcome] || row.outcome);
}

// titles turns the names of a run's failure classes into what people read.
export const titles = (info) => Object.fromEntries((info.classes || []).map((c) => [c.name, c.title || c.name]));

// classChip names the failure class; null is not known yet. names is what
// titles returned.
export function classChip(row, names = {}) {
  if (row.class === '') return null;
  if (row.class === null || row.class === undefined) return h('span', { class: 'muted', title: 'being worked out' }, '…');
  return h('span', { class: 'class' }, names[row.class] || row.class);
}

// actionText shows tool calls as calls, other actions as they are.
export function actionText(step) {
  if (!step.calls) return step.action;
  return step.calls
    .map(
      (c) =>
        `${c.name}(${
          c.args && typeof c.args === 'object'
            ? Object.entries(c.args)
                .map(([k, v]) => `${k}: ${JSON.stringify(v)}`)
                .join(', ')
            : (c.args ?? '')
        })`,
    )
    .join('; ');
}

// shortID leaves out what the page says already: the group's name.
export function shortID(id, group) {
  return group && id.startsWith(`${group}/`) ? `#${id.slice(group.length + 1)}` : id;
}
