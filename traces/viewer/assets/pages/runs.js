// Runs: what there is, the curves of every metric, and what differs in the
// configurations.

import { h, put, loading, empty, failed, field, select } from '../dom.js';
import { get, runPath, once } from '../api.js';
import { app, to, replace, bind, detail, rowOf } from '../state.js';
import { int, num, bytes, when, value, plural } from '../format.js';
import { series } from '../color.js';
import { chart } from '../chart.js';
import { shareBar } from '../parts.js';

export async function runsPage(box, { params, run, alive }) {
  const known = new Set(app.runs.map((r) => r.run));
  const asked = params.getAll('runs').filter((r) => known.has(r));
  const state = {
    runs: asked.length ? asked : [run].filter((r) => known.has(r)),
    x: params.get('x') || '',
    weight: Number(params.get('smooth') ?? 0.6),
    find: params.get('find') || '',
    all: params.get('all') === '1',
  };
  const table = h('div', { class: 'scroll' }),
    curves = h('div'),
    diff = h('div'),
    faults = h('div');
  put(
    box,
    h('h1', { class: 'visually-hidden' }, 'Runs'),
    h('section', { class: 'panel', 'aria-label': 'Runs' }, table),
    faults,
    h(
      'section',
      { class: 'panel', 'aria-label': 'Curves' },
      h('div', { class: 'panel-head' }, h('h2', {}, 'Curves'), controls()),
      curves,
    ),
    h('section', { class: 'panel', 'aria-label': 'Configuration' }, diff),
  );

  function controls() {
    const weight = h('output', {}, state.weight.toFixed(2));
    return h(
      'div',
      { class: 'bar' },
      field(
        'Metric',
        h('input', {
          type: 'search',
          value: state.find,
          placeholder: 'all',
          class: 'short',
          oninput: (e) => {
            state.find = e.target.value;
            keep();
            drawCurves();
          },
        }),
      ),
      field(
        'Smoothing',
        h('input', {
          type: 'range',
          min: 0,
          max: 0.98,
          step: 0.02,
          value: state.weight,
          oninput: (e) => {
            state.weight = Number(e.target.value);
            weight.value = state.weight.toFixed(2);
            keep();
            drawCurves();
          },
        }),
      ),
      weight,
      h('span', { class: 'x-pick' }),
      h('a', { class: 'csv', download: '' }, 'CSV'),
    );
  }
  const keep = () => replace({ runs: state.runs, x: state.x, smooth: state.weight, find: state.find, all: state.all });
  const color = (r) => series(app.runs.findIndex((x) => x.run === r));

  function drawTable() {
    put(
      table,
      h(
        'table',
        { class: 'rows runs' },
        h('caption', { class: 'visually-hidden' }, 'Runs; ticked ones are drawn below'),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, 'Draw')),
            ['Run', 'Environment', 'Policy'].map((t) => h('th', { scope: 'col' }, t)),
            ['Success', 'Score', 'Return', 'Episodes', 'Tasks', 'Steps', 'Size'].map((t) =>
              h('th', { scope: 'col', class: 'num' }, t),
            ),
            h('th', { scope: 'col' }, 'Begun'),
          ),
        ),
        h('tbody', {}, app.runs.map(tableRow)),
      ),
    );
  }
  function tableRow(r) {
    if (r.error)
      return h('tr', {}, h('td', {}), h('th', { scope: 'row' }, r.run), h('td', { colspan: 10, class: 'bad' }, r.error));
    const tick = h('input', {
      type: 'checkbox',
      checked: state.runs.includes(r.run),
      'aria-label': `Draw ${r.run}`,
      onchange: (e) => {
        state.runs = app.runs.map((x) => x.run).filter((x) => (x === r.run ? e.target.checked : state.runs.includes(x)));
        keep();
        drawCurves();
        drawConfig();
        drawFaults();
      },
    });
    return h(
      'tr',
      {},
      h('td', { class: 'pick-run' }, tick, h('i', { class: 'swatch', style: { background: color(r.run) } })),
      h(
        'th',
        { scope: 'row' },
        h('a', { href: to('episodes', { run: r.run }), title: r.dir }, r.run),
        r.live && h('span', { class: 'live' }, 'live'),
        r.faults ? h('span', { class: 'chip truncated' }, plural(r.faults, 'fault')) : null,
      ),
      h('td', {}, r.env),
      h('td', {}, `${r.policy || '–'}`, h('span', { class: 'muted' }, ` · ${r.command}`)),
      h('td', { class: 'num' }, shareBar(r.success)),
      h('td', { class: 'num' }, num(r.score)),
      h('td', { class: 'num' }, num(r.return)),
      h('td', { class: 'num' }, int(r.episodes)),
      h('td', { class: 'num' }, int(r.tasks)),
      h('td', { class: 'num' }, int(r.steps)),
      h('td', { class: 'num' }, bytes(r.bytes)),
      h('td', { class: 'nowrap' }, when(r.created)),
    );
  }

  async function drawFaults() {
    const bad = state.runs.filter((r) => (rowOf(r) || {}).faults);
    try {
      const details = await Promise.all(bad.map(detail));
      put(
        faults,
        details.map((d) =>
          h(
            'details',
            { class: 'notice' },
            h('summary', {}, `${d.run}: ${plural(d.fault_list.length, 'place')} could not be read. What is whole is shown.`),
            h(
              'ul',
              {},
              d.fault_list.map((f) => h('li', {}, h('code', {}, f.file), f.line ? ` line ${f.line}: ` : ': ', f.why)),
            ),
          ),
        ),
      );
      faults.hidden = !details.length;
    } catch (e) {
      put(faults, failed('The faults could not be listed.', e, drawFaults));
    }
  }

  let data = [],
    turn = 0;
  async function drawCurves(fetch = true) {
    const mine = ++turn;
    if (!curves.firstChild) put(curves, loading('metrics'));
    const csv = box.querySelector('.csv');
    csv.hidden = state.runs.length === 0;
    if (state.runs.length) csv.href = `${runPath(state.runs[0])}/metrics.csv`;
    if (fetch) {
      try {
        data = await Promise.all(
          state.runs.map(async (r) => ({ run: r, ...(await once((rowOf(r) || {}).version, `${runPath(r)}/metrics`)) })),
        );
      } catch (e) {
        put(
          curves,
          failed('The metrics could not be read.', e, () => drawCurves()),
        );
        return;
      }
    }
    if (mine !== turn || !alive()) return;
    put(
      curves,
      state.runs.length === 0
        ? empty('No run is ticked.', 'Tick one or more runs above to see their curves.')
        : data.every((d) => d.total === 0)
          ? empty(
              'No metrics in these runs.',
              'gym train writes them, one line an iteration; a run of rollouts has none. Its episodes are under ',
              h('a', { href: to('episodes', { run: state.runs[0] }) }, 'Episodes'),
              '.',
            )
          : kindsOf(data).map((kind) => section(kind)),
    );
  }

  function section(kind) {
    const parts = data.map((d) => ({ run: d.run, kind: d.kinds.find((k) => k.kind === kind) })).filter((d) => d.kind);
    const xs = parts[0].kind.x.filter((x) => parts.every((p) => p.kind.x.includes(x)));
    const x = xs.includes(state.x) ? state.x : xs[0];
    if (xs.length > 1)
      put(
        box.querySelector('.x-pick'),
        field(
          'By',
          select(xs, x, (v) => {
            state.x = v;
            keep();
            drawCurves(false);
          }),
        ),
      );
    const wanted = state.find.trim().toLowerCase();
    const names = metricNames(
      parts.map((p) => p.kind),
      xs,
    ).filter((n) => n.name.toLowerCase().includes(wanted));
    const still = [],
      charts = [];
    for (const n of names) {
      const lines = parts
        .map((p) => ({
          label: p.run,
          color: color(p.run),
          x: p.kind.columns[x] || p.kind.columns[xs[0]] || [...Array(p.kind.rows).keys()],
          y: p.kind.columns[n.y],
          low: n.low && p.kind.columns[n.low],
          high: n.high && p.kind.columns[n.high],
        }))
        .filter((l) => l.y);
      const values = new Set(lines.flatMap((l) => l.y).filter((v) => v !== null));
      if (values.size > 1 || (values.size === 1 && n.low))
        charts.push(chart({ title: n.name, xName: x || 'row', lines, weight: n.low ? 0 : state.weight }));
      else if (values.size === 1) still.push([n.name, [...values][0]]);
    }
    return h(
      'section',
      { class: 'kind', 'aria-label': kind },
      h('h3', { class: 'kind-name' }, { train: 'Training', eval: 'Evaluation', imitate: 'Imitation' }[kind] || kind),
      charts.length
        ? h('div', { class: 'charts' }, charts)
        : h(
            'p',
            { class: 'muted' },
            wanted ? `No metric with “${state.find}” in its name changes here.` : 'Nothing changes here.',
          ),
      still.length
        ? h(
            'details',
            { class: 'still' },
            h('summary', {}, `${plural(still.length, 'metric')} with one value throughout`),
            h(
              'dl',
              { class: 'facts' },
              still.map(([n, v]) => h('div', {}, h('dt', {}, n), h('dd', {}, num(v)))),
            ),
          )
        : null,
    );
  }

  async function drawConfig() {
    if (!state.runs.length) {
      diff.parentNode.hidden = true;
      return;
    }
    diff.parentNode.hidden = false;
    const many = state.runs.length > 1;
    try {
      const answer = await get('api/compare', { run: state.runs });
      const differing = answer.rows.filter((r) => r.differs).length;
      const rows = many && !state.all ? answer.rows.filter((r) => r.differs) : answer.rows;
      put(
        diff,
        h(
          'div',
          { class: 'panel-head' },
          h('h2', {}, many ? 'What differs in the configurations' : 'Configuration'),
          many &&
            h(
              'label',
              { class: 'field' },
              h('input', {
                type: 'checkbox',
                checked: state.all,
                onchange: (e) => {
                  state.all = e.target.checked;
                  keep();
                  drawConfig();
                },
              }),
              h('span', {}, `all ${int(answer.rows.length)} keys`),
            ),
        ),
        many && !differing && !state.all
          ? h('p', { class: 'panel-body muted' }, 'Nothing: the runs were configured alike.')
          : h(
              'details',
              { open: many, class: 'config' },
              many ? h('summary', { class: 'visually-hidden' }, 'Keys') : h('summary', {}, plural(rows.length, 'key')),
              h(
                'div',
                { class: 'scroll' },
                h(
                  'table',
                  { class: 'rows diff' },
                  h(
                    'thead',
                    {},
                    h(
                      'tr',
                      {},
                      h('th', { scope: 'col' }, 'Key'),
                      answer.runs.map((r) =>
                        h('th', { scope: 'col' }, h('i', { class: 'swatch', style: { background: color(r) } }), r),
                      ),
                    ),
                  ),
                  h(
                    'tbody',
                    {},
                    rows.map((r) =>
                      h(
                        'tr',
                        { class: many && r.differs ? 'differs' : null },
                        h('th', { scope: 'row' }, h('code', {}, r.key)),
                        r.values.map((v, i) =>
                          h(
                            'td',
                            {},
                            r.missing && r.missing[i] ? h('span', { class: 'muted' }, 'not set') : h('code', {}, value(v)),
                          ),
                        ),
                      ),
                    ),
                  ),
                ),
              ),
            ),
      );
    } catch (e) {
      put(diff, failed('The configurations could not be compared.', e, drawConfig));
    }
  }

  drawTable();
  drawFaults();
  drawCurves();
  drawConfig();
  bind('Runs', [
    [
      'a',
      'tick all runs, or only the first',
      () => {
        const can = app.runs.filter((r) => !r.error).map((r) => r.run);
        state.runs = state.runs.length === can.length ? can.slice(0, 1) : can;
        keep();
        drawTable();
        drawCurves();
        drawConfig();
        drawFaults();
      },
    ],
  ]);
  return {
    grown: () => {
      drawTable();
      drawCurves();
    },
  };
}

function kindsOf(data) {
  const out = [];
  for (const d of data) for (const k of d.kinds) if (!out.includes(k.kind)) out.push(k.kind);
  return out.sort((a, b) =>
    ['train', 'eval', 'imitate'].indexOf(b) < 0
      ? -1
      : ['train', 'eval', 'imitate'].indexOf(a) - ['train', 'eval', 'imitate'].indexOf(b),
  );
}

// metricNames lists what to draw: a mean with its interval is one picture.
function metricNames(kinds, xs) {
  const all = [...new Set(kinds.flatMap((k) => Object.keys(k.columns)))];
  const has = new Set(all),
    out = [];
  for (const name of all) {
    const stem = name.replace(/\.(mean|low|high)$/, '');
    if (stem !== name && has.has(`${stem}.low`) && has.has(`${stem}.high`) && has.has(`${stem}.mean`)) {
      if (name.endsWith('.mean')) out.push({ name: stem, y: name, low: `${stem}.low`, high: `${stem}.high` });
    } else if (!xs.includes(name) && !['version', 'progress'].includes(name)) out.push({ name, y: name });
  }
  const rank = (n) =>
    [
      'success',
      'report.success',
      'score',
      'report.score',
      'return',
      'report.return',
      'turns',
      'entropy',
      'zero_groups',
      'update.kl',
      'update.clip',
      'update.loss',
    ].indexOf(n.name) + 1 || 99;
  return out.sort((a, b) => rank(a) - rank(b));
}
