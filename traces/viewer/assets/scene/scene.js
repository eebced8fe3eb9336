// The world as the agent saw it. Each environment has a drawing of its own;
// what none of them understands is shown as text. Drawings are made of text
// nodes only, whatever the text says.

import { h } from '../dom.js';
import { shopPage } from './shop.js';
import { room } from './room.js';
import { toolTurn } from './tools.js';

// scene draws observation t of an episode (t = number of steps: the final one).
// It returns null where only the text can be shown.
export function scene(episode, t) {
  const env = episode.env || '';
  const draw = env.startsWith('webshop') ? shopPage : env.startsWith('alfworld') ? room : toolTurn;
  return draw(episode, t);
}

export function observation(episode, t) {
  return t < episode.steps.length ? episode.steps[t].observation : episode.final || null;
}

// asText shows the text that the agent got, and the parts that identify it.
export function asText(o) {
  return h(
    'div',
    { class: 'as-text' },
    h('pre', {}, o.text),
    o.anchor && o.anchor !== o.text ? [h('h3', {}, 'What steps are grouped by'), h('pre', {}, o.anchor)] : null,
    h('dl', { class: 'facts' }, h('div', {}, h('dt', {}, 'state'), h('dd', {}, h('code', {}, o.state)))),
  );
}
