// Line charts of metrics: the measured values faint, the smoothed ones strong,
// several runs in one picture, a readout under the pointer or the arrow keys.

import { h, s, put } from './dom.js';
import { num } from './format.js';
import { saveButtons } from './save.js';

const W = 380,
  H = 190,
  left = 46,
  right = 10,
  top = 8,
  bottom = 24;

// smooth is the exponential moving average with its bias at the start taken
// out, as TensorBoard draws it. Gaps (null) stay gaps. weight is in [0, 1).
export function smooth(ys, weight) {
  let run = 0,
    norm = 0;
  return ys.map((y) => {
    if (y === null || y === undefined) return null;
    run = run * weight + (1 - weight) * y;
    norm = norm * weight + (1 - weight);
    return run / norm;
  });
}

// ticks returns about n round numbers that cover lo to hi.
export function ticks(lo, hi, n) {
  if (!(hi > lo)) return [lo];
  const raw = (hi - lo) / n,
    mag = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * mag).find((k) => k >= raw);
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + step * 1e-9; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}

function bounds(lines, of) {
  let lo = Infinity,
    hi = -Infinity;
  for (const line of lines)
    for (const list of of(line))
      for (const v of list || []) {
        if (v === null || v === undefined) continue;
        if (v < lo) lo = v;
        if (v > hi) hi = v;
      }
  return lo > hi ? [0, 1] : [lo, hi];
}

function path(xs, ys, X, Y) {
  let d = '',
    pen = false;
  for (let i = 0; i < ys.length; i++) {
    if (ys[i] === null || ys[i] === undefined || xs[i] === null) {
      pen = false;
      continue;
    }
    d += `${pen ? 'L' : 'M'}${X(xs[i]).toFixed(1)} ${Y(ys[i]).toFixed(1)}`;
    pen = true;
  }
  return d;
}

function band(line, X, Y) {
  const at = line.x.map((_, i) => i).filter((i) => line.low[i] !== null && line.high[i] !== null && line.x[i] !== null);
  const side = (list) => (i) => `${X(line.x[i]).toFixed(1)} ${Y(list[i]).toFixed(1)}`;
  return at.length ? `M${at.map(side(line.high)).join('L')}L${at.reverse().map(side(line.low)).join('L')}Z` : '';
}

// chart returns a figure. lines are {label, color, x, y, low?, high?}; x rises.
export function chart({ title, xName, lines, weight }) {
  for (const line of lines) line.soft = weight > 0 ? smooth(line.y, weight) : line.y;
  const [x0, x1] = bounds(lines, (l) => [l.x]);
  let [y0, y1] = bounds(lines, (l) => [l.y, l.low, l.high]);
  const span = (y1 - y0) * 0.04;
  if (y0 !== y1) [y0, y1] = [y0 < 0 ? y0 - span : y0, y1 + span];
  if (y0 === y1) [y0, y1] = [y0 - Math.abs(y0 || 1) * 0.1, y1 + Math.abs(y1 || 1) * 0.1];
  const X = (x) => left + (x1 > x0 ? (x - x0) / (x1 - x0) : 0.5) * (W - left - right);
  const Y = (y) => H - bottom - ((y - y0) / (y1 - y0)) * (H - top - bottom);
  const ys = ticks(y0, y1, 4),
    xs = ticks(x0, x1, 5);
  const cursor = s('g', { class: 'cursor', visibility: 'hidden' });
  const svg = s(
    'svg',
    {
      viewBox: `0 0 ${W} ${H}`,
      class: 'chart',
      tabindex: 0,
      role: 'slider',
      'aria-label': `${title} by ${xName}`,
      'aria-valuemin': x0,
      'aria-valuemax': x1,
      'aria-valuenow': x1,
      'aria-valuetext': lines.map((l) => `${l.label}: ${summary(l)}`).join('; '),
    },
    ys.map((v) => [
      s('line', { class: 'grid', x1: left, x2: W - right, y1: Y(v), y2: Y(v) }),
      s('text', { class: 'tick', x: left - 6, y: Y(v) + 3.5, 'text-anchor': 'end' }, num(v)),
    ]),
    xs.map((v) => s('text', { class: 'tick', x: X(v), y: H - 8, 'text-anchor': 'middle' }, num(v))),
    s('line', { class: 'axis', x1: left, x2: W - right, y1: H - bottom, y2: H - bottom }),
    lines.map((l) => l.low && s('path', { class: 'band', d: band(l, X, Y), style: { fill: l.color } })),
    weight > 0 && lines.map((l) => s('path', { class: 'raw', d: path(l.x, l.y, X, Y), style: { stroke: l.color } })),
    lines.map((l) => s('path', { class: 'soft', d: path(l.x, l.soft, X, Y), style: { stroke: l.color } })),
    lines.map(
      (l) => l.x.length < 2 && l.y[0] !== null && s('circle', { cx: X(l.x[0]), cy: Y(l.y[0]), r: 3, style: { fill: l.color } }),
    ),
    cursor,
  );
  const read = h('figcaption', { class: 'read' });
  const fig = h(
    'figure',
    { class: 'chart-box' },
    h(
      'div',
      { class: 'chart-head' },
      h('h3', {}, title),
      saveButtons(() => svg, title),
    ),
    svg,
    read,
  );
  const rest = () =>
    put(
      read,
      lines.map((l) =>
        h(
          'span',
          { class: 'key' },
          h('i', { style: { background: l.color } }),
          lines.length > 1 ? `${l.label} ` : '',
          num(last(l.soft)),
        ),
      ),
    );
  rest();
  follow(svg, cursor, read, { lines, xName, x0, x1, X, Y, rest });
  return fig;
}

const last = (ys) => {
  for (let i = ys.length - 1; i >= 0; i--) if (ys[i] !== null && ys[i] !== undefined) return ys[i];
  return null;
};

function summary(l) {
  const known = l.y.filter((v) => v !== null && v !== undefined);
  if (!known.length) return 'no values';
  return `${known.length} values, first ${num(known[0])}, last ${num(known[known.length - 1])}, least ${num(known.reduce((a, b) => Math.min(a, b)))}, most ${num(known.reduce((a, b) => Math.max(a, b)))}`;
}

// nearest returns the index of the value of the sorted list that is next to x.
function nearest(list, x) {
  let best = 0;
  for (let i = 1; i < list.length; i++) if (Math.abs(list[i] - x) < Math.abs(list[best] - x)) best = i;
  return best;
}

function follow(svg, cursor, read, c) {
  const all = [...new Set(c.lines.flatMap((l) => l.x))].filter((v) => v !== null).sort((a, b) => a - b);
  let at = -1;
  const show = (i) => {
    at = Math.max(0, Math.min(all.length - 1, i));
    const x = all[at];
    cursor.setAttribute('visibility', 'visible');
    const parts = [];
    put(cursor, s('line', { x1: c.X(x), x2: c.X(x), y1: top, y2: H - bottom }));
    for (const l of c.lines) {
      if (!l.x.length) continue;
      const k = nearest(l.x, x),
        y = l.soft[k];
      if (y === null || y === undefined) continue;
      cursor.append(s('circle', { cx: c.X(l.x[k]), cy: c.Y(y), r: 3, style: { fill: l.color } }));
      const raw = l.y[k] !== y ? ` (${num(l.y[k])})` : '';
      const range = l.low ? ` [${num(l.low[k])}, ${num(l.high[k])}]` : '';
      parts.push([l, `${c.lines.length > 1 ? `${l.label} ` : ''}${num(y)}${raw}${range}`]);
    }
    put(
      read,
      h('span', { class: 'muted' }, `${c.xName} ${num(x, 6)}`),
      parts.map(([l, text]) => h('span', { class: 'key' }, h('i', { style: { background: l.color } }), text)),
    );
    svg.setAttribute('aria-valuenow', x);
    svg.setAttribute('aria-valuetext', `${c.xName} ${num(x, 6)}: ${parts.map(([, t]) => t).join(', ')}`);
  };
  const hide = () => {
    at = -1;
    cursor.setAttribute('visibility', 'hidden');
    c.rest();
  };
  svg.addEventListener('pointermove', (e) => {
    const r = svg.getBoundingClientRect();
    const share = (((e.clientX - r.left) / r.width) * W - left) / (W - left - right);
    show(nearest(all, c.x0 + share * (c.x1 - c.x0)));
  });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', (e) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[e.key];
    if (move === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    show(at < 0 ? (move < 0 ? all.length - 1 : 0) : at + move);
  });
}
