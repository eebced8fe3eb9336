// What a language model read and wrote at a step, token by token: log-
// probabilities as heat, ids beside the texts where they were recorded.

import { h, put } from './dom.js';
import { num, int } from './format.js';

export function tokenView(step) {
  const c = step.call;
  if (!c)
    return step.raw
      ? h(
          'section',
          { class: 'panel', 'aria-label': 'What the model wrote' },
          h('h2', {}, 'What the model wrote'),
          h('pre', { class: 'panel-body raw-text' }, step.raw),
        )
      : null;
  const n = Math.max((c.completion_ids || []).length, (c.logprobs || []).length);
  const facts = [
    ['model', c.model],
    ['known', { tokens: 'tokens and log-probabilities', logprobs: 'log-probabilities', text: 'text only' }[c.level] || c.level],
    ['read', c.prompt_tokens && `${int(c.prompt_tokens)} tokens`],
    ['wrote', c.completion_tokens && `${int(c.completion_tokens)} tokens`],
    ['ended by', c.finish],
    ['temperature', c.temperature !== undefined ? num(c.temperature) : ''],
    ['took', c.latency_ms ? `${num(c.latency_ms)} ms` : ''],
    ['attempts', c.attempts > 1 ? c.attempts : ''],
  ].filter(([, v]) => v !== undefined && v !== '' && v !== 0 && v !== null);
  return h(
    'section',
    { class: 'panel tokens-panel', 'aria-label': 'Tokens' },
    h('h2', {}, 'Tokens'),
    h(
      'div',
      { class: 'panel-body' },
      h(
        'dl',
        { class: 'facts' },
        facts.map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, String(v)))),
      ),
      c.fault ? h('p', { class: 'bad' }, `The form was wrong: ${c.fault}`) : null,
      n ? heatView(c, n) : h('p', { class: 'muted' }, 'The endpoint gave no tokens; what it wrote is below.'),
      step.raw ? h('details', { open: !n }, h('summary', {}, 'Text'), h('pre', { class: 'raw-text' }, step.raw)) : null,
      c.prompt_ids && c.prompt_ids.length
        ? h(
            'details',
            {},
            h('summary', {}, `Ids that were added to the prompt (${int(c.prompt_ids.length)})`),
            h('pre', { class: 'raw-text' }, c.prompt_ids.slice(0, 4000).join(' '), c.prompt_ids.length > 4000 ? ' …' : ''),
          )
        : null,
      (c.messages || []).length
        ? h(
            'details',
            {},
            h('summary', {}, `Messages that it read (${c.messages.length})`),
            c.messages.map((m) =>
              h(
                'div',
                { class: 'message' },
                h('b', {}, m.role),
                h(
                  'pre',
                  { class: 'raw-text' },
                  m.content,
                  (m.tool_calls || []).length ? `\n${JSON.stringify(m.tool_calls)}` : '',
                ),
              ),
            ),
          )
        : null,
    ),
  );
}

// shade grows with surprise: nothing at probability 1, full at e^-5.
const shade = (logprob) => (logprob === undefined || logprob === null ? 0 : Math.min(1, -logprob / 5));

function heatView(c, n) {
  const at = (list, i) => (list || [])[i];
  const pieces = c.pieces && c.pieces.length === n ? c.pieces : null;
  const read = h(
    'p',
    { class: 'token-read muted', role: 'status' },
    'Darker: less likely. Move over a token, or to it with Tab and the arrows.',
  );
  const show = (i) => {
    const lp = at(c.logprobs, i),
      id = at(c.completion_ids, i);
    put(
      read,
      `token ${i + 1} of ${n}`,
      id !== undefined ? ` · id ${id}` : '',
      lp !== undefined && lp !== null ? ` · log-probability ${num(lp)} · probability ${num(Math.exp(lp))}` : '',
    );
  };
  const shown = Math.min(n, 2000);
  const box = h('div', { class: ['token-row', pieces ? 'pieces' : 'ids'], role: 'listbox', 'aria-label': 'Tokens written' });
  for (let i = 0; i < shown; i++) {
    const text = pieces ? pieces[i] : at(c.completion_ids, i) !== undefined ? String(at(c.completion_ids, i)) : `·${i + 1}`;
    box.append(
      h(
        'span',
        {
          role: 'option',
          'aria-selected': 'false',
          tabindex: i ? -1 : 0,
          class: 'token',
          style: { '--heat': `${Math.round(100 * shade(at(c.logprobs, i)))}%` },
          'data-i': i,
        },
        text,
      ),
    );
  }
  box.addEventListener('pointerover', (e) => {
    const i = e.target.dataset && e.target.dataset.i;
    if (i !== undefined) show(Number(i));
  });
  box.addEventListener('focusin', (e) => {
    const i = e.target.dataset && e.target.dataset.i;
    if (i !== undefined) show(Number(i));
  });
  box.addEventListener('keydown', (e) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key],
      el = e.target.closest('.token');
    if (!by || !el) return;
    e.preventDefault();
    e.stopPropagation();
    const next = by > 0 ? el.nextElementSibling : el.previousElementSibling;
    if (!next) return;
    el.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  const known = (c.logprobs || []).filter((x) => x !== null);
  return [
    box,
    shown < n ? h('p', { class: 'muted' }, `and ${int(n - shown)} more tokens`) : null,
    read,
    known.length
      ? h(
          'p',
          { class: 'muted' },
          `Together ${num(known.reduce((a, b) => a + b, 0))} nats; the least likely token has probability ${num(Math.exp(Math.min(...known)))}.`,
        )
      : null,
  ];
}
