// Tasks: how well each goes, and which ones teach: those whose siblings end
// differently.

import { h, put, link } from '../dom.js';
import { get, runPath } from '../api.js';
import { to, go, bind, detail } from '../state.js';
import { int, num, plural } from '../format.js';
import { shareBar, titles } from '../parts.js';
import { virtualList } from '../list.js';
import { readFilters, filterKeys, filterNames } from '../filters.js';
import { empty } from '../dom.js';

export async function tasksPage(box, { params, run, alive }) {
  const filters = readFilters(params);
  const sort = { key: params.get('sort') || 'variance', desc: params.get('desc') !== '0' };
  const names = titles(await detail(run));
  const apply = (changes) =>
    go('tasks', { run, ...filters, sort: sort.key === 'variance' ? '' : sort.key, desc: sort.desc ? '' : '0', ...changes });
  const sums = h('div', { class: 'sums' }),
    count = h('span', { class: 'count', role: 'status' });
  let most = 1e-9,
    summed = false;
  const rows = virtualList({
    label: 'Tasks',
    name: 'tasks',
    sort,
    columns: columns(run, names, () => most),
    load: async (offset, limit, signal) => {
      const answer = await get(
        `${runPath(run)}/tasks`,
        { ...filters, sort: sort.key, desc: sort.desc ? 1 : 0, offset, limit },
        signal,
      );
      for (const r of answer.rows) most = Math.max(most, r.variance || 0);
      if (answer.rows.length) box.classList.toggle('no-type', !answer.rows.some((r) => r.type));
      if (!summed && alive()) {
        summed = true;
        put(
          sums,
          summary('type', 'By type', answer.types, filters, apply),
          summary('split', 'By split', answer.splits, filters, apply),
        );
      }
      return answer;
    },
    open: (row) => go('episodes', { run, ...filters, task: row.task }),
    sorted: (key) => {
      sort.desc = sort.key === key ? !sort.desc : !['task', 'type', 'split'].includes(key);
      sort.key = key;
      apply({});
    },
    total: (n) => {
      count.textContent = plural(n, 'task');
    },
    none: () =>
      Object.keys(filters).length
        ? empty('No task is like that.', link(to('tasks', { run }), {}, 'Show all tasks'))
        : empty('No tasks yet.', 'Tasks appear with the first episode that is kept.'),
  });
  put(
    box,
    h('h1', { class: 'visually-hidden' }, 'Tasks'),
    sums,
    h(
      'section',
      { class: 'panel list', 'aria-label': 'Tasks' },
      h(
        'div',
        { class: 'panel-head' },
        h(
          'div',
          { class: 'bar' },
          count,
          filterKeys.flatMap((k) =>
            (filters[k] || []).map((v) =>
              h(
                'button',
                {
                  type: 'button',
                  class: 'filter',
                  'aria-label': `Remove filter ${filterNames[k]}: ${v}`,
                  onclick: () => apply({ [k]: filters[k].filter((x) => x !== v) }),
                },
                `${filterNames[k]}: ${v} ×`,
              ),
            ),
          ),
        ),
        h(
          'span',
          { class: 'muted hint' },
          'Variance of returns within groups: where it is 0, siblings all end alike and teach nothing.',
        ),
      ),
      rows.el,
    ),
  );
  bind('Tasks', [
    [['j', 'ArrowDown'], 'next row', () => rows.move(1)],
    [['k', 'ArrowUp'], 'row before', () => rows.move(-1)],
    [['Enter', 'o'], 'episodes of the task', () => rows.open()],
  ]);
  return {
    shown: () => {
      rows.shown();
      rows.el.querySelector('.vlist').focus({ preventScroll: true });
    },
    grown: (which) => {
      if (which.includes(run)) {
        summed = false;
        rows.reload(true);
      }
    },
  };
}

function columns(run, names, most) {
  return [
    {
      label: 'Task',
      sort: 'task',
      class: 'c-goal',
      cell: (r) => link(to('episodes', { run, task: r.task }), { tabindex: -1, title: `${r.goal}\n${r.task}` }, r.goal || r.task),
    },
    { label: 'Type', sort: 'type', class: 'c-type', cell: (r) => h('span', { title: r.type || r.family }, r.type || '–') },
    { label: 'Split', sort: 'split', class: 'c-split', cell: (r) => r.split },
    { label: 'Success', sort: 'success', class: 'c-succ num', cell: (r) => shareBar(r.success) },
    {
      label: 'Variance',
      sort: 'variance',
      class: 'c-var num',
      hint: 'Of returns within a group, mean over the groups of the task',
      cell: (r) =>
        h(
          'span',
          { class: 'share' },
          h('i', { class: 'warn', style: { '--w': `${100 * Math.min(1, (r.variance || 0) / most())}%` } }),
          num(r.variance, 2),
        ),
    },
    { label: 'Score', sort: 'score', class: 'c-score num', cell: (r) => num(r.score) },
    { label: 'Return', sort: 'return', class: 'c-ret num', cell: (r) => num(r.return) },
    { label: 'Turns', sort: 'turns', class: 'c-turns num', cell: (r) => num(r.turns, 2) },
    { label: 'Episodes', sort: 'episodes', class: 'c-eps num', cell: (r) => int(r.episodes) },
    { label: 'Fails by', class: 'c-class', cell: (r) => names[r.top_class] || r.top_class || '' },
    {
      label: 'Group',
      class: 'c-group',
      hint: 'The last group of the task',
      cell: (r) =>
        r.last_group
          ? link(to('group', { run, id: r.last_group }), { tabindex: -1, 'aria-label': `Last group of ${r.task}` }, 'compare')
          : '',
    },
  ];
}

function summary(key, title, items, filters, apply) {
  const rows = (items || []).filter((i) => i[key]);
  if (rows.length < 1 || (key === 'split' && rows.length < 2 && !filters.split)) return null;
  return h(
    'section',
    { class: 'panel', 'aria-label': title },
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        { class: 'rows' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, title),
            ['Success', 'Score', 'Variance', 'Tasks', 'Episodes'].map((t) => h('th', { scope: 'col', class: 'num' }, t)),
          ),
        ),
        h(
          'tbody',
          {},
          rows.map((i) =>
            h(
              'tr',
              {},
              h(
                'th',
                { scope: 'row' },
                h('button', { type: 'button', class: 'plain', onclick: () => apply({ [key]: i[key] }) }, i[key]),
              ),
              h('td', { class: 'num' }, shareBar(i.success)),
              h('td', { class: 'num' }, num(i.score)),
              h('td', { class: 'num' }, num(i.variance, 2)),
              h('td', { class: 'num' }, int(i.tasks)),
              h('td', { class: 'num' }, int(i.episodes)),
            ),
          ),
        ),
      ),
    ),
  );
}
