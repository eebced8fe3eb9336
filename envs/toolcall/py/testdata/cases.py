"""Writes cases.jsonl: operations on values and what CPython 3.11 makes of them.

    python3.11 cases.py SEED NUMBER > cases.jsonl

Each line is [operation, arguments, result]: an error is {"e": [class, text]}.
Values are written as JSON, those that JSON does not have as {"kind": ...}. The
arguments are drawn at random from values that have made trouble before.
"""
import json, math, random, sys

def write(v):
    if v is None or isinstance(v, bool): return v
    if isinstance(v, int): return {'i': hex(v)}
    if isinstance(v, float): return {'f': repr(v)}
    if isinstance(v, complex): return {'c': repr(v)}
    if isinstance(v, str): return v
    if isinstance(v, list): return {'l': [write(x) for x in v]}
    if isinstance(v, tuple): return {'t': [write(x) for x in v]}
    if isinstance(v, dict): return {'d': [[write(k), write(x)] for k, x in v.items()]}
    if isinstance(v, set): return {'s': [write(x) for x in v]}
    if v is ...: return {'...': 1}
    raise TypeError(v)

INTS = [0, 1, 2, 3, 5, 7, 10, 25, 35, 100, 255, 256, 4300, 2**31, 2**32, 2**53, 2**53 + 1, 2**62, 2**63 - 1, 2**63, 2**64, 2**64 + 1, 10**20, 10**25, 10**30, 10**307, 10**308, 10**309]
FLOATS = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 0.1, 0.125, 1.005, 2.675, 1e-5, 1e-4, 1e15, 1e16, 1e22, 123456.789, 2.0**53, 2.0**63, 2.0**64, 1e25, 1e300, 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308, math.inf, math.nan]
STRS = ['', 'a', 'b', 'ab', 'abc', 'Hello World', ' x  y ', '1', ' 12 ', '-7', '+3', '1_000', '1__0', '_1', '3.5', '1e5', '1e400', '.5', '5.', '.', 'e5', '0x10', 'inf', '-Infinity', 'NaN', 'nan', '١٢', '１.５', "it's", 'say "hi"', '\'"', 'a\nb\r\nc\x0bd\u2028e\x1cf', '\t', '\x7f\x00', 'é', 'ß', 'ǆ', 'ŉ', 'ﬁne', 'ΑΣ', 'İi', '😀x', '\ude00', '\ude00\ude01', '²', '५', '𝟘𝟡', '%', '%s', '%d%%', '%r %s', 'x' * 60, "o'neil mcdonald's 2nd", '\xa0z\u3000', 'ᾳ', 'ᾼa', '-', '--', '-0', '00012', ',', ', ', 'a,b,,c']

def number(r):
    k = r.randrange(8)
    if k == 0: return r.choice([True, False])
    if k < 4: return r.choice([1, -1]) * (r.choice(INTS) if r.random() < .6 else r.randrange(10**r.randrange(1, 22)))
    if k == 4: return r.choice([1, -1]) * r.choice(FLOATS)
    if k == 5: return round(r.uniform(-1000, 1000), r.randrange(4))
    if k == 6: return r.uniform(-1, 1) * 10.0**r.randrange(-20, 25)
    return float(r.randrange(-50, 50))

def text(r):
    if r.random() < .8: return r.choice(STRS)
    return ''.join(r.choice(r.choice(STRS) or 'q') for _ in range(r.randrange(6)))

def key(r):
    k = r.randrange(10)
    if k < 5: return text(r)
    if k < 8: return number(r)
    if k == 8: return None
    return tuple(key(r) for _ in range(r.randrange(3)))

def value(r, depth=0):
    k = r.randrange(12 if depth < 3 else 7)
    if k < 4: return number(r)
    if k < 6: return text(r)
    if k == 6: return r.choice([None, ..., True, 0, 1])
    n = r.randrange(4)
    if k < 9: return [value(r, depth + 1) for _ in range(n)]
    if k == 9: return tuple(value(r, depth + 1) for _ in range(n))
    if k == 10: return {key(r): value(r, depth + 1) for _ in range(n)}
    return {key(r)} if r.random() < .6 else set()

def alike(r, v):
    """A value that could be equal to v."""
    if r.random() < .3: return value(r)
    if isinstance(v, bool): return r.choice([int(v), float(v), v])
    if isinstance(v, int) and abs(v) < 10**300: return r.choice([v, float(v), v + 1])
    if isinstance(v, float) and math.isfinite(v): return r.choice([v, int(v), v + 1])
    if isinstance(v, list): return [alike(r, x) for x in v]
    if isinstance(v, tuple): return tuple(alike(r, x) for x in v)
    if isinstance(v, dict):
        items = [(k, alike(r, x)) for k, x in v.items()]
        r.shuffle(items)
        return dict(items)
    return v

def result(v):
    if isinstance(v, str): return v
    if isinstance(v, dict):
        try: return json.dumps(v)
        except Exception: pass
    return str(v)

def loads(s): return json.loads(s)

def draws(seed, lo, hi):
    if seed != seed: raise TooLarge
    g = random.Random(seed)
    return [g.randint(lo, hi), g.uniform(lo, hi), g.random(), g.randint(lo, hi)]

def percent(a, b):
    return a % b

def addassign(a, b):
    if isinstance(a, list): a = list(a)
    a += b
    return a

class TooLarge(Exception):
    """The result is beyond what we allow, or depends on an address: no case."""

def times(a, b):
    for x, n in ((a, b), (b, a)):
        if isinstance(x, (str, list, tuple)) and isinstance(n, int) and 1000 < n < 2**63: raise TooLarge
    return a * b

def power(a, b):
    if isinstance(a, int) and isinstance(b, int) and abs(a) > 1 and b > 2000: raise TooLarge
    return a ** b

P = number
T = text
V = value
def mixed(r): return P(r) if r.random() < .7 else V(r)
def seq(r): return r.choice([[P(r) for _ in range(r.randrange(6))], [T(r) for _ in range(r.randrange(6))], [V(r) for _ in range(r.randrange(4))]])
def small(r): return r.choice([0, 1, 2, 3, -1, -2, 5, None, True, V(r)])
def exponent(r): return r.choice([0, 1, 2, 3, -1, -2, 0.5, -0.5, 1 / 3, 2.0, 10, 12, 100, True, V(r), P(r)])
def noplaceholder(r): return r.choice([s for s in STRS if '%' not in s])

OPERATIONS = {
    'add': (lambda a, b: a + b, mixed, mixed), 'sub': (lambda a, b: a - b, mixed, mixed), 'div': (lambda a, b: a / b, mixed, mixed),
    'mul': (times, mixed, lambda r: small(r) if r.random() < .3 else mixed(r)),
    'floordiv': (lambda a, b: a // b, mixed, mixed), 'mod': (lambda a, b: a % b, lambda r: P(r) if r.random() < .8 else noplaceholder(r), mixed),
    'addassign': (addassign, V, V),
    'pow': (power, mixed, exponent),
    'neg': (lambda a: -a, mixed), 'pos': (lambda a: +a, mixed), 'invert': (lambda a: ~a, mixed), 'abs': (abs, mixed),
    'float': (float, V), 'floatstr': (float, T), 'int': (int, V), 'intstr': (int, T),
    'round1': (lambda a: round(a), mixed), 'round': (round, mixed, lambda r: r.choice([0, 1, 2, 3, -1, -2, 5, -20, 17, None, 400, -400, V(r)])),
    'sum': (sum, seq), 'min': (min, seq), 'max': (max, seq), 'sorted': (sorted, seq), 'truth': (bool, V),
    'eq': (lambda a, b: a == b, V, None), 'lt': (lambda a, b: a < b, V, None), 'le': (lambda a, b: a <= b, V, None),
    'gt': (lambda a, b: a > b, V, None), 'ge': (lambda a, b: a >= b, V, None),
    'repr': (repr, V), 'str': (str, V), 'json': (json.dumps, V), 'result': (result, V), 'format': (lambda a: f'{a}', V),
    'fixed': (lambda a, n: f'{a:.{n}f}', mixed, lambda r: r.randrange(4)),
    'len': (len, V), 'iter': (list, V), 'contains': (lambda a, b: b in a, V, V), 'index': (lambda a, b: a[b], V, small),
    'slice': (lambda a, b, c: a[b:c], V, small, small),
    'lookup': (lambda d, k: d.get(k), lambda r: {key(r): i for i in range(r.choice([2, 40]))}, key),
    'lower': (str.lower, T), 'upper': (str.upper, T), 'title': (str.title, T), 'capitalize': (str.capitalize, T), 'isdigit': (str.isdigit, T),
    'strip': (str.strip, T), 'stripchars': (str.strip, T, T), 'lstripchars': (str.lstrip, T, T), 'rstripchars': (str.rstrip, T, T),
    'lstrip': (str.lstrip, T), 'rstrip': (str.rstrip, T),
    'split': (str.split, T), 'splitsep': (str.split, T, T), 'splitlines': (str.splitlines, T), 'join': (str.join, T, V), 'joinstrs': (str.join, T, lambda r: [T(r) for _ in range(3)]),
    'zfill': (str.zfill, T, lambda r: r.randrange(8)), 'startswith': (str.startswith, T, V), 'endswith': (str.endswith, T, lambda r: r.choice([T(r), (T(r), T(r)), V(r)])),
    'replace': (str.replace, T, T, T), 'find': (str.find, T, T),
    'loads': (loads, lambda r: mangle(r)),
    'draws': (draws, lambda r: r.choice([P(r), T(r), 0.5]), lambda r: r.randrange(-50, 50), lambda r: r.choice([60, 10**5, 10**12])),
}

def mangle(r):
    """JSON, most often broken."""
    def plain(v):
        if isinstance(v, (set, type(...))): return None
        if isinstance(v, dict): return {k: plain(x) for k, x in v.items() if not isinstance(k, tuple)}
        if isinstance(v, (list, tuple)): return [plain(x) for x in v]
        return v
    s = json.dumps(plain(value(r)), ensure_ascii=r.random() < .5)
    s = s.encode('utf-8', 'replace').decode()
    for _ in range(r.randrange(3)):
        i = r.randrange(len(s) + 1)
        s = s[:i] + r.choice(['', ',', '"', '\\', '}', ']', '0', '1', '-', ' ', '\n', 'e', '.', 'u', 'NaN', '\\u12', '\\ud83d', 'é']) + s[i + r.randrange(2):]
    return s

def case(r):
    name = r.choice(list(OPERATIONS))
    f, *kinds = OPERATIONS[name]
    args = []
    for kind in kinds:
        args.append(kind(r) if kind else alike(r, args[0]))
    try:
        out = write(f(*args))
    except TooLarge:
        return None
    except Exception as e:
        text = '' if name in ('json', 'loads') else str(e)  # nobody sees these
        out = {'e': [type(e).__name__, text]}
    return [name, [write(a) for a in args], out]

def main():
    r = random.Random(int(sys.argv[1]))
    n = int(sys.argv[2])
    while n > 0:
        c = case(r)
        line = json.dumps(c)
        if c and len(line) < (400 if n % 50 else 3000):
            print(line)
            n -= 1

main()
