// Episodes: facets, full-text search, and a list of any length.

import { h, s, put, loading, empty, failed, link, select } from '../dom.js';
import { get, query, runPath } from '../api.js';
import { to, go, replace, bind, detail, rowOf } from '../state.js';
import { int, num, clip, plural } from '../format.js';
import { outcomeChip, classChip, outcomeText, titles } from '../parts.js';
import { virtualList } from '../list.js';
import { filterKeys, filterNames, readFilters, list } from '../filters.js';

export async function episodesPage(box, { params, run, alive }) {
  const filters = readFilters(params);
  const sort = { key: params.get('sort') || 'time', desc: params.get('desc') !== '0' };
  const same =
    list.run === run && JSON.stringify([list.filters, list.sort, list.desc]) === JSON.stringify([filters, sort.key, sort.desc]);
  Object.assign(list, { run, filters, sort: sort.key, desc: sort.desc, index: same ? list.index : 0 });
  const info = await detail(run);
  let view = params.get('view') === 'hits' && filters.q ? 'hits' : 'rows';

  const apply = (changes) => {
    const next = { ...filters, ...changes };
    go('episodes', {
      run,
      ...Object.fromEntries(filterKeys.map((k) => [k, next[k]])),
      sort: sort.key === 'time' ? '' : sort.key,
      desc: sort.desc ? '' : '0',
      view: view === 'hits' ? 'hits' : '',
    });
  };
  const toggle = (key, v) => {
    const now = filters[key] || [];
    apply({ [key]: now.includes(v) ? now.filter((x) => x !== v) : [...now, v] });
  };

  const count = h('span', { class: 'count', role: 'status' });
  const rows = virtualList({
    label: 'Episodes',
    name: 'eps',
    columns: columns(run, titles(info)),
    sort,
    start: list.index,
    load: async (offset, limit, signal) => {
      const answer = await get(
        `${runPath(run)}/episodes`,
        { ...filters, sort: sort.key, desc: sort.desc ? 1 : 0, offset, limit },
        signal,
      );
      if (answer.rows.length) box.classList.toggle('no-type', !answer.rows.some((r) => r.type));
      return answer;
    },
    open: (row, i) => {
      list.index = i;
      go('episode', { run, id: row.id });
    },
    sorted: (key) => {
      sort.desc = sort.key === key ? !sort.desc : !['id', 'task', 'type', 'class', 'outcome'].includes(key);
      sort.key = key;
      apply({});
    },
    total: (n) => {
      count.textContent = plural(n, 'episode');
    },
    none: () =>
      Object.keys(filters).length
        ? empty('No episode is like that.', 'Take a filter off: ', link(to('episodes', { run }), {}, 'show all episodes'), '.')
        : empty(
            'This run has no episodes yet.',
            (rowOf(run) || {}).live
              ? 'They appear here as soon as the first one has ended.'
              : 'Training keeps those of every record_every-th iteration (see gym train --help); gym rollout keeps all.',
          ),
  });
  const hits = h('div', { class: 'hits', hidden: true });
  const facets = h('div', { class: 'facet-body' });
  const wide = matchMedia('(min-width: 761px)');
  const side = h('details', { class: 'facets panel', open: wide.matches }, h('summary', {}, h('h2', {}, 'Filters')), facets);
  const views = filters.q
    ? h(
        'div',
        { class: 'seg', role: 'group', 'aria-label': 'Show' },
        ['rows', 'hits'].map((v) =>
          h(
            'button',
            { type: 'button', 'aria-pressed': String(view === v), 'data-view': v, onclick: () => setView(v) },
            v === 'rows' ? 'Episodes' : 'Places found',
          ),
        ),
      )
    : null;
  put(
    box,
    h('h1', { class: 'visually-hidden' }, 'Episodes'),
    side,
    h(
      'section',
      { class: 'panel list', 'aria-label': 'Episodes' },
      h('div', { class: 'panel-head' }, h('div', { class: 'bar' }, count, views, active()), exports()),
      rows.el,
      hits,
    ),
  );

  function active() {
    const chips = [];
    for (const key of filterKeys)
      for (const v of filters[key] || []) {
        if (key === 'in') continue;
        const text = key === 'outcome' ? outcomeText(v) : key === 'class' ? (v === '-' ? 'none' : titles(info)[v] || v) : v;
        chips.push(
          h(
            'button',
            {
              type: 'button',
              class: 'filter',
              'aria-label': `Remove filter ${filterNames[key]}: ${text}`,
              onclick: () => apply({ [key]: filters[key].filter((x) => x !== v) }),
            },
            `${filterNames[key]}: ${clip(text, 40)} ×`,
          ),
        );
      }
    return h('span', { class: 'buttons' }, chips, chips.length > 1 && link(to('episodes', { run }), {}, 'clear'));
  }
  function exports() {
    return h(
      'details',
      { class: 'menu' },
      h('summary', {}, 'Export'),
      h(
        'div',
        { class: 'menu-body' },
        info.formats.map((f) => h('a', { href: `${runPath(run)}/export${query({ format: f, ...filters })}`, download: '' }, f)),
      ),
    );
  }
  function setView(v) {
    view = v;
    replace({ view: v === 'hits' ? 'hits' : '' });
    for (const b of views.children) b.setAttribute('aria-pressed', String(b.dataset.view === v));
    rows.el.hidden = v === 'hits';
    hits.hidden = v !== 'hits';
    if (v === 'hits' && !hits.firstChild) findMore(run, filters, hits, '', alive);
    if (v === 'rows') rows.shown();
  }
  async function drawFacets() {
    try {
      const f = await get(`${runPath(run)}/facets`, filters);
      if (alive()) put(facets, facetLists(f, filters, toggle, apply, info));
    } catch (e) {
      if (alive()) put(facets, failed('The filters could not be counted.', e, drawFacets));
    }
  }
  // waitForClasses draws the rows again once all failure classes are known.
  async function waitForClasses() {
    await new Promise((done) => {
      setTimeout(done, 1500);
    });
    if (!alive()) return;
    const now = await get(runPath(run)).catch(() => null);
    if (!alive() || !now) return;
    if (now.classified < now.episodes) waitForClasses();
    rows.reload(true);
    drawFacets();
  }
  if (info.classified < info.episodes) waitForClasses();
  put(facets, loading('filters'));
  drawFacets();
  if (view === 'hits') setView('hits');
  bind('Episodes', [
    [['j', 'ArrowDown'], 'next row', () => rows.move(1)],
    [['k', 'ArrowUp'], 'row before', () => rows.move(-1)],
    [['Enter', 'o'], 'open the episode', () => rows.open()],
    [
      'n',
      'failures only, or all',
      () => apply({ outcome: (filters.outcome || []).length ? [] : ['failure', 'truncated', 'lost'] }),
    ],
    ['PageDown', 'a screen down', () => rows.move(rows.page())],
    ['PageUp', 'a screen up', () => rows.move(-rows.page())],
  ]);
  return {
    shown: () => {
      rows.shown();
      rows.el.querySelector('.vlist').focus({ preventScroll: true });
    },
    grown: (which) => {
      if (which.includes(run)) {
        rows.reload(true);
        drawFacets();
      }
    },
    leave: () => {
      list.index = rows.selected();
    },
  };
}

function columns(run, names) {
  return [
    {
      label: 'Outcome',
      sort: 'outcome',
      class: 'c-out',
      cell: (r) => [outcomeChip(r), r.fork && h('span', { class: 'chip fork' }, 'fork')],
    },
    { label: 'Failure', sort: 'class', class: 'c-class', cell: (r) => classChip(r, names) },
    {
      label: 'Goal',
      class: 'c-goal',
      cell: (r) => link(to('episode', { run, id: r.id }), { tabindex: -1, title: `${r.goal}\n${r.id}` }, r.goal || r.id),
    },
    { label: 'Type', sort: 'type', class: 'c-type', cell: (r) => h('span', { title: r.type || r.family }, r.type || '–') },
    {
      label: 'Iter.',
      sort: 'iteration',
      class: 'c-iter num',
      hint: 'Iteration of the training run',
      cell: (r) => (r.iteration >= 0 ? int(r.iteration) : '–'),
    },
    { label: 'Turns', sort: 'turns', class: 'c-turns num', cell: (r) => int(r.turns) },
    {
      label: 'Refused',
      sort: 'invalid',
      class: 'c-inv num',
      hint: 'Steps that the world refused',
      cell: (r) => (r.invalid ? int(r.invalid) : ''),
    },
    { label: 'Score', sort: 'score', class: 'c-score num', cell: (r) => num(r.score) },
    { label: 'Return', sort: 'return', class: 'c-ret num', cell: (r) => num(r.return) },
  ];
}

function facetLists(f, filters, toggle, apply, info) {
  const desc = Object.fromEntries(info.classes.map((c) => [c.name, c.desc])),
    names = titles(info);
  const facet = (key, items) => {
    const chosen = filters[key] || [];
    const shown = (items || []).filter((i) => !(key === 'class' && i.value === ''));
    if (shown.length < 2 && !chosen.length) return null;
    return h(
      'fieldset',
      { class: 'facet' },
      h('legend', {}, filterNames[key]),
      shown.map((i) => {
        const v = i.value === null || i.value === '' ? '-' : i.value;
        const text = key === 'outcome' ? outcomeText(v) : v === '-' ? 'none' : (key === 'class' && names[v]) || v;
        return h(
          'label',
          { title: key === 'class' ? desc[v] : null },
          h('input', { type: 'checkbox', checked: chosen.includes(v), onchange: () => toggle(key, v) }),
          h('span', { class: 't' }, text),
          h('span', { class: 'n' }, int(i.n)),
        );
      }),
      f[`${key}_more`] ? h('p', { class: 'muted' }, `and ${int(f[`${key}_more`])} more`) : null,
    );
  };
  return [
    facet('outcome', f.outcome),
    facet('class', f.class),
    facet('type', f.type),
    facet('split', f.split),
    facet('policy', f.policy),
    iterations(f.iterations, filters, apply),
    filters.q
      ? h(
          'fieldset',
          { class: 'facet' },
          h('legend', {}, 'Search in'),
          select(
            [
              ['all', 'everything'],
              ['observation', 'observations'],
              ['action', 'actions'],
            ],
            (filters.in || ['all'])[0],
            (v) => apply({ in: v === 'all' ? [] : [v] }),
            { 'aria-label': 'Search in' },
          ),
        )
      : null,
  ];
}

function iterations(it, filters, apply) {
  if (!it || !it.bins || !(it.max > it.min)) return null;
  const W = 200,
    H = 44,
    top = Math.max(...it.bins.map((b) => b.n), 1),
    w = W / it.bins.length;
  const box = (name, v, label) =>
    h('input', {
      type: 'number',
      name,
      min: it.min,
      max: it.max,
      value: v,
      placeholder: label,
      'aria-label': `${label} iteration`,
    });
  return h(
    'fieldset',
    { class: 'facet' },
    h('legend', {}, 'Iteration'),
    s(
      'svg',
      {
        viewBox: `0 0 ${W} ${H}`,
        class: 'hist',
        role: 'img',
        'aria-label': `Episodes by iteration, ${it.min} to ${it.max}; the dark part succeeded`,
      },
      it.bins.map((b, i) => [
        s(
          'rect',
          { class: 'all', x: i * w + 0.5, y: H - (b.n / top) * H, width: Math.max(1, w - 1), height: (b.n / top) * H },
          s('title', {}, `iteration ${b.from} to ${b.to}: ${b.success} of ${b.n} succeeded`),
        ),
        s('rect', {
          class: 'won',
          x: i * w + 0.5,
          y: H - (b.success / top) * H,
          width: Math.max(1, w - 1),
          height: (b.success / top) * H,
        }),
      ]),
    ),
    h(
      'form',
      {
        class: 'range',
        onsubmit: (e) => {
          e.preventDefault();
          const d = new FormData(e.target);
          apply({ iteration_from: [d.get('from')].filter(Boolean), iteration_to: [d.get('to')].filter(Boolean) });
        },
      },
      box('from', (filters.iteration_from || [''])[0], String(it.min)),
      '–',
      box('to', (filters.iteration_to || [''])[0], String(it.max)),
      h('button', { type: 'submit' }, 'Set'),
    ),
  );
}

// findMore shows places where the text was found, and goes on until there are
// enough of them or all is read.
async function findMore(run, filters, box, cursor, alive) {
  const wait = loading('places');
  box.append(wait);
  try {
    let found = 0,
      answer;
    do {
      answer = await get(`${runPath(run)}/search`, { ...filters, q: filters.q[0], limit: 50, cursor });
      if (!alive()) return;
      for (const hit of answer.hits) box.insertBefore(hitEl(run, hit), wait);
      found += answer.hits.length;
      cursor = answer.cursor;
      wait.textContent = `Read ${int(answer.scanned)} of ${plural(answer.total, 'episode')} …`;
    } while (!answer.done && found < 50);
    wait.remove();
    if (!answer.done)
      box.append(
        h(
          'p',
          { class: 'state' },
          h(
            'button',
            {
              type: 'button',
              onclick: (e) => {
                e.target.parentNode.remove();
                findMore(run, filters, box, cursor, alive);
              },
            },
            'Find more',
          ),
        ),
      );
    else if (!box.firstChild)
      put(
        box,
        empty(
          `“${filters.q[0]}” is nowhere in these episodes.`,
          'Upper and lower case do not matter; try fewer words or take filters off.',
        ),
      );
    else box.append(h('p', { class: 'state' }, 'That is all.'));
  } catch (e) {
    wait.remove();
    if (alive()) box.append(failed('The search was cut short.', e));
  }
}

function hitEl(run, hit) {
  return h(
    'a',
    { class: 'hit', href: to('episode', { run, id: hit.id, t: hit.step }) },
    h('span', { class: 'where' }, `${hit.id} · step ${hit.step} · ${hit.where}`),
    h('span', { class: 'text' }, hit.before, h('mark', {}, hit.match), hit.after),
  );
}
