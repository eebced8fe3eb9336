// The viewer's side of the JSON API. URLs are relative to the page, so that the
// viewer works below any path.

export class APIError extends Error {
  constructor(code, message, status) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

// query encodes an object; lists repeat the key, empty values are left out.
export function query(params) {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(params || {})) {
    for (const v of Array.isArray(value) ? value : [value]) {
      if (v !== undefined && v !== null && v !== '' && v !== false) q.append(key, v === true ? '1' : v);
    }
  }
  const text = q.toString();
  return text ? `?${text}` : '';
}

export const runPath = (run) => `api/runs/${encodeURIComponent(run)}`;

async function call(path, init) {
  let answer;
  try {
    answer = await fetch(new URL(path, document.baseURI), init);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new APIError(
      'unreachable',
      'The server does not answer. Is gym replay still running? Start it again and reload this page.',
      0,
    );
  }
  if (answer.ok) return answer.json();
  let fault = {};
  try {
    fault = (await answer.json()).error || {};
  } catch {
    /* no JSON: the status has to do */
  }
  throw new APIError(fault.code || 'status', fault.message || `The server answered with status ${answer.status}.`, answer.status);
}

export const get = (path, params, signal) => call(path + query(params), { signal });

export const post = (path, body) =>
  call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const kept = new Map();

// once is get for what does not change while version stays the same. The last
// few answers are kept.
export function once(version, path, params) {
  const key = `${version} ${path}${query(params)}`;
  let p = kept.get(key);
  if (!p) {
    p = get(path, params);
    p.catch(() => kept.delete(key));
    kept.set(key, p);
    if (kept.size > 60) kept.delete(kept.keys().next().value);
  }
  return p;
}
