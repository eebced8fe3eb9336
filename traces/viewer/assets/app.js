// The shell: addresses, navigation, keys, and following live runs.

import { h, put, dialog, failed, loading, empty } from './dom.js';
import { app, place, to, go, current, refreshRuns, keys, bind, rowOf } from './state.js';
import { themeSwitch } from './theme.js';
import { runsPage } from './pages/runs.js';
import { tasksPage } from './pages/tasks.js';
import { episodesPage } from './pages/episodes.js';
import { episodePage } from './pages/episode.js';
import { groupPage } from './pages/group.js';

const pages = { runs: runsPage, tasks: tasksPage, episodes: episodesPage, episode: episodePage, group: groupPage };
const tabs = [
  ['runs', 'Runs'],
  ['tasks', 'Tasks'],
  ['episodes', 'Episodes'],
];
const $ = (id) => document.getElementById(id);

let shown = null; // {page, leave}: what is on the screen
let before = ''; // the page shown last, without its step or view
let turn = 0; // counts navigations, so that a slow page does not overwrite a newer one

function drawTop() {
  const { page, params } = place();
  const run = current();
  put(
    $('nav'),
    tabs.map(([name, text]) =>
      h(
        'a',
        {
          href: to(name, name === 'runs' ? { run: place().params.get('run') } : { run }),
          'aria-current': name === page ? 'page' : null,
        },
        text,
      ),
    ),
    page === 'episode' || page === 'group'
      ? h('span', { class: 'here', 'aria-current': 'page' }, page === 'episode' ? 'Episode' : 'Group')
      : null,
  );
  const pick = $('run');
  put(
    pick,
    app.runs.map((r) => h('option', { value: r.run, selected: r.run === run }, r.error ? `${r.run} (not opened)` : r.run)),
  );
  pick.value = run;
  if (document.activeElement !== $('q')) $('q').value = page === 'episodes' ? params.get('q') || '' : '';
  $('run-label').hidden = app.runs.length === 0;
  const row = rowOf(run);
  $('live').hidden = !(row && row.live);
}

async function show() {
  const mine = ++turn;
  const { page, params } = place();
  const main = $('main');
  const leave = shown && shown.leave;
  shown = null;
  if (leave) leave();
  drawTop();
  bind('', []);
  put(main, loading('the page'));
  const make = pages[page];
  if (!make) {
    put(main, empty(`There is no page “${page}”.`, h('a', { href: to('runs') }, 'Go to the runs')));
    return;
  }
  document.title = `${page[0].toUpperCase()}${page.slice(1)} · gym replay`;
  if (app.runs.length === 0) {
    put(
      main,
      empty(
        'No run to show.',
        'Give the folder of a run: ',
        h('code', {}, 'gym replay runs/NAME'),
        '. A run is what gym train and gym rollout write.',
      ),
    );
    return;
  }
  const box = h('div', { class: `page page-${page}` });
  try {
    const made = await make(box, { params, run: current(), alive: () => mine === turn });
    if (mine !== turn) {
      if (made && made.leave) made.leave();
      return;
    }
    shown = { page, ...made };
    put(main, box);
    const now = `${page} ${params.get('run')} ${params.get('id')}`;
    if (now !== before) window.scrollTo(0, 0);
    if (before && now !== before && document.activeElement === document.body) main.focus({ preventScroll: true });
    before = now;
    if (made && made.shown) made.shown();
  } catch (e) {
    if (mine !== turn || e.name === 'AbortError') return;
    console.warn(e.message);
    put(
      main,
      failed('This page could not be shown.', e, show),
      h(
        'p',
        { class: 'state' },
        h('a', { href: to('runs') }, 'All runs'),
        rowOf(current()) ? [' · ', h('a', { href: to('episodes', { run: current() }) }, `Episodes of ${current()}`)] : null,
      ),
    );
  }
}

const sign = {
  ' ': 'space',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageDown: 'Page ↓',
  PageUp: 'Page ↑',
};

function help() {
  if (document.querySelector('dialog[open]')) return;
  const row = (names, text) =>
    h(
      'tr',
      {},
      h(
        'td',
        {},
        names.map((n, i) => [i ? ' ' : '', h('kbd', {}, sign[n] || n)]),
      ),
      h('td', {}, text),
    );
  const own = [...new Set(keys.page.values())].filter((k, i, all) => all.findIndex((x) => x.text === k.text) === i);
  dialog(
    'Keys',
    h(
      'table',
      { class: 'keys' },
      own.length
        ? h(
            'tbody',
            {},
            h('tr', {}, h('th', { colspan: 2, scope: 'rowgroup' }, keys.title)),
            own.map((k) => row(k.names, k.text)),
          )
        : null,
      h(
        'tbody',
        {},
        h('tr', {}, h('th', { colspan: 2, scope: 'rowgroup' }, 'Everywhere')),
        row(['/'], 'search the run'),
        row(['1', '2', '3'], 'runs, tasks, episodes'),
        row(['u'], 'up: from an episode to its group, from there to the list'),
        row(['t'], 'colours: as the system, light, dark'),
        row(['?'], 'this list'),
        row(['Esc'], 'close; leave a field'),
      ),
    ),
  );
}

function typing(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === 'Escape' && typing(e.target)) {
    e.target.blur();
    return;
  }
  if (typing(e.target) || document.querySelector('dialog[open]')) return;
  const onButton = e.target instanceof Element && e.target.closest('button, a, summary, [role="button"]');
  if (onButton && (e.key === 'Enter' || e.key === ' ')) return;
  const own = keys.page.get(e.key);
  if (own) {
    if (own.act(e) !== false) e.preventDefault();
    return;
  }
  const act = {
    '?': help,
    '/': () => $('q').focus(),
    1: () => go('runs', { run: current() }),
    2: () => go('tasks', { run: current() }),
    3: () => go('episodes', { run: current() }),
    t: () => $('theme').click(),
  }[e.key];
  if (act) {
    e.preventDefault();
    act();
  }
}

async function follow() {
  if (document.hidden) {
    setTimeout(follow, 2000);
    return;
  }
  try {
    const grown = await refreshRuns();
    $('live').classList.remove('off');
    drawTop();
    if (grown.length && shown && shown.grown) shown.grown(grown);
  } catch {
    $('live').classList.add('off');
  }
  setTimeout(follow, app.runs.some((r) => r.live) ? 2000 : 10000);
}

async function start() {
  themeSwitch($('theme'));
  $('help').addEventListener('click', help);
  $('skip').addEventListener('click', (e) => {
    e.preventDefault();
    $('main').focus();
  });
  $('run').addEventListener('change', (e) => {
    const { page } = place();
    go(page === 'episode' || page === 'group' ? 'episodes' : page, { run: e.target.value });
  });
  $('find').addEventListener('submit', (e) => {
    e.preventDefault();
    go('episodes', { run: current(), q: $('q').value.trim() });
  });
  document.addEventListener('keydown', onKey);
  put($('main'), loading('runs'));
  try {
    await refreshRuns();
  } catch (e) {
    put(
      $('main'),
      failed('The list of runs could not be read.', e, () => location.reload()),
    );
    return;
  }
  window.addEventListener('hashchange', show);
  await show();
  setTimeout(follow, 2000);
}

start();
