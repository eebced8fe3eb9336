// Numbers and names as people read them.

const thousands = new Intl.NumberFormat('en');

export const int = (n) => (n === null || n === undefined ? '–' : thousands.format(n));

// num shows a number with so many significant digits.
export function num(x, digits = 3) {
  if (x === null || x === undefined || Number.isNaN(x)) return '–';
  if (Number.isInteger(x)) return thousands.format(x);
  const a = Math.abs(x);
  if (a >= 1e6 || a < 1e-3) return x.toExponential(1);
  return String(Number(x.toPrecision(a >= 100 ? Math.max(digits, 4) : digits)));
}

// signed shows the sign of positive numbers too.
export const signed = (x) => (x > 0 ? `+${num(x)}` : num(x).replace('-', '−'));

export const percent = (x) => (x === null || x === undefined ? '–' : `${(100 * x).toFixed(x > 0 && x < 0.1 ? 1 : 0)} %`);

export function bytes(n) {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ])
    if (n >= size) return `${(n / size).toFixed(1)} ${unit}`;
  return `${n} B`;
}

export function when(text) {
  const d = new Date(text);
  return Number.isNaN(d.getTime()) ? String(text || '') : d.toISOString().slice(0, 16).replace('T', ' ');
}

export const plural = (n, one, many = `${one}s`) => `${int(n)} ${n === 1 ? one : many}`;

// clip shortens text to n characters.
export const clip = (text, n) => (text.length > n ? `${text.slice(0, n - 1)}…` : text);

// value shows a JSON value in one line.
export function value(v) {
  if (v === null || v === undefined) return '–';
  return typeof v === 'string' ? v : typeof v === 'number' ? String(v) : JSON.stringify(v);
}
