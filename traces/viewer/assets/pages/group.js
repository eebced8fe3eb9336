// A group: its siblings side by side, and the graph of the states they share.

import { h, put, link, loading, failed } from '../dom.js';
import { get, runPath, once } from '../api.js';
import { to, go, replace, bind, detail, rowOf } from '../state.js';
import { clip, plural, int } from '../format.js';
import { choice, picker, fetchCredit, stored } from '../credit.js';
import { siblings } from '../siblings.js';
import { graphView } from '../graph.js';
import { filtersOf } from '../filters.js';

export async function groupPage(box, { params, run, alive }) {
  const id = params.get('id') || '';
  const version = (rowOf(run) || {}).version;
  const [info, group] = await Promise.all([detail(run), once(version, `${runPath(run)}/group`, { id })]);
  document.title = `Group ${clip(group.goal || id, 34)} · gym replay`;
  const credit = choice(info, params);
  if (credit.method === stored) credit.method = info.default_method;
  const st = { view: params.get('view') === 'graph' ? 'graph' : 'side', forks: params.get('forks') === '1' };
  const body = h('div', { class: 'group-body' }),
    note = h('p', { class: 'muted credit-note', hidden: true });
  const views = h(
    'div',
    { class: 'seg', role: 'group', 'aria-label': 'Show' },
    [
      ['side', 'Side by side'],
      ['graph', 'Graph'],
    ].map(([v, t]) => h('button', { type: 'button', 'data-view': v, onclick: () => setView(v) }, t)),
  );
  const own = group.episodes.filter((e) => !e.fork),
    won = own.filter((e) => e.outcome === 'success').length;
  put(
    box,
    h(
      'header',
      { class: 'episode-head' },
      h(
        'div',
        { class: 'crumbs' },
        link(to('episodes', { run, ...filtersOf(run) }), {}, 'Episodes'),
        ' / ',
        link(to('episodes', { run, task: group.task }), {}, clip(group.task, 70)),
        ' / ',
        h('span', {}, group.id),
      ),
      h('h1', {}, group.goal || group.id),
      h(
        'div',
        { class: 'bar' },
        h(
          'span',
          {},
          `${plural(own.length, 'sibling')}, ${int(won)} of them succeeded; ${own.length < 2 ? 'there is nothing to compare' : group.common ? `they share the first ${plural(group.common, 'step')}` : 'they part at the first step'}${group.forks.length ? `; ${plural(group.forks.length, 'branch', 'branches')} made here` : ''}.`,
        ),
        h('span', { class: 'buttons push' }, picker(info, credit, draw), views),
      ),
    ),
    note,
    body,
  );

  let seen = null; // what the present view wants when keys are pressed
  async function draw() {
    for (const b of views.children) b.setAttribute('aria-pressed', String(b.dataset.view === st.view));
    replace({ view: st.view === 'graph' ? 'graph' : '', forks: st.forks ? '1' : '' });
    note.hidden = true;
    if (st.view === 'graph') {
      await drawGraph();
      return;
    }
    let c = null;
    try {
      c = await fetchCredit(run, group.id, credit);
      note.textContent = c.note || '';
    } catch (e) {
      note.textContent = `No credit by ${credit.method}: ${e.message}`;
    }
    if (!alive() || st.view !== 'side') return;
    note.hidden = !note.textContent;
    seen = siblings(body, { run, group, credit: c, choice: credit, alive, info });
  }

  async function drawGraph() {
    put(body, loading('the graph'));
    try {
      const ask = (direction) =>
        get(`${runPath(run)}/graph`, {
          group: group.id,
          grouping: credit.grouping,
          method: credit.method,
          forks: st.forks ? 1 : '',
          direction,
        });
      let g = await ask('down');
      if (g.width > 1.6 * g.height && g.width > 900) g = await ask('right'); // wide and shallow: turned, it fits
      if (!alive() || st.view !== 'graph') return;
      note.textContent = [
        g.truncated ? 'The graph is large: only the states that were visited most are drawn.' : '',
        g.note || '',
      ]
        .filter(Boolean)
        .join(' ');
      note.hidden = !note.textContent;
      seen = graphView(body, {
        run,
        group,
        graph: g,
        credit,
        alive,
        info,
        forks: (group.forks || []).length
          ? {
              on: st.forks,
              set: (v) => {
                st.forks = v;
                draw();
              },
            }
          : null,
      });
    } catch (e) {
      if (alive()) put(body, failed('The graph could not be drawn.', e, draw));
    }
  }
  function setView(v) {
    st.view = v;
    draw();
  }
  const key = (name) => () => (seen && seen[name] ? seen[name]() : false);
  bind('Group', [
    ['s', 'side by side', () => setView('side')],
    ['m', 'the graph of merged states', () => setView('graph')],
    [['j', 'ArrowDown'], 'next step; next state', key('down')],
    [['k', 'ArrowUp'], 'step before; state before', key('up')],
    [['h', 'ArrowLeft'], 'sibling to the left; state beside', key('left')],
    [['l', 'ArrowRight'], 'sibling to the right; state beside', key('right')],
    [['Enter', 'o'], 'open the episode at this step', key('open')],
    ['d', 'where the siblings part', key('parting')],
    ['n', 'next sibling that failed', key('failure')],
    [['+', '='], 'larger', key('larger')],
    ['-', 'smaller', key('smaller')],
    ['0', 'the whole graph', key('whole')],
    ['u', 'up to the list', () => go('episodes', { run, ...filtersOf(run) })],
  ]);
  put(body, loading('the siblings'));
  draw();
  return {};
}
