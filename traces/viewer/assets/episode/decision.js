// One decision: what was done, what it was worth, and why.

import { h } from '../dom.js';
import { num, signed } from '../format.js';
import { outcomeChip } from '../parts.js';
import { heat, scale } from '../color.js';
import { explain, stored } from '../credit.js';
import { tokenView } from '../tokens.js';
import { endText } from './head.js';
import { choices } from './choices.js';

// decision shows the action taken at the step that is shown, its numbers, the
// reasons of its credit, the tokens behind it, and the other choices.
export function decision({ run, ep, info, st, again, alive }) {
  const step = ep.steps[st.t];
  if (!step)
    return h(
      'section',
      { class: 'panel', 'aria-label': 'Outcome' },
      h('h2', {}, 'Outcome'),
      h(
        'div',
        { class: 'panel-body' },
        h('p', {}, outcomeChip(ep), ep.outcome === 'success' ? null : ` ${endText(ep)}`),
        metricList({
          return: ep.return,
          score: ep.score,
          ...(ep.bootstrap ? { bootstrap: ep.bootstrap } : {}),
          ...(ep.metrics || {}),
        }),
      ),
    );
  const adv = st.adv ? st.adv[st.t] : null,
    ret = st.ret ? st.ret[st.t] : null;
  const taken = (step.options || []).find((o) => o.action === step.action);
  const p = taken && taken.prob !== undefined ? taken.prob : step.logprob ? Math.exp(step.logprob) : null;
  const box = h('div', { class: 'why' });
  const cell = (k, v, title) => h('div', { title }, h('dt', {}, k), h('dd', {}, v));
  if (st.why && st.credit.method !== stored)
    explain(box, run, ep.group, st.credit, ep.id, st.t, () => alive() && box.isConnected);
  return [
    h(
      'section',
      { class: 'panel', 'aria-label': 'Action taken' },
      h('h2', {}, 'Action taken'),
      h(
        'div',
        { class: 'panel-body' },
        step.calls
          ? step.calls.map((c) => h('div', { class: 'act' }, h('b', {}, c.name), ' ', h('code', {}, JSON.stringify(c.args))))
          : h('div', { class: 'act' }, step.action),
        step.invalid ? h('p', { class: 'bad' }, 'The world refused it.') : null,
        h(
          'dl',
          { class: 'grid-facts' },
          cell('reward', num(step.reward)),
          cell(
            'return',
            num(ret ?? step.return),
            ret === null ? 'undiscounted sum of rewards from here' : 'discounted sum of rewards from here',
          ),
          cell(
            'advantage',
            h(
              'span',
              { class: 'heat pad', style: heat(adv, scale([st.adv])) },
              adv === null || adv === undefined ? '–' : signed(adv),
            ),
          ),
          cell('probability', p === null ? '–' : num(p)),
          cell('entropy', num(step.entropy), 'of the distribution over actions, in nats'),
          cell('value', step.value === undefined ? '–' : num(step.value), 'what the policy expected from here'),
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            'aria-expanded': String(st.why),
            disabled: st.credit.method === stored,
            onclick: () => {
              st.why = !st.why;
              again();
            },
          },
          st.why ? 'Hide why' : 'Why this credit?',
        ),
        box,
        step.metrics ? h('details', {}, h('summary', {}, 'Measured at this step'), metricList(step.metrics)) : null,
      ),
    ),
    tokenView(step),
    choices({ run, ep, st, step, info, alive }),
  ];
}

const metricList = (m) =>
  h(
    'dl',
    { class: 'facts' },
    Object.entries(m).map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, num(v)))),
  );
