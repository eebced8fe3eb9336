// A list of any length in a window of a few dozen rows. Rows come in blocks as
// they are scrolled to; the keys move a selection.

import { h, put, empty, failed } from './dom.js';

const block = 100;

// virtualList returns {el, reload, move, open, selected}. columns are {key,
// label, sort, cell(row), class, hint}; load(offset, limit, signal) answers
// {total, rows}; open(row) follows a row; sorted(key) is told of a click on a
// head. none() is what to show when the list is empty.
export function virtualList({ label, columns, name, load, open, sort, sorted, none, start = 0, total: told }) {
  const narrow = matchMedia('(max-width: 760px)');
  const blocks = new Map(),
    pending = new Map(),
    drawn = new Map();
  let total = -1,
    at = start,
    generation = 0,
    placed = start === 0;
  const id = `list-${name}`;
  const head = h('div', { class: ['vrow', 'vhead', name], role: 'row', 'aria-rowindex': 1 });
  const sizer = h('div', { class: 'vsizer', role: 'rowgroup' });
  const body = h('div', { class: 'vbody' }, sizer);
  const el = h(
    'div',
    { class: 'vlist', role: 'grid', 'aria-label': label, tabindex: 0, 'aria-colcount': columns.length },
    h('div', { role: 'rowgroup' }, head),
    body,
  );
  const note = h('div', { class: 'vnote' });
  const outer = h('div', { class: 'vouter' }, el, note);
  const height = () => (narrow.matches ? 58 : 32);

  function drawHead() {
    put(
      head,
      columns.map((c) =>
        h(
          'div',
          {
            role: 'columnheader',
            class: c.class,
            'aria-sort': sort.key === c.sort && c.sort ? (sort.desc ? 'descending' : 'ascending') : null,
          },
          c.sort
            ? h(
                'button',
                {
                  type: 'button',
                  class: 'sort',
                  tabindex: -1,
                  title: c.hint || `Sort by ${c.label.toLowerCase()}`,
                  onclick: () => sorted(c.sort),
                },
                c.label,
                sort.key === c.sort ? h('span', { 'aria-hidden': 'true' }, sort.desc ? ' ▾' : ' ▴') : '',
              )
            : h('span', { title: c.hint }, c.label),
        ),
      ),
    );
  }

  function fetchBlock(b) {
    if (blocks.has(b) || pending.has(b)) return;
    const stop = new AbortController(),
      mine = generation;
    pending.set(b, stop);
    load(b * block, block, stop.signal)
      .then((answer) => {
        if (mine !== generation) return;
        pending.delete(b);
        blocks.set(b, answer.rows);
        if (blocks.size > 80) blocks.delete(blocks.keys().next().value);
        if (answer.total !== total) setTotal(answer.total);
        draw(true);
      })
      .catch((e) => {
        if (e.name === 'AbortError' || mine !== generation) return;
        pending.delete(b);
        put(
          note,
          failed('The list could not be read.', e, () => {
            put(note);
            fetchBlock(b);
          }),
        );
        note.hidden = false;
      });
  }

  function setTotal(n) {
    total = n;
    at = Math.max(0, Math.min(at, n - 1));
    sizer.style.setProperty('height', `${n * height()}px`);
    el.setAttribute('aria-rowcount', n + 1);
    note.hidden = n > 0;
    if (n === 0) put(note, none ? none() : empty('Nothing here.'));
    if (told) told(n);
    if (!placed && body.clientHeight) {
      placed = true;
      see(); // the selection of an earlier visit
    }
  }

  const rowAt = (i) => (blocks.get(Math.floor(i / block)) || [])[i % block];

  function rowEl(i) {
    const row = rowAt(i);
    const out = h(
      'div',
      {
        class: ['vrow', name, i === at && 'at', !row && 'wait'],
        role: 'row',
        id: `${id}-${i}`,
        'aria-rowindex': i + 2,
        'aria-selected': i === at ? 'true' : 'false',
        style: { transform: `translateY(${i * height()}px)`, height: `${height()}px` },
      },
      row ? columns.map((c) => h('div', { role: 'gridcell', class: c.class }, c.cell(row))) : h('div', { role: 'gridcell' }, '…'),
    );
    if (row)
      out.addEventListener('click', (e) => {
        choose(i);
        if (!e.target.closest('a')) open(row, i);
      });
    return out;
  }

  function draw(fresh) {
    if (total < 0) return;
    const hgt = height(),
      first = Math.max(0, Math.floor(body.scrollTop / hgt) - 8),
      last = Math.min(total - 1, Math.ceil((body.scrollTop + body.clientHeight) / hgt) + 8);
    const want = new Set();
    for (let b = Math.floor(first / block); b <= Math.floor(Math.max(first, last) / block); b++) {
      want.add(b);
      fetchBlock(b);
    }
    for (const [b, stop] of pending) {
      if (want.has(b)) continue;
      stop.abort();
      pending.delete(b);
    }
    for (const [i, row] of drawn) {
      if (!fresh && i >= first && i <= last) continue;
      row.remove();
      drawn.delete(i);
    }
    for (let i = first; i <= last; i++) {
      if (drawn.has(i)) continue;
      const row = rowEl(i);
      drawn.set(i, row);
      sizer.append(row);
    }
    if (total > 0) el.setAttribute('aria-activedescendant', `${id}-${at}`);
  }

  function choose(i) {
    const old = drawn.get(at);
    at = Math.max(0, Math.min(total - 1, i));
    for (const row of [old, drawn.get(at)]) {
      if (!row) continue;
      row.classList.toggle('at', row === drawn.get(at));
      row.setAttribute('aria-selected', row === drawn.get(at) ? 'true' : 'false');
    }
    el.setAttribute('aria-activedescendant', `${id}-${at}`);
  }

  function see() {
    const hgt = height(),
      y = at * hgt;
    if (y < body.scrollTop) body.scrollTop = y;
    else if (y + hgt > body.scrollTop + body.clientHeight) body.scrollTop = y + hgt - body.clientHeight;
    draw(false);
  }

  const api = {
    el: outer,
    selected: () => at,
    move(by) {
      if (total <= 0) return;
      choose(at + by);
      see();
      if (document.activeElement !== el) el.focus({ preventScroll: true });
    },
    open() {
      const row = rowAt(at);
      if (row) open(row, at);
    },
    page: () => Math.max(1, Math.floor(body.clientHeight / height()) - 1),
    reload(keep) {
      generation++;
      for (const stop of pending.values()) stop.abort();
      pending.clear();
      blocks.clear();
      if (!keep) {
        at = 0;
        body.scrollTop = 0;
      }
      drawHead();
      fetchBlock(Math.floor(at / block));
      if (keep && total >= 0) draw(true);
    },
    shown() {
      if (total >= 0) {
        setTotal(total);
        draw(true);
      }
    },
  };
  el.addEventListener('keydown', (e) => {
    if (e.target !== el || e.ctrlKey || e.metaKey || e.altKey) return;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: api.page(), PageUp: -api.page(), Home: -Infinity, End: Infinity }[e.key];
    if (by !== undefined) {
      e.preventDefault();
      e.stopPropagation();
      api.move(by === -Infinity ? -total : by === Infinity ? total : by);
    } else if (e.key === 'Enter') {
      e.preventDefault();
      e.stopPropagation();
      api.open();
    }
  });
  let frame = 0;
  body.addEventListener(
    'scroll',
    () => {
      if (!frame)
        frame = requestAnimationFrame(() => {
          frame = 0;
          draw(false);
        });
    },
    { passive: true },
  );
  new ResizeObserver(() => draw(false)).observe(body);
  narrow.addEventListener('change', () => {
    if (total >= 0) {
      setTotal(total);
      draw(true);
    }
  });
  drawHead();
  fetchBlock(Math.floor(at / block));
  return api;
}
