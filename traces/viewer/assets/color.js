// What colours mean here. They are CSS variables, so light and dark share this.

// series are the colours of runs laid over each other.
export const series = (i) => `var(--s${i % 8})`;

// scale returns the largest magnitude in lists of numbers, at least tiny.
export function scale(lists) {
  let top = 1e-9;
  for (const list of lists) for (const x of list || []) if (Math.abs(x) > top) top = Math.abs(x);
  return top;
}

// heat colours an advantage: blue above zero, orange below, by magnitude. It
// returns the style for class "heat".
export function heat(x, top) {
  if (x === null || x === undefined) return { '--heat': '0%', '--hue': 'var(--pos)' };
  const share = Math.min(1, Math.abs(x) / top);
  return { '--heat': `${Math.round(100 * Math.sqrt(share))}%`, '--hue': x < 0 ? 'var(--neg)' : 'var(--pos)' };
}

export const hue = (x) => (x === null || x === undefined ? 'var(--line2)' : x < 0 ? 'var(--neg)' : 'var(--pos)');
