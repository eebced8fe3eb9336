// WebShop's pages. The text of a page is its texts in order with " [SEP] "
// between them; Place says which page it is.

import { h } from '../dom.js';
import { observation } from './scene.js';

const separator = ' [SEP] ';

// shopPage draws observation t as a page, with what was clicked marked.
export function shopPage(episode, t) {
  const o = observation(episode, t);
  if (!o || !o.text.includes(separator)) return null;
  const step = episode.steps[t];
  const parts = o.text.split(separator).map((p) => p.trim());
  const ctx = {
    episode,
    t,
    o,
    step,
    taken: step ? step.action.toLowerCase() : '',
    probs: new Map(((step && step.options) || []).map((p) => [p.action.toLowerCase(), p.prob])),
  };
  if (o.place === 'done' || parts[0].startsWith('Thank you')) return frame('/done', null, done(parts, episode));
  if (parts[0] === 'WebShop') return frame('/', parts[2], search(ctx));
  if (parts[0] !== 'Instruction:') return null;
  const rest = parts.slice(2);
  const body =
    { results, item }[o.place] || (['description', 'features', 'reviews', 'attributes'].includes(o.place) ? detail : null);
  if (!body) return null;
  return frame(address(o), parts[1], body(ctx, rest));
}

const address = (o) =>
  o.place === 'results' ? `/search/${(o.state.match(/^results p(\d+)/) || [])[1] || ''}` : `/${o.place}/${o.focus || ''}`;

function frame(url, instruction, body) {
  return h(
    'div',
    { class: 'shop' },
    h('div', { class: 'shop-url' }, h('span', {}, 'webshop'), url),
    instruction ? h('div', { class: 'shop-ask' }, h('span', {}, 'Instruction'), ` ${instruction}`) : null,
    body,
  );
}

// button draws something that can be clicked, with the probability that the
// policy gave to it; the one that was clicked is marked.
function button(ctx, text, kind) {
  const action = `click[${text.toLowerCase()}]`,
    p = ctx.probs.get(action),
    taken = ctx.taken === action;
  return h(
    'span',
    { class: ['shop-button', kind, taken && 'taken'] },
    text,
    p === undefined ? null : h('i', { class: 'p', title: `probability ${p.toFixed(3)}`, style: { '--w': `${100 * p}%` } }),
    taken && h('span', { class: 'visually-hidden' }, ' (clicked)'),
  );
}

function search(ctx) {
  const m = ctx.step && ctx.step.action.match(/^search\[([\s\S]*)\]$/);
  return h(
    'div',
    { class: 'shop-search' },
    h('div', { class: ['shop-box', m && 'taken'] }, m ? m[1] : h('span', { class: 'muted' }, 'nothing was searched for')),
    h('span', { class: ['shop-button', 'main', m && 'taken'] }, 'Search'),
  );
}

function results(ctx, parts) {
  const at = parts.findIndex((p) => p.startsWith('Page '));
  const nav = [],
    items = [];
  let i = 0;
  for (; i < parts.length; i++) {
    if (['Back to Search', '< Prev', 'Next >'].includes(parts[i])) nav.push(button(ctx, parts[i]));
    else if (i !== at) break;
  }
  for (; i + 2 < parts.length; i += 3) items.push(parts.slice(i, i + 3));
  return [
    h('div', { class: 'shop-nav' }, nav, h('span', { class: 'muted' }, at >= 0 ? parts[at] : '')),
    h(
      'ol',
      { class: 'shop-results' },
      items.map(([asin, title, price]) => {
        const action = `click[${asin.toLowerCase()}]`;
        return h(
          'li',
          { class: ctx.taken === action ? 'taken' : null },
          tile(title),
          h('div', { class: 'shop-title' }, h('div', {}, title), h('div', { class: 'shop-price' }, price)),
          button(ctx, asin, 'asin'),
        );
      }),
    ),
    items.length ? null : h('p', { class: 'muted' }, 'No products were found.'),
  ];
}

// tile stands for the picture of a product, which is not part of what agents
// see: the first letters of its kind on a colour of its own.
function tile(title) {
  let n = 0;
  for (const c of title) n = (n * 31 + c.codePointAt(0)) % 360;
  return h('span', { class: 'shop-tile', 'aria-hidden': 'true', style: { '--tint': `hsl(${n} 45% 50%)` } }, title.slice(0, 1));
}

function item(ctx, parts) {
  const price = parts.findIndex((p) => p.startsWith('Price:'));
  if (price < 1) return h('pre', {}, parts.join('\n'));
  const from = parts.indexOf('< Prev') + 1,
    title = parts[price - 1];
  const { groups, loose } = options(ctx, parts.slice(from, price - 1));
  const chosen = choices(ctx, groups);
  return [
    h(
      'div',
      { class: 'shop-nav' },
      parts.slice(0, from).map((p) => button(ctx, p)),
    ),
    h(
      'div',
      { class: 'shop-item' },
      tile(title),
      h(
        'div',
        { class: 'shop-facts' },
        h('h4', {}, title),
        h(
          'div',
          {},
          h('span', { class: 'shop-price' }, parts[price].replace('Price:', '').trim()),
          h('span', { class: 'muted' }, ` · ${parts[price + 1] || ''}`),
        ),
        groups.map((g) =>
          h(
            'div',
            { class: 'shop-option' },
            h('span', { class: 'muted' }, g.name),
            g.values.map((v) => button(ctx, v, chosen.has(v.toLowerCase()) ? 'chosen' : 'value')),
          ),
        ),
        loose.length
          ? h(
              'div',
              { class: 'shop-option' },
              loose.map((v) => button(ctx, v, 'value')),
            )
          : null,
        h(
          'div',
          { class: 'shop-nav' },
          parts.slice(price + 2).map((p) => button(ctx, p, p === 'Buy Now' ? 'main' : '')),
        ),
      ),
    ),
  ];
}

// options splits the texts before the title into names and values. A value is
// what can be clicked; where the list of actions was not kept, names are taken
// to be the words that shops use for them.
function options(ctx, texts) {
  const names =
    /^(color|colour|size|style|flavor|flavor name|scent|pattern|pattern name|material|fit type|item package quantity|unit count|number of items|capacity|length|shape|format|special size|team name|model|configuration|design|dimension|item shape|edition|set|package|quantity|volume|weight|finish|type)$/i;
  const known = ctx.probs.size > 0;
  const groups = [],
    loose = [];
  for (const text of texts) {
    const isValue = known ? ctx.probs.has(`click[${text.toLowerCase()}]`) : !names.test(text);
    if (!isValue) groups.push({ name: text, values: [] });
    else if (groups.length) groups[groups.length - 1].values.push(text);
    else loose.push(text);
  }
  return { groups, loose };
}

// choices returns the values that have been chosen when step t is reached: the
// last one clicked of every option since the product was opened.
function choices(ctx, groups) {
  const steps = ctx.episode.steps,
    slot = new Map(),
    last = new Map();
  groups.forEach((g) => g.values.forEach((v) => slot.set(v.toLowerCase(), g.name)));
  let from = ctx.t;
  while (from > 0 && steps[from - 1].observation.focus === ctx.o.focus) from--;
  for (let i = from; i < ctx.t; i++) {
    const m = steps[i].action.toLowerCase().match(/^click\[([\s\S]*)\]$/);
    if (m && slot.has(m[1]) && steps[i].observation.place === 'item' && !steps[i].invalid) last.set(slot.get(m[1]), m[1]);
  }
  return new Set(last.values());
}

function detail(ctx, parts) {
  const nav = parts.filter((p) => ['Back to Search', '< Prev'].includes(p));
  return [
    h(
      'div',
      { class: 'shop-nav' },
      nav.map((p) => button(ctx, p)),
    ),
    h(
      'div',
      { class: 'shop-detail' },
      h('h4', {}, ctx.o.place),
      parts.filter((p) => !nav.includes(p)).map((p) => h('p', {}, p)),
    ),
  ];
}

function done(parts, episode) {
  const at = (name) => {
    const i = parts.indexOf(name);
    return i >= 0 ? parts[i + 1] : '';
  };
  const asin = at('asin'),
    opts = at('options');
  const m = episode.metrics || {};
  const shares = [
    ['type', 'r_type'],
    ['attributes', 'r_att'],
    ['options', 'r_option'],
    ['price', 'r_price'],
  ].filter(([, k]) => k in m);
  return h(
    'div',
    { class: 'shop-done' },
    h('h4', {}, parts[0]),
    h(
      'dl',
      { class: 'facts' },
      h('div', {}, h('dt', {}, 'bought'), h('dd', {}, h('code', {}, asin))),
      opts && opts !== 'asin' ? h('div', {}, h('dt', {}, 'with'), h('dd', {}, opts)) : null,
      h('div', {}, h('dt', {}, 'score'), h('dd', {}, parts[parts.indexOf('Your score (min 0.0, max 1.0)') + 1] || '')),
    ),
    shares.length
      ? h(
          'table',
          { class: 'shop-shares' },
          h(
            'tbody',
            {},
            shares.map(([n, k]) =>
              h(
                'tr',
                {},
                h('th', { scope: 'row' }, n),
                h(
                  'td',
                  {},
                  h(
                    'span',
                    { class: 'share' },
                    h('i', { class: m[k] >= 1 ? 'ok' : 'warn', style: { '--w': `${100 * m[k]}%` } }),
                    String(Math.round(m[k] * 1000) / 1000),
                  ),
                ),
              ),
            ),
          ),
        )
      : null,
  );
}
