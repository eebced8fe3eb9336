// What the pages share: where we are, which runs there are, and the keys that
// are in force.

import { get, runPath, query, once } from './api.js';

export const app = {
  runs: [], // rows of GET api/runs
  program: '',
  listeners: new Set(), // told when a run has grown
};

// place reads the address: #/episode?run=ws&id=... gives its page and its
// parameters.
export function place() {
  const hash = location.hash.replace(/^#\/?/, '');
  const cut = hash.indexOf('?');
  const page = decodeURIComponent(cut < 0 ? hash : hash.slice(0, cut)) || 'runs';
  return { page, params: new URLSearchParams(cut < 0 ? '' : hash.slice(cut + 1)) };
}

// to returns the address of a page.
export const to = (page, params) => `#/${page}${query(params)}`;

// replace changes parameters of the present address without a new page or an
// entry in the history. Empty values remove a parameter.
export function replace(changes) {
  const { page, params } = place();
  for (const [key, v] of Object.entries(changes)) {
    params.delete(key);
    for (const x of Array.isArray(v) ? v : [v])
      if (x !== undefined && x !== null && x !== '' && x !== false) params.append(key, x);
  }
  const text = params.toString();
  history.replaceState(null, '', `#/${page}${text ? `?${text}` : ''}`);
}

export function go(page, params) {
  location.hash = to(page, params);
}

export const rowOf = (run) => app.runs.find((r) => r.run === run);

// current is the run that the page is about: the one in the address, or else
// the first that could be opened.
export function current() {
  const run = place().params.get('run');
  if (run) return run;
  return (app.runs.find((r) => !r.error) || app.runs[0] || {}).run || '';
}

export async function refreshRuns() {
  const answer = await get('api/runs');
  const before = new Map(app.runs.map((r) => [r.run, r.version]));
  app.runs = answer.runs;
  app.program = answer.program;
  return app.runs.filter((r) => before.has(r.run) && before.get(r.run) !== r.version).map((r) => r.run);
}

// detail is GET api/runs/RUN, read again only when the run has grown.
export const detail = (run) => once((rowOf(run) || {}).version, runPath(run));

// keys of the page that is shown: key to {text, run}. The page sets them.
export const keys = { page: new Map(), title: '' };

export function bind(title, list) {
  keys.title = title;
  keys.page = new Map();
  for (const [names, text, act] of list)
    for (const name of [].concat(names)) keys.page.set(name, { names: [].concat(names), text, act });
}
