// Drawings as files. An SVG leaves the page without its style sheets, so the
// computed styles go with it as attributes.

import { h } from './dom.js';

const kept = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'paint-order',
  'visibility',
];

function standalone(svg) {
  const copy = svg.cloneNode(true);
  const from = [svg, ...svg.querySelectorAll('*')];
  const into = [copy, ...copy.querySelectorAll('*')];
  from.forEach((el, i) => {
    const style = getComputedStyle(el);
    if (style.display === 'none') into[i].setAttribute('display', 'none');
    for (const p of kept) into[i].setAttribute(p, style.getPropertyValue(p));
    for (const name of ['class', 'tabindex', 'style', 'id']) into[i].removeAttribute(name);
  });
  const box = svg.viewBox.baseVal;
  const [w, height] = box && box.width ? [box.width, box.height] : [svg.clientWidth, svg.clientHeight];
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', w);
  copy.setAttribute('height', height);
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  back.setAttribute('x', box ? box.x : 0);
  back.setAttribute('y', box ? box.y : 0);
  back.setAttribute('width', w);
  back.setAttribute('height', height);
  back.setAttribute('fill', getComputedStyle(document.documentElement).getPropertyValue('--panel').trim());
  copy.prepend(back);
  return { text: new XMLSerializer().serializeToString(copy), width: w, height };
}

export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  const a = h('a', { href: url, download: name });
  document.body.append(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

function saveSVG(svg, name) {
  download(new Blob([standalone(svg).text], { type: 'image/svg+xml' }), `${name}.svg`);
}

// savePNG draws at twice the size, but no side above 8,000 pixels.
async function savePNG(svg, name) {
  const { text, width, height } = standalone(svg);
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const k = Math.min(2, 8000 / Math.max(width, height));
    const canvas = h('canvas', { width: Math.round(width * k), height: Math.round(height * k) });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => {
      canvas.toBlob(done, 'image/png');
    });
    download(blob, `${name}.png`);
  } finally {
    URL.revokeObjectURL(url);
  }
}

const safe = (name) => name.replace(/[^\w.-]+/g, '-');

// saveButtons returns the two buttons for a drawing that find returns.
export function saveButtons(find, name) {
  const button = (text, act) =>
    h(
      'button',
      { type: 'button', class: 'small', 'aria-label': `Save ${name} as ${text}`, onclick: () => act(find(), safe(name)) },
      text,
    );
  return h('span', { class: 'saves' }, button('SVG', saveSVG), button('PNG', savePNG));
}
