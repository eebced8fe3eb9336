// Siblings side by side. Rows are steps. Siblings stand in the order in which
// they stay together longest; where neighbours have done the same up to a step
// they share its cell, so the table forks exactly where they diverge.

import { h, put, link, say } from './dom.js';
import { to, go } from './state.js';
import { num, signed, plural, clip } from './format.js';
import { outcomeChip, classChip, shortID, titles } from './parts.js';
import { heat, scale } from './color.js';
import { explain } from './credit.js';
import { forkButton } from './fork.js';

// siblings fills box and returns what keys do.
export function siblings(box, { run, group, credit, choice, alive, info }) {
  const order = group.order,
    eps = group.episodes;
  const index = new Map((credit ? credit.episodes : []).map((id, i) => [id, i]));
  const advOf = (e, t) => {
    const i = index.get(eps[e].id);
    return i === undefined || !credit.advantage[i] ? null : (credit.advantage[i][t] ?? null);
  };
  const top = scale(credit ? credit.advantage : []);
  const rows = Math.max(...eps.map((e) => e.steps.length), 0);
  const at = { row: 0, col: 0 };
  let later = 0;
  const cells = []; // cells[t][col]: the cell that column shows at step t
  const more = h('aside', { class: 'panel cell-more', 'aria-label': 'The step chosen' });

  const head = h(
    'tr',
    {},
    h('th', { scope: 'col', class: 'num' }, 't'),
    order.map((e) =>
      h(
        'th',
        { scope: 'col', class: 'sib' },
        link(
          to('episode', { run, id: eps[e].id }),
          { title: eps[e].id },
          eps[e].fork ? `⑂ ${shortID(eps[e].id, group.id)}` : shortID(eps[e].id, group.id),
        ),
        h('div', {}, outcomeChip(eps[e]), ' ', h('span', { class: 'muted nowrap' }, `R ${num(eps[e].return)}`)),
        h('div', { class: 'sib-class' }, classChip(eps[e], titles(info))),
      ),
    ),
  );
  const body = [];
  for (let t = 0; t <= rows; t++) {
    const tr = h(
      'tr',
      { class: t === group.common ? 'diverges' : null },
      h('th', { scope: 'row', class: 'num' }, t === rows ? '' : t),
    );
    cells[t] = [];
    for (let c = 0; c < order.length;) {
      let span = 1;
      while (c + span < order.length && together(group, order[c], order[c + span], t)) span++;
      const td = cell(order.slice(c, c + span), t, parted(c, span, t));
      td.colSpan = span;
      for (let k = c; k < c + span; k++) cells[t][k] = td;
      const [row, col] = [t, c];
      td.addEventListener('click', () => move(row, col));
      tr.append(td);
      c += span;
    }
    body.push(tr);
  }

  // parted tells whether somebody who came along until now goes another way.
  function parted(c, span, t) {
    const at = (a, b) =>
      a >= 0 &&
      b < order.length &&
      t > 0 &&
      together(group, order[a], order[b], t - 1) &&
      !together(group, order[a], order[b], t);
    return at(c - 1, c) || at(c + span - 1, c + span);
  }

  // The steps that all share are one row, until somebody wants to see them.
  if (group.common >= 3 && order.length > 1) {
    const fold = h(
      'tr',
      { class: 'fold' },
      h('th', { scope: 'row', class: 'num' }, `0–${group.common - 1}`),
      h(
        'td',
        { colspan: order.length },
        h(
          'button',
          { type: 'button', class: 'plain', 'aria-expanded': 'false', onclick: () => unfold() },
          `${plural(group.common, 'step')} that all share`,
        ),
        ': ',
        eps[order[0]].steps.slice(0, group.common).map((x, k) => [k ? ' › ' : '', h('code', {}, clip(x.action, 36))]),
      ),
    );
    for (let t = 0; t < group.common; t++) body[t].hidden = true;
    body.unshift(fold);
  }
  function unfold() {
    if (!body[0].classList.contains('fold')) return;
    body.shift().remove();
    for (const tr of body) tr.hidden = false;
  }

  function cell(members, t, parts) {
    const e = eps[members[0]],
      step = e.steps[t];
    if (!step)
      return h(
        'td',
        { class: 'none' },
        t === e.steps.length
          ? h(
              'span',
              { class: ['end', e.outcome] },
              e.outcome === 'success' ? 'success' : e.outcome === 'truncated' ? 'cut off' : e.outcome === 'lost' ? 'lost' : 'end',
            )
          : '',
      );
    return h(
      'td',
      { class: ['sib-cell', members.length > 1 && 'joint', step.invalid && 'refused', parts && 'parted'] },
      h('div', { class: 'sib-where' }, group.states[step.state].label),
      h('div', { class: 'sib-act', title: step.action }, step.action),
      step.reward ? h('span', { class: 'step-r' }, signed(step.reward)) : null,
      h(
        'div',
        { class: 'ticks', 'aria-hidden': 'true' },
        members.map((m) => {
          const a = advOf(m, t);
          return a === null
            ? null
            : h('i', { class: 'heat-solid', style: heat(a, top), title: `${shortID(eps[m].id, group.id)}: ${signed(a)}` });
        }),
      ),
    );
  }

  function move(row, col) {
    const old = cells[at.row] && cells[at.row][at.col];
    at.row = Math.max(0, Math.min(rows, row));
    at.col = Math.max(0, Math.min(order.length - 1, col));
    if (old) old.classList.remove('cur');
    const td = cells[at.row][at.col];
    if (at.row < group.common) unfold();
    td.classList.add('cur');
    td.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    detail();
    return true;
  }

  function detail() {
    const e = order[at.col],
      t = at.row,
      step = eps[e].steps[t];
    const members = order.filter((_, c) => cells[t][c] === cells[t][at.col]);
    if (!step) {
      put(
        more,
        h(
          'div',
          { class: 'panel-body' },
          h('p', {}, outcomeChip(eps[e]), ` after ${plural(eps[e].steps.length, 'step')}`),
          h('p', {}, link(to('episode', { run, id: eps[e].id, t: eps[e].steps.length }), {}, 'open the episode at its end')),
        ),
      );
      return;
    }
    const why = h('div');
    say(`step ${t} of ${shortID(eps[e].id, group.id)}: ${step.action}`);
    put(
      more,
      h(
        'div',
        { class: 'panel-head' },
        h('h2', {}, `Step ${t}`),
        h('span', { class: 'muted' }, [step.place, step.focus].filter(Boolean).join(' · ')),
      ),
      h(
        'div',
        { class: 'panel-body' },
        h('p', { class: 'sib-text' }, step.text),
        h('div', { class: 'act' }, step.action),
        step.invalid ? h('p', { class: 'bad' }, 'The world refused it.') : null,
        h(
          'table',
          { class: 'members' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              ['Sibling', 'Outcome', 'Advantage', 'Return'].map((x, i) =>
                h('th', { scope: 'col', class: i > 1 ? 'num' : null }, x),
              ),
            ),
          ),
          h(
            'tbody',
            {},
            members.map((m) => {
              const i = index.get(eps[m].id),
                a = advOf(m, t);
              return h(
                'tr',
                {},
                h('th', { scope: 'row' }, link(to('episode', { run, id: eps[m].id, t }), {}, shortID(eps[m].id, group.id))),
                h('td', {}, outcomeChip(eps[m])),
                h('td', { class: 'num' }, a === null ? '–' : h('span', { class: 'heat pad', style: heat(a, top) }, signed(a))),
                h('td', { class: 'num' }, i !== undefined && credit.return[i] ? num(credit.return[i][t]) : '–'),
              );
            }),
          ),
        ),
        members.length > 1 ? h('p', { class: 'muted' }, `${members.length} siblings did the same up to here.`) : null,
        credit ? [h('h3', {}, `Why this credit (${shortID(eps[e].id, group.id)})`), why] : null,
        elsewhere(e, t),
        h(
          'p',
          { class: 'buttons' },
          link(to('episode', { run, id: eps[e].id, t }), {}, 'Open the step'),
          forkButton({ run, id: eps[e].id, t, info }),
        ),
      ),
    );
    clearTimeout(later);
    if (credit) later = setTimeout(() => explain(why, run, group.id, choice, eps[e].id, t, () => alive() && why.isConnected), 60);
  }

  // elsewhere lists the other steps that were in the state of step t of e.
  function elsewhere(e, t) {
    const state = eps[e].steps[t].state,
      list = [];
    eps.forEach((x, i) =>
      x.steps.forEach((y) => {
        if (y.state === state && !(i === e && y.t === t)) list.push([i, y]);
      }),
    );
    if (!list.length)
      return h('p', { class: 'muted' }, 'No other step was in this state: there is nothing here to compare it with.');
    return [
      h('h3', {}, `Also in this state (${list.length})`),
      h(
        'div',
        { class: 'there' },
        h(
          'table',
          { class: 'members' },
          h(
            'tbody',
            {},
            list.slice(0, 100).map(([i, y]) => {
              const a = advOf(i, y.t);
              return h(
                'tr',
                {},
                h(
                  'th',
                  { scope: 'row' },
                  link(to('episode', { run, id: eps[i].id, t: y.t }), {}, `${shortID(eps[i].id, group.id)} · ${y.t}`),
                ),
                h('td', {}, h('code', {}, clip(y.action, 40))),
                h('td', { class: 'num' }, a === null ? '–' : h('span', { class: 'heat pad', style: heat(a, top) }, signed(a))),
              );
            }),
          ),
        ),
      ),
    ];
  }

  const span = () => {
    let [a, b] = [at.col, at.col];
    const td = cells[at.row][at.col];
    while (cells[at.row][a - 1] === td) a--;
    while (cells[at.row][b + 1] === td) b++;
    return [a, b];
  };
  put(
    box,
    h(
      'div',
      { class: 'siblings' },
      h(
        'div',
        { class: 'scroll panel sib-scroll', tabindex: 0, role: 'region', 'aria-label': 'Siblings side by side' },
        h(
          'table',
          { class: 'sib-table' },
          h('caption', { class: 'visually-hidden' }, 'Siblings by column, steps by row; siblings that did the same share a cell'),
          h('thead', {}, head),
          h('tbody', {}, body),
        ),
      ),
      more,
    ),
  );
  move(Math.min(group.common, rows), 0);
  return {
    down: () => move(at.row + 1, at.col),
    up: () => move(at.row - 1, at.col),
    left: () => move(at.row, span()[0] - 1),
    right: () => move(at.row, span()[1] + 1),
    open: () => go('episode', { run, id: eps[order[at.col]].id, t: at.row }),
    parting: () => {
      for (let t = at.row + 1; t <= rows; t++) if (cells[t][at.col].classList.contains('parted')) return move(t, at.col);
      return move(Math.min(group.common, rows), at.col);
    },
    failure: () => {
      for (let k = 1; k <= order.length; k++) {
        const c = (at.col + k) % order.length;
        if (eps[order[c]].outcome !== 'success') return move(Math.min(at.row, eps[order[c]].steps.length), c);
      }
      return false;
    },
  };
}

// together reports whether siblings a and b have the same states and actions up
// to step t, t included.
function together(group, a, b, t) {
  return t < group.episodes[a].steps.length && t < group.episodes[b].steps.length && group.diverge[a][b] > t;
}
