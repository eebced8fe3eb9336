// The whole episode in one strip: advantages, rewards and values by step.

import { s } from '../dom.js';
import { signed, plural } from '../format.js';
import { actionText } from '../parts.js';
import { scale, hue } from '../color.js';

// strip draws the whole episode: a bar a step for the advantage, a dot where
// reward came, a line for the value where there is one.
export function strip(ep, st, select) {
  const n = ep.steps.length,
    W = Math.max(600, n * 14),
    H = 56,
    w = W / Math.max(n, 16),
    mid = H / 2,
    top = scale([st.adv]);
  const values = ep.steps.map((x) => x.value),
    hasValue = values.some((v) => v),
    vtop = scale([values]);
  return s(
    'svg',
    {
      viewBox: `0 0 ${W} ${H}`,
      preserveAspectRatio: 'none',
      class: 'strip-svg',
      role: 'img',
      'aria-label': `Advantage of ${plural(n, 'step')}`,
    },
    s('rect', { class: 'cur', x: Math.min(st.t, n) * w, y: 0, width: st.t < n ? w : 4, height: H }),
    s('line', { class: 'zero', x1: 0, x2: W, y1: mid, y2: mid }),
    ep.steps.map((step, t) => {
      const a = st.adv ? st.adv[t] : null,
        hgt = a === null || a === undefined ? 0 : Math.max(1, (Math.abs(a) / top) * (mid - 3));
      return [
        s('rect', {
          class: 'bar',
          x: t * w + w * 0.15,
          width: w * 0.7,
          y: a < 0 ? mid : mid - hgt,
          height: hgt,
          style: { fill: hue(a) },
        }),
        step.reward ? s('path', { class: 'rew', d: `M${t * w + w / 2} ${step.reward > 0 ? 6 : H - 6}h.01` }) : null,
        step.invalid ? s('line', { class: 'inv', x1: t * w + w * 0.2, x2: t * w + w * 0.8, y1: H - 2, y2: H - 2 }) : null,
      ];
    }),
    hasValue
      ? s('polyline', {
          class: 'val',
          points: values.map((v, t) => `${t * w + w / 2},${mid - ((v || 0) / vtop) * (mid - 3)}`).join(' '),
        })
      : null,
    ep.steps.map((step, t) =>
      s(
        'rect',
        { class: 'hit', x: t * w, y: 0, width: w, height: H, onclick: () => select(t) },
        s(
          'title',
          {},
          `step ${t}: ${actionText(step)}${st.adv && st.adv[t] !== null && st.adv[t] !== undefined ? `, advantage ${signed(st.adv[t])}` : ''}`,
        ),
      ),
    ),
  );
}
