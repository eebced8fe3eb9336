// Building pages. Text from anywhere becomes a text node and nothing else: no
// part of the viewer hands a string to the HTML parser.

const svgNS = 'http://www.w3.org/2000/svg';

// fill sets attributes and children of el. Keys that begin with "on" are
// listeners; "class" may be a list with gaps; "style" is an object of CSS
// properties; true and false add and leave out an attribute.
function fill(el, attrs, children) {
  for (const [key, value] of Object.entries(attrs || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'class') el.setAttribute('class', Array.isArray(value) ? value.filter(Boolean).join(' ') : value);
    else if (key === 'style') for (const [p, v] of Object.entries(value)) el.style.setProperty(p, v);
    else el.setAttribute(key, value === true ? '' : String(value));
  }
  append(el, children);
  return el;
}

export function append(el, children) {
  for (const c of children.flat(Infinity)) {
    if (c === null || c === undefined || c === false) continue;
    el.append(c instanceof Node ? c : document.createTextNode(String(c)));
  }
  return el;
}

// h makes an HTML element: h('p', {class: 'x'}, 'text', child).
export function h(tag, attrs, ...children) {
  return fill(document.createElement(tag), attrs, children);
}

// s makes an SVG element.
export function s(tag, attrs, ...children) {
  return fill(document.createElementNS(svgNS, tag), attrs, children);
}

// put replaces what el holds.
export function put(el, ...children) {
  el.replaceChildren();
  return append(el, children);
}

// link is an anchor to a place in the viewer, or text where there is none.
export function link(href, attrs, ...children) {
  return h('a', { href, ...attrs }, ...children);
}

// say tells a screen reader what has changed.
export function say(text) {
  document.getElementById('say').textContent = text;
}

let hide = 0;

// toast shows a short notice that goes away by itself.
export function toast(text) {
  const el = document.getElementById('toast');
  el.textContent = text;
  el.hidden = false;
  say(text);
  clearTimeout(hide);
  hide = setTimeout(() => {
    el.hidden = true;
  }, 3500);
}

// loading, empty and failed are the three states of a part that has nothing to
// show; each says what goes on and what to do.
export function loading(what) {
  return h('p', { class: 'state loading', role: 'status' }, `Loading ${what} …`);
}

export function empty(what, ...todo) {
  return h('div', { class: 'state' }, h('p', { class: 'what' }, what), h('p', {}, ...todo));
}

export function failed(what, error, again) {
  return h(
    'div',
    { class: 'state failed', role: 'alert' },
    h('p', { class: 'what' }, what),
    h('p', {}, error.message),
    again && h('p', {}, h('button', { type: 'button', onclick: again }, 'Try again')),
  );
}

// field is a labelled control in one line.
export function field(label, control, attrs) {
  return h('label', { class: 'field', ...attrs }, h('span', {}, label), control);
}

// select makes a select of [value, text] pairs or plain values.
export function select(options, value, change, attrs) {
  return h(
    'select',
    { ...attrs, onchange: (e) => change(e.target.value) },
    options.map((o) => {
      const [v, text] = Array.isArray(o) ? o : [o, o];
      return h('option', { value: v, selected: v === value }, text);
    }),
  );
}

// copy puts text on the clipboard, or shows it for copying by hand where the
// browser does not let pages write there.
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    dialog(
      `Copy ${what}`,
      h('p', {}, 'The browser keeps pages from the clipboard here. Select and copy:'),
      h('textarea', { class: 'copy', rows: 10, readonly: true, 'aria-label': what, onfocus: (e) => e.target.select() }, text),
    );
  }
}

// dialog shows a modal dialog and returns it. It is removed when closed, and
// the focus goes back to where it was.
export function dialog(title, ...body) {
  const before = document.activeElement;
  const id = `dialog-${Math.random().toString(36).slice(2)}`;
  const el = h(
    'dialog',
    { 'aria-labelledby': id },
    h(
      'div',
      { class: 'dialog-head' },
      h('h2', { id }, title),
      h('button', { type: 'button', class: 'icon', 'aria-label': 'Close', onclick: () => el.close() }, '×'),
    ),
    h('div', { class: 'dialog-body' }, ...body),
  );
  el.addEventListener('close', () => {
    el.remove();
    before?.isConnected && before.focus();
  });
  el.addEventListener('click', (e) => {
    if (e.target === el) el.close();
  });
  document.body.append(el);
  el.showModal();
  return el;
}
