package py

import (
	"bufio"
	"flag"
	"fmt"
	"math/big"
	"os"
	"testing"
)

var moreCases = flag.String("cases", "", "compare with another file that testdata/cases.py wrote, too")

// TestCases compares with what CPython 3.11 did (testdata/cases.py).
func TestCases(t *testing.T) {
	compareFile(t, "testdata/cases.jsonl")
	if *moreCases != "" {
		compareFile(t, *moreCases)
	}
}

func compareFile(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n, bad := 0, 0
	for lines.Scan() {
		v, err := FromJSON(lines.Bytes())
		if err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		n++
		l := v.(*List).Items
		if got, want := outcome(t, l), written(read(l[2])); got != want {
			if bad++; bad <= 200 {
				t.Errorf("%s\n\t got %s\n\twant %s", lines.Text(), got, want)
			}
		}
	}
	if err := lines.Err(); err != nil || n == 0 {
		t.Fatalf("%s: %d cases, %v", path, n, err)
	}
	t.Logf("%s: %d of %d cases differ", path, bad, n)
}

// raised is what an operation raised, as a value.
type raised struct{ class, text string }

func (raised) Type() string                 { return "exception" }
func (raised) EqualTo(Value) bool           { return false }
func (e raised) AppendRepr(b []byte) []byte { return fmt.Appendf(b, "%s(%q)", e.class, e.text) }

// read turns what cases.py wrote into values.
func read(v Value) Value {
	d, ok := v.(*Dict)
	if !ok {
		return v
	}
	it := d.At(0)
	switch it.Key.(Str) {
	case "i":
		x, _ := new(big.Int).SetString(string(it.Value.(Str)), 0)
		return NewInt(x)
	case "f":
		return FloatOf(it.Value)
	case "c":
		return raised{"complex", string(it.Value.(Str))}
	case "l":
		return NewList(readAll(it.Value)...)
	case "t":
		return Tuple(readAll(it.Value))
	case "s":
		return NewSet(nil, readAll(it.Value)...)
	case "d":
		d := NewDict(nil, 0)
		for _, p := range it.Value.(*List).Items {
			d.Set(read(p.(*List).Items[0]), read(p.(*List).Items[1]))
		}
		return d
	case "e":
		e := it.Value.(*List).Items
		return raised{string(e[0].(Str)), string(e[1].(Str))}
	}
	return Ellipsis{}
}

func readAll(v Value) []Value {
	var out []Value
	for _, x := range v.(*List).Items {
		out = append(out, read(x))
	}
	return out
}

// written is repr with the type in front; complex numbers by their text only.
func written(v Value) string {
	if c, ok := v.(Complex); ok {
		v = raised{"complex", Repr(c)}
	}
	if b, ok := v.(*Big); ok {
		return "int " + b.X.Text(16) // which has no limit
	}
	return v.Type() + " " + Repr(v)
}

func outcome(t *testing.T, l []Value) string {
	t.Helper()
	args := readAll(l[1])
	name := string(l[0].(Str))
	f, ok := caseOperations[name]
	if !ok {
		t.Fatalf("no operation %s", name)
	}
	v, e := Try(func() Value { return f(args) })
	if e != nil {
		v = raised{e.Class, e.Text}
	}
	return written(v)
}

func str(v Value) string { return string(v.(Str)) }

func unary(f func(Value) Value) func([]Value) Value {
	return func(a []Value) Value { return f(a[0]) }
}

func pair(f func(a, b Value) Value) func([]Value) Value {
	return func(a []Value) Value { return f(a[0], a[1]) }
}

func asks(f func(a, b Value) bool) func([]Value) Value {
	return func(a []Value) Value { return Bool(f(a[0], a[1])) }
}

func ofStr(f func(string) string) func([]Value) Value {
	return func(a []Value) Value { return Str(f(str(a[0]))) }
}

func ofStrs(f func(a, b string) string) func([]Value) Value {
	return func(a []Value) Value { return Str(f(str(a[0]), str(a[1]))) }
}

func ofItems(f func([]Value) Value) func([]Value) Value {
	return func(a []Value) Value { return f(a[0].(*List).Items) }
}

var caseOperations = map[string]func(a []Value) Value{
	"add": pair(Add), "sub": pair(Sub), "mul": pair(Mul), "div": pair(Div), "floordiv": pair(FloorDiv),
	"mod": pair(Mod), "pow": pair(Pow), "addassign": pair(AddAssign),
	"neg": unary(Neg), "pos": unary(Pos), "invert": unary(Invert), "abs": unary(Abs),
	"float": unary(func(v Value) Value { return FloatOf(v) }), "floatstr": unary(func(v Value) Value { return FloatOf(v) }),
	"int": unary(IntOf), "intstr": unary(IntOf),
	"round1": unary(func(v Value) Value { return Round(v, None{}) }), "round": pair(Round),
	"sum": ofItems(Sum), "min": ofItems(Min), "max": ofItems(Max),
	"sorted": ofItems(func(v []Value) Value { return NewList(Sorted(v)...) }),
	"truth":  unary(func(v Value) Value { return Bool(Truth(v)) }),
	"eq":     asks(Equal), "lt": asks(Less), "le": asks(LessEqual), "gt": asks(Greater), "ge": asks(GreaterEqual),
	"repr": unary(func(v Value) Value { return Str(Repr(v)) }), "str": unary(func(v Value) Value { return Str(ToStr(v)) }),
	"json": unary(dumps), "result": unary(func(v Value) Value { return Str(Result(v)) }),
	"format": unary(func(v Value) Value { return Str(Format(v)) }),
	"fixed":  pair(func(a, b Value) Value { return Str(Fixed(a, int(b.(Int)))) }),
	"len":    unary(func(v Value) Value { return Int(Len(v)) }), "iter": unary(func(v Value) Value { return NewList(Iter(v)...) }),
	"contains": asks(Contains), "index": pair(Index), "slice": func(a []Value) Value { return Slice(a[0], a[1], a[2]) },
	"lookup": pair(func(d, k Value) Value {
		if v, ok := d.(*Dict).Get(k); ok {
			return v
		}
		return None{}
	}),
	"lower": ofStr(Lower), "upper": ofStr(Upper), "title": ofStr(Title), "capitalize": ofStr(Capitalize),
	"isdigit": unary(func(v Value) Value { return Bool(IsDigit(str(v))) }),
	"strip":   ofStr(Strip), "lstrip": ofStr(LStrip), "rstrip": ofStr(RStrip),
	"stripchars": ofStrs(StripChars), "lstripchars": ofStrs(LStripChars), "rstripchars": ofStrs(RStripChars),
	"split":      unary(func(v Value) Value { return Strs(Split(str(v))) }),
	"splitsep":   pair(func(a, b Value) Value { return Strs(SplitSep(str(a), str(b))) }),
	"splitlines": unary(func(v Value) Value { return Strs(SplitLines(str(v))) }),
	"join":       pair(func(a, b Value) Value { return Str(Join(str(a), b)) }), "joinstrs": pair(func(a, b Value) Value { return Str(Join(str(a), b)) }),
	"zfill":      pair(func(a, b Value) Value { return Str(ZFill(str(a), int(b.(Int)))) }),
	"startswith": asks(func(a, b Value) bool { return StartsWith(str(a), b) }), "endswith": asks(func(a, b Value) bool { return EndsWith(str(a), b) }),
	"replace": func(a []Value) Value { return Str(Replace(str(a[0]), str(a[1]), str(a[2]))) },
	"find":    pair(func(a, b Value) Value { return Int(Find(str(a), str(b))) }),
	"loads":   unary(loads), "draws": func(a []Value) Value { return draws(a[0], int64(a[1].(Int)), int64(a[2].(Int))) },
}

// dumps and loads know when their originals raise, and not the texts.
func dumps(v Value) Value {
	b, ok := AppendJSON(nil, v)
	if !ok {
		Raise("TypeError", "")
	}
	return Str(b)
}

func loads(v Value) Value {
	w, err := FromJSON([]byte(str(v)))
	if err != nil {
		Raise("JSONDecodeError", "")
	}
	return w
}

func draws(seed Value, lo, hi int64) Value {
	shared := NewRandom(seed)
	r := shared.Own(new(Owner))
	first := NewList(Int(r.RandInt(lo, hi)), Float(r.Uniform(float64(lo), float64(hi))), Float(r.Random()))
	first.Append(Int(r.RandInt(lo, hi)))
	return first
}
