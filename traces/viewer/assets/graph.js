// The graph of a group: a node a state, an edge an action that led from one to
// another. Thick edges were taken often; colour is advantage. A state or an
// edge, once chosen, lists every step that was there.

import { h, s, put, link, say } from './dom.js';
import { to, go } from './state.js';
import { num, signed, plural, clip } from './format.js';
import { heat, hue, scale } from './color.js';
import { shortID, outcomeChip } from './parts.js';
import { saveButtons } from './save.js';
import { explain } from './credit.js';
import { forkButton } from './fork.js';

export function graphView(box, { run, group, graph, credit, alive, info, forks }) {
  const byID = new Map(group.episodes.map((e) => [e.id, e]));
  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const top = scale([graph.nodes.map((n) => n.advantage), graph.edges.map((e) => e.advantage)]);
  const most = Math.max(1, ...graph.edges.map((e) => e.visits)),
    crowd = Math.max(1, ...graph.nodes.map((n) => n.visits));
  const radius = (n) => 8 + 9 * Math.sqrt(n.visits / crowd);
  const ends = (n) =>
    n.steps.filter(([e, t]) => {
      const ep = byID.get(graph.episodes[e]);
      return ep && ep.outcome !== 'lost' && t === ep.steps.length;
    }).length;
  const more = h('aside', { class: 'panel graph-more', 'aria-label': 'What was chosen' });
  let chosen = null,
    zoom = 1,
    lit = -1;
  const nodeEls = new Map(),
    edgeEls = new Map();
  const shade = (a) => hue(a === 0 ? null : a); // nought is neither better nor worse
  const pad = 34,
    W = Math.max(graph.width, ...graph.edges.flatMap((e) => bend(e).map((p) => p[0]))) + 2 * pad,
    H = Math.max(graph.height, ...graph.edges.flatMap((e) => bend(e).map((p) => p[1]))) + pad;

  const edgeEl = (e, i) => {
    const p = bend(e),
      d = `M${p[0]} C${p[1]} ${p[2]} ${p[3]}`,
      middle = point(p, 0.5),
      known = e.advantage !== null && e.advantage !== undefined;
    const strong = String(known ? 0.4 + 0.6 * Math.sqrt(Math.abs(e.advantage) / top) : 0.6);
    const el = s(
      'g',
      { class: ['edge', e.invalid && 'refused'], onclick: () => chooseEdge(i) },
      s('path', { class: 'edge-hit', d }),
      s('path', {
        class: 'edge-line',
        d,
        style: {
          stroke: shade(e.advantage),
          'stroke-width': String(1 + 7 * Math.sqrt(e.visits / most) * (e.visits > 1 ? 1 : 0.5)),
          'stroke-opacity': strong,
        },
      }),
      s('path', {
        class: 'edge-tip',
        d: tip(p, nodes.get(e.to), radius(nodes.get(e.to)), 7 + 5 * Math.sqrt(e.visits / most)),
        style: { fill: shade(e.advantage), 'fill-opacity': strong },
      }),
      s('text', { x: middle[0], y: middle[1] - 4, 'text-anchor': 'middle' }, clip(e.action, 26)),
      s(
        'title',
        {},
        `${e.action}: ${plural(e.visits, 'time')}${known ? `, advantage ${signed(e.advantage)}` : ''}${e.invalid ? ', refused' : ''}`,
      ),
    );
    edgeEls.set(i, el);
    return el;
  };
  const leaves = new Set(graph.edges.map((e) => e.from)); // states that somebody went on from
  const nodeEl = (n) => {
    const r = radius(n),
      over = n.final ? ends(n) : 0,
      last = over > 0 && !leaves.has(n.id),
      kind = over ? (n.success === over ? 'won' : n.success ? 'mixed' : 'over') : '';
    const shape = (name, more) =>
      last
        ? s('rect', { class: name, x: -r, y: -r, width: 2 * r, height: 2 * r, rx: 4, ...more })
        : s('circle', { class: name, r, ...more });
    const words = [
      `${n.label}: ${plural(n.visits, 'visit')}`,
      n.advantage !== null && n.advantage !== undefined && `advantage ${signed(n.advantage)}`,
      over && `${over} ended here, ${n.success || 0} of them with success`,
    ]
      .filter(Boolean)
      .join(', ');
    const el = s(
      'g',
      {
        class: ['node', n.start && 'start', n.final && 'final', kind],
        transform: `translate(${n.x} ${n.y})`,
        tabindex: -1,
        role: 'button',
        'aria-label': words,
        onclick: () => choose(n.id),
        onfocus: () => {
          if (chosen !== n.id) choose(n.id);
        },
      },
      shape('node-back'),
      shape('node-fill', { style: heat(n.advantage, top) }),
      s(
        'text',
        { class: last ? 'node-end' : 'node-n', y: 3.8, 'text-anchor': 'middle' },
        last ? (n.success ? '✓' : '✗') : n.visits > 1 ? n.visits : '',
      ),
      s('text', { y: r + 13, 'text-anchor': 'middle' }, clip(n.label, 22)),
      s('title', {}, `${words}\n${n.key}`),
    );
    nodeEls.set(n.id, el);
    return el;
  };
  const svg = s(
    'svg',
    {
      class: 'graph',
      viewBox: `${-pad} ${-pad} ${W} ${H}`,
      role: 'group',
      'aria-label': `Graph of ${plural(graph.nodes.length, 'state')} and ${plural(graph.edges.length, 'transition')}`,
    },
    s('g', {}, graph.edges.map(edgeEl)),
    s('g', {}, graph.nodes.map(nodeEl)),
  );
  const scroll = h('div', { class: 'graph-scroll' }, svg);
  const size = () => {
    svg.style.setProperty('width', `${W * zoom}px`);
    svg.style.setProperty('height', `${H * zoom}px`);
  };
  const setZoom = (z) => {
    // the middle stays where it is
    const x = (scroll.scrollLeft + scroll.clientWidth / 2) / zoom,
      y = (scroll.scrollTop + scroll.clientHeight / 2) / zoom;
    zoom = Math.max(0.1, Math.min(3, z));
    size();
    svg.classList.toggle('far', zoom < 0.5);
    scroll.scrollLeft = x * zoom - scroll.clientWidth / 2;
    scroll.scrollTop = y * zoom - scroll.clientHeight / 2;
    return true;
  };
  const whole = () => setZoom(Math.min(1.5, (scroll.clientWidth - 6) / W, (scroll.clientHeight - 6) / H));
  const fit = () => {
    // not so small that nothing can be read: then it begins at the start
    setZoom(Math.max(0.62, Math.min(1.5, (scroll.clientWidth - 6) / W, (scroll.clientHeight - 6) / H)));
    scroll.scrollLeft = (start ? (start.x + pad) * zoom : 0) - scroll.clientWidth / 2;
    scroll.scrollTop = (start ? (start.y + pad) * zoom : 0) - scroll.clientHeight / 2;
  };

  // follow lights the way of one sibling.
  function follow(e) {
    lit = lit === e ? -1 : e;
    chosen = null;
    const was = (list) => lit >= 0 && list.some(([x]) => x === lit);
    mark(
      new Set(graph.nodes.filter((n) => was(n.steps)).map((n) => n.id)),
      new Set([...graph.edges.keys()].filter((i) => was(graph.edges[i].steps))),
    );
    [...chips.children].forEach((b, i) => b.setAttribute('aria-pressed', String(i === lit)));
    if (lit >= 0) say(`The way of ${shortID(graph.episodes[lit], group.id)}`);
  }
  const chips = h(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Follow a sibling' },
    graph.episodes.map((id, e) =>
      h(
        'button',
        { type: 'button', class: 'follow', 'aria-pressed': 'false', title: id, onclick: () => follow(e) },
        shortID(id, group.id),
        ' ',
        byID.get(id) ? outcomeChip(byID.get(id)) : null,
      ),
    ),
  );

  function mark(ids, edges) {
    for (const [id, el] of nodeEls) {
      el.classList.toggle('on', ids.has(id));
      el.classList.toggle('cur', id === chosen);
      el.setAttribute('tabindex', id === chosen ? 0 : -1);
    }
    for (const [i, el] of edgeEls) {
      el.classList.toggle('on', edges.has(i));
      el.classList.toggle('named', edges.has(i) && chosen !== null && (edges.size === 1 || !graph.edges[i].loop));
    }
    if (chosen !== null) for (const b of chips.children) b.setAttribute('aria-pressed', 'false');
    svg.classList.toggle('has-choice', ids.size > 0);
  }
  function choose(id, focus) {
    chosen = id;
    const n = nodes.get(id),
      edges = new Set(),
      ids = new Set([id]);
    graph.edges.forEach((e, i) => {
      if (e.from === id || e.to === id) {
        edges.add(i);
        ids.add(e.from);
        ids.add(e.to);
      }
    });
    mark(ids, edges);
    const out = graph.edges
      .map((e, i) => ({ e, i }))
      .filter(({ e }) => e.from === id)
      .sort((a, b) => b.e.visits - a.e.visits);
    put(
      more,
      h('div', { class: 'panel-head' }, h('h2', {}, n.label), h('span', { class: 'muted' }, plural(n.visits, 'visit'))),
      h(
        'div',
        { class: 'panel-body' },
        h(
          'dl',
          { class: 'facts' },
          [
            ['place', n.place],
            ['mean return from here', n.value === undefined || n.value === null ? '' : num(n.value)],
            ['advantage', n.advantage === null || n.advantage === undefined ? '' : signed(n.advantage)],
            ['ended well', n.success ? `${n.success} of ${n.visits}` : ''],
          ]
            .filter(([, v]) => v)
            .map(([k, v]) => h('div', {}, h('dt', {}, k), h('dd', {}, v))),
        ),
        h('p', { class: 'sib-text' }, n.text || ''),
        out.length
          ? [
              h('h3', {}, 'What was done here'),
              h(
                'ul',
                { class: 'out-list' },
                out
                  .slice(0, 60)
                  .map(({ e, i }) =>
                    h(
                      'li',
                      {},
                      h('button', { type: 'button', class: 'plain', onclick: () => chooseEdge(i) }, e.action),
                      h('span', { class: 'muted' }, ` ×${e.visits}`),
                      e.advantage === null || e.advantage === undefined
                        ? null
                        : h('span', { class: 'heat pad', style: heat(e.advantage, top) }, signed(e.advantage)),
                    ),
                  ),
              ),
            ]
          : null,
        h('h3', {}, 'Every step that was here'),
        steps(n.steps),
        branchFrom(n),
      ),
    );
    const el = nodeEls.get(id);
    if (focus) el.focus({ preventScroll: true });
    if (focus) el.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    say(el.getAttribute('aria-label'));
  }
  function chooseEdge(i) {
    const e = graph.edges[i];
    chosen = e.from;
    mark(new Set([e.from, e.to]), new Set([i]));
    put(
      more,
      h('div', { class: 'panel-head' }, h('h2', {}, 'Transition'), h('span', { class: 'muted' }, plural(e.visits, 'time'))),
      h(
        'div',
        { class: 'panel-body' },
        h('div', { class: 'act' }, e.action),
        e.invalid ? h('p', { class: 'bad' }, 'The world refused it.') : null,
        h(
          'p',
          {},
          'from ',
          h('button', { type: 'button', class: 'plain', onclick: () => choose(e.from, true) }, nodes.get(e.from).label),
          ' to ',
          h('button', { type: 'button', class: 'plain', onclick: () => choose(e.to, true) }, nodes.get(e.to).label),
        ),
        h(
          'dl',
          { class: 'facts' },
          h('div', {}, h('dt', {}, 'reward'), h('dd', {}, num(e.reward))),
          h(
            'div',
            {},
            h('dt', {}, 'advantage'),
            h('dd', {}, e.advantage === null || e.advantage === undefined ? '–' : signed(e.advantage)),
          ),
        ),
        h('h3', {}, 'Every step that took it'),
        steps(e.steps),
      ),
    );
  }
  // steps lists [episode, step] pairs, each with the reasons of its credit.
  function steps(list) {
    return h(
      'ul',
      { class: 'visit-list' },
      (list || []).slice(0, 200).map(([e, t]) => {
        const id = graph.episodes[e],
          ep = byID.get(id),
          why = h('div');
        const end = ep && t >= ep.steps.length;
        return h(
          'li',
          {},
          link(to('episode', { run, id, t }), {}, `${shortID(id, group.id)} · ${end ? 'end' : `step ${t}`}`),
          ' ',
          ep ? outcomeChip(ep) : null,
          end
            ? null
            : h(
                'button',
                {
                  type: 'button',
                  class: 'plain',
                  'aria-label': `Why the credit of step ${t} of ${shortID(id, group.id)}`,
                  onclick: () =>
                    why.firstChild ? put(why) : explain(why, run, group.id, credit, id, t, () => alive() && why.isConnected),
                },
                'why?',
              ),
          why,
        );
      }),
      (list || []).length > 200 ? h('li', { class: 'muted' }, `and ${list.length - 200} more`) : null,
    );
  }

  // branchFrom offers to go another way from the first step that was in n.
  function branchFrom(n) {
    const at = n.steps.find(([e, t]) => {
      const ep = byID.get(graph.episodes[e]);
      return ep && t < ep.steps.length;
    });
    return at ? h('p', {}, forkButton({ run, id: graph.episodes[at[0]], t: at[1], info })) : null;
  }

  const start = graph.nodes.find((n) => n.start) || graph.nodes[0];
  const sample = (x) => h('i', { class: 'heat-solid', style: heat(x * top, top) });
  put(
    box,
    h(
      'div',
      { class: 'graph-grid' },
      h(
        'section',
        { class: 'panel graph-panel', 'aria-label': 'Graph' },
        h(
          'div',
          { class: 'panel-head' },
          h('span', {}, `${plural(graph.nodes.length, 'state')}, ${plural(graph.edges.length, 'transition')}`),
          h(
            'span',
            { class: 'buttons' },
            forks &&
              h(
                'label',
                { class: 'field' },
                h('input', { type: 'checkbox', checked: forks.on, onchange: (e) => forks.set(e.target.checked) }),
                h('span', {}, 'branches'),
              ),
            h('button', { type: 'button', 'aria-label': 'Smaller', onclick: () => setZoom(zoom / 1.25) }, '−'),
            h('button', { type: 'button', 'aria-label': 'Larger', onclick: () => setZoom(zoom * 1.25) }, '+'),
            h('button', { type: 'button', onclick: whole }, 'Fit'),
            saveButtons(() => svg, `graph ${group.id}`),
          ),
        ),
        h('div', { class: 'graph-tools' }, h('span', { class: 'muted' }, 'Follow'), chips),
        scroll,
        h(
          'p',
          { class: 'graph-key' },
          top > 1e-9 ? h('span', {}, `advantage −${num(top)} `, [-1, -0.3, 0, 0.3, 1].map(sample), ` +${num(top)}`) : h('span', {}, graph.method ? 'every advantage is 0: all siblings did equally well' : 'no advantages'),
          h('span', {}, `thickness: how often, up to ${most}`),
          h('span', {}, 'circle: a state and its visits'),
          h('span', {}, 'square: the end, ✓ with success; coloured ring: some ended there'),
          h('span', {}, 'dashed: refused'),
        ),
      ),
      more,
    ),
  );
  put(more, h('p', { class: 'state' }, 'Choose a state or a line to see every step that was there.'));
  size();
  requestAnimationFrame(fit);
  drag(scroll);
  if (start) {
    const el = nodeEls.get(start.id);
    el.setAttribute('tabindex', 0);
  }

  // beside finds the nearest state in a direction.
  function beside(dx, dy) {
    if (chosen === null) {
      if (start) choose(start.id, true);
      return true;
    }
    const from = nodes.get(chosen);
    let best = null,
      least = Infinity;
    for (const n of graph.nodes) {
      const x = n.x - from.x,
        y = n.y - from.y,
        along = x * dx + y * dy,
        off = Math.abs(x * dy) + Math.abs(y * dx);
      if (n.id === chosen || along <= 0 || off > along * 3) continue;
      if (along + 2 * off < least) {
        least = along + 2 * off;
        best = n;
      }
    }
    if (best) choose(best.id, true);
    return true;
  }
  return {
    down: () => beside(0, 1),
    up: () => beside(0, -1),
    left: () => beside(-1, 0),
    right: () => beside(1, 0),
    larger: () => setZoom(zoom * 1.25),
    smaller: () => setZoom(zoom / 1.25),
    whole,
    open: () => {
      const n = nodes.get(chosen);
      if (!n || !n.steps.length) return false;
      const [e, t] = n.steps[0];
      go('episode', { run, id: graph.episodes[e], t });
      return true;
    },
  };
}

// bend returns the four points of an edge's curve. Loops are made here, as
// their size goes by that of the dot.
function bend(e) {
  const p = e.points;
  if (!e.loop) return p;
  const [x, y] = p[0],
    size = Math.max(46, Math.abs(p[1][0] - x) + 12);
  return [
    [x, y],
    [x + size, y - size * 0.8],
    [x + size, y + size * 0.8],
    [x, y],
  ];
}

function point([a, b, c, d], t) {
  const u = 1 - t,
    f = (i) => u * u * u * a[i] + 3 * u * u * t * b[i] + 3 * u * t * t * c[i] + t * t * t * d[i];
  return [f(0), f(1)];
}

// tip is the arrow head where the curve meets the dot of its target.
function tip(p, n, r, size) {
  let t = 1;
  while (t > 0.5 && Math.hypot(point(p, t)[0] - n.x, point(p, t)[1] - n.y) < r + 1) t -= 0.01;
  const [x, y] = point(p, t),
    [x0, y0] = point(p, Math.max(0, t - 0.08)),
    len = Math.hypot(x - x0, y - y0) || 1;
  const dx = (x - x0) / len,
    dy = (y - y0) / len,
    f = (a, b) => `${a.toFixed(1)} ${b.toFixed(1)}`;
  return `M${f(x, y)}L${f(x - dx * size - dy * size * 0.45, y - dy * size + dx * size * 0.45)}L${f(x - dx * size + dy * size * 0.45, y - dy * size - dx * size * 0.45)}Z`;
}

// drag lets the pointer move the drawing about.
function drag(el) {
  let from = null;
  el.addEventListener('pointerdown', (e) => {
    if (e.button === 0 && e.pointerType === 'mouse' && !e.target.closest('.node, .edge'))
      from = [e.clientX + el.scrollLeft, e.clientY + el.scrollTop];
  });
  el.addEventListener('pointermove', (e) => {
    if (from) {
      el.scrollLeft = from[0] - e.clientX;
      el.scrollTop = from[1] - e.clientY;
    }
  });
  for (const end of ['pointerup', 'pointerleave'])
    el.addEventListener(end, () => {
      from = null;
    });
}
