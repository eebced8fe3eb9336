// Credit of the steps of a group by a method of choice, and the reasons for it.

import { h, put, loading, failed } from './dom.js';
import { runPath, once } from './api.js';
import { rowOf, to } from './state.js';
import { num, signed } from './format.js';
import { shortID } from './parts.js';

// stored stands for the advantages that training wrote into the steps.
export const stored = '(as trained)';

const memory = { run: '', method: '', grouping: '' };

// choice returns the method and grouping to begin with: the ones chosen last in
// this run, else the run's own.
export function choice(info, params) {
  const known = (m) => m && (m === stored || info.methods.some((x) => x.name === m));
  const own = memory.run === info.run;
  const method =
    [params.get('method'), own && memory.method, info.default_method].find(known) || (info.methods[0] || {}).name || '';
  const grouping = params.get('grouping') || (own && memory.grouping) || info.default_grouping || 'anchor';
  return { method, grouping };
}

function remember(run, c) {
  Object.assign(memory, { run, method: c.method, grouping: c.grouping });
}

export const fetchCredit = (run, group, c, explain) =>
  once((rowOf(run) || {}).version, `${runPath(run)}/credit`, {
    group,
    method: c.method,
    grouping: c.grouping,
    explain: explain ? 1 : '',
  });

// picker is the two selects that choose a method.
export function picker(info, c, changed, hasStored) {
  const option = (v, text) => h('option', { value: v, selected: v === c.method }, text || v);
  const method = h(
    'select',
    {
      'aria-label': 'Credit method',
      class: 'method',
      onchange: (e) => {
        c.method = e.target.value;
        remember(info.run, c);
        changed();
      },
    },
    hasStored && option(stored),
    info.methods.map((m) => option(m.name)),
  );
  const grouping = h(
    'select',
    {
      'aria-label': 'Steps are grouped by',
      onchange: (e) => {
        c.grouping = e.target.value;
        remember(info.run, c);
        changed();
      },
    },
    [
      ['anchor', 'by what is seen'],
      ['state', 'by true state'],
    ].map(([v, t]) => h('option', { value: v, selected: v === c.grouping }, t)),
  );
  return h('span', { class: 'buttons' }, h('span', { class: 'field' }, h('span', {}, 'Credit'), method), grouping);
}

// explain fills box with why step t of episode id got its credit.
export async function explain(box, run, group, c, id, t, alive) {
  put(box, loading('the reasons'));
  try {
    const answer = await fetchCredit(run, group, c, true);
    if (!alive()) return;
    const i = answer.episodes.indexOf(id);
    const out = (answer.excluded || []).find((x) => x.id === id);
    const step = (answer.steps || []).find((x) => x.episode === i && x.step === t);
    if (out) put(box, h('p', {}, `This episode gets no credit: ${out.why}`));
    else if (!step) put(box, h('p', { class: 'muted' }, answer.note || 'The method says nothing about this step.'));
    else put(box, reasons(run, group, answer, step));
  } catch (e) {
    if (alive())
      put(
        box,
        failed('No reasons can be given.', e, () => explain(box, run, group, c, id, t, alive)),
      );
  }
}

function reasons(run, group, answer, step) {
  const top = Math.max(1e-9, ...step.parts.map((p) => Math.abs(p.value)));
  const at = ({ episode, step: t }) =>
    h(
      'a',
      { href: to('episode', { run, id: answer.episodes[episode], t: t >= 0 ? t : '' }) },
      `${shortID(answer.episodes[episode] || '?', group)}${t >= 0 ? `·${t}` : ''}`,
    );
  return h(
    'div',
    { class: 'reasons' },
    h('p', { class: 'formula' }, h('code', {}, answer.formula)),
    h(
      'table',
      {},
      h(
        'tbody',
        {},
        step.parts.map((p) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, p.name),
            h('td', { class: 'num' }, h('b', {}, signed(p.value))),
            h(
              'td',
              {},
              h('span', { class: ['pm', p.value < 0 ? 'neg' : 'pos'], style: { '--w': `${(50 * Math.abs(p.value)) / top}%` } }),
              h('div', {}, p.why),
              (p.with || []).length
                ? h(
                    'div',
                    { class: 'with' },
                    'with ',
                    p.with.slice(0, 24).map((w) => [at(w), ' ']),
                    p.with.length > 24 || p.more ? `and ${p.with.length - Math.min(24, p.with.length) + (p.more || 0)} more` : '',
                  )
                : null,
            ),
          ),
        ),
        h(
          'tr',
          { class: 'sum' },
          h('th', { scope: 'row' }, 'together'),
          h('td', { class: 'num' }, h('b', {}, signed(step.advantage))),
          h('td', { class: 'muted' }, 'the advantage'),
        ),
      ),
    ),
    answer.note ? h('p', { class: 'muted' }, answer.note) : null,
    answer.gamma !== undefined
      ? h(
          'p',
          { class: 'muted' },
          `discount ${num(answer.gamma)}, steps grouped by ${answer.grouping === 'state' ? 'true state' : 'what is seen'}`,
        )
      : null,
  );
}
