() => {
  // What bars people from a page. The answer is a list of sentences.
  const faults = [];
  const seen = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getClientRects().length > 0;
  const say = (e) => {
    const c = typeof e.className === 'string' ? e.className : e.className.baseVal;
    return `<${e.tagName.toLowerCase()}${c ? ` class="${c}"` : ''}> ${(e.textContent || '').trim().slice(0, 40)}`;
  };
  const once = new Set();
  const fault = (what, e) => {
    const text = e ? `${what}: ${say(e)}` : what;
    if (!once.has(text)) faults.push(text);
    once.add(text);
  };
  const texts = (ids) => ids.split(/\s+/).map((id) => (document.getElementById(id) || { textContent: '' }).textContent).join(' ');
  const name = (e) => (e.getAttribute('aria-label') || (e.hasAttribute('aria-labelledby') ? texts(e.getAttribute('aria-labelledby')) : '')
    || (e.labels ? [...e.labels].map((l) => l.textContent).join(' ') : '') || (/^(INPUT|SELECT|TEXTAREA)$/.test(e.tagName) ? '' : e.textContent) || e.getAttribute('title') || '').trim();

  if (!document.documentElement.lang) fault('the page has no language');
  if (!document.title) fault('the page has no title');
  const main = document.querySelector('main');
  if (main.querySelectorAll('h1').length !== 1) fault(`${main.querySelectorAll('h1').length} headings of the first order`);
  if (document.documentElement.scrollWidth > innerWidth) fault(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
  for (const e of document.querySelectorAll('button, a[href], input, select, textarea, summary, [role="button"], [role="slider"], [role="listbox"], [role="grid"], [role="img"], dialog, nav, fieldset')) {
    if (e.tagName === 'FIELDSET' ? !e.querySelector('legend') : seen(e) && !name(e)) fault('no name', e);
  }
  for (const e of document.querySelectorAll('img')) if (!e.hasAttribute('alt')) fault('no text for a picture', e);
  for (const e of document.querySelectorAll('[tabindex]')) if (e.tabIndex > 0) fault('out of the order of the page', e);
  for (const e of document.querySelectorAll('[onclick], [onload], [onerror]')) fault('a script in an attribute', e);
  const ids = new Map();
  for (const e of document.querySelectorAll('[id]')) ids.set(e.id, (ids.get(e.id) || 0) + 1);
  for (const [id, n] of ids) if (n > 1) fault(`${n} elements are called ${id}`);
  for (const a of ['aria-activedescendant', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
    for (const e of document.querySelectorAll(`[${a}]`)) if (seen(e)) for (const id of e.getAttribute(a).split(/\s+/)) if (!document.getElementById(id)) fault(`${a} names nothing (${id})`, e);
  }
  for (const t of document.querySelectorAll('table')) {
    for (const cell of t.querySelectorAll('thead th')) if (!cell.hasAttribute('scope')) fault('a head of a table without scope', cell);
  }
  const parents = { option: '[role="listbox"]', row: '[role="grid"], [role="rowgroup"], [role="table"]', gridcell: '[role="row"], tr', columnheader: '[role="row"]' };
  for (const [role, up] of Object.entries(parents)) for (const e of document.querySelectorAll(`[role="${role}"]`)) if (!e.parentElement.closest(up)) fault(`${role} outside of ${up}`, e);

  // Contrast. Colours are composed from the element up to the page.
  const parse = (text) => {
    const n = (text.match(/-?[\d.]+(e-?\d+)?/g) || []).map(Number);
    if (text.startsWith('color(srgb')) return [n[0] * 255, n[1] * 255, n[2] * 255, n.length > 3 ? n[3] : 1];
    return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const back = (e) => {
    const layers = [];
    for (let x = e; x; x = x.parentElement) {
      const s = getComputedStyle(x);
      if (s.backgroundImage !== 'none') return null;
      const c = parse(s.backgroundColor);
      if (c[3] > 0) layers.push(c);
      if (c[3] === 1) break;
    }
    let out = parse(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
    for (const c of layers.reverse()) out = over(c, out);
    return out;
  };
  const light = (c) => {
    const [r, g, b] = c.map((v) => { const x = v / 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(); n; n = walk.nextNode()) {
    const e = n.parentElement;
    if (!n.data.trim() || !seen(e) || e.closest('[aria-hidden="true"], :disabled, option, script, noscript, .visually-hidden, .skip, title')) continue;
    let faded = 1;
    for (let x = e; x; x = x.parentElement) faded *= Number(getComputedStyle(x).opacity);
    if (faded < 1) continue; // put back on purpose, while something else is chosen
    const s = getComputedStyle(e), svg = e instanceof SVGElement;
    let ground = back(svg ? e.closest('svg').parentElement : e);
    if (svg && e.classList.contains('node-n')) {
      const dot = e.parentElement.querySelector('.node-fill');
      ground = over(parse(getComputedStyle(dot).fill), ground);
    }
    if (!ground) continue;
    const colour = parse(svg ? s.fill : s.color), fore = over(colour, ground);
    const [hi, lo] = [light(fore), light(ground)].sort((a, b) => b - a), ratio = (hi + 0.05) / (lo + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) fault(`contrast ${ratio.toFixed(2)}`, e);
  }
  return faults;
}
