package py

import (
	"strings"
	"testing"
)

// nested returns a value n levels deep of each kind that nests.
func nested(n int) map[string]Value {
	var l, t, d Value = NewList(), Tuple{}, NewDict(nil, 0)
	for range n - 1 {
		l, t, d = NewList(l), Tuple{t}, D("a", d)
	}
	return map[string]Value{"list": l, "tuple": t, "dict": d}
}

func TestDepth(t *testing.T) {
	const deep = 100_000
	other := nested(deep)
	for kind, v := range nested(deep) {
		for name, f := range map[string]func() Value{
			"repr": func() Value { return Str(Repr(v)) },
			"eq":   func() Value { return Bool(Equal(v, other[kind])) },
			"result": func() Value {
				return Str(Result(v))
			},
		} {
			_, e := Try(f)
			if e == nil || e.Class != "RecursionError" || !strings.HasPrefix(e.Text, "maximum recursion depth exceeded ") {
				t.Errorf("%s of a %s: %v", name, kind, e)
			}
		}
		if _, ok := AppendJSON(nil, v); ok {
			t.Errorf("json of a deep %s is written", kind)
		}
	}
	if _, e := Try(func() Value { return Bool(NewDict(nil, 0).Has(nested(deep)["tuple"])) }); e == nil || e.Class != "RecursionError" {
		t.Errorf("a deep tuple as a key: %v", e)
	}
	if _, e := Try(func() Value { return Bool(Less(nested(deep)["list"], other["list"])) }); e == nil || e.Class != "RecursionError" {
		t.Errorf("an order of deep lists: %v", e)
	}
	if _, err := FromJSON([]byte(strings.Repeat("[", deep))); err == nil {
		t.Error("deep JSON is read")
	}
	for kind, v := range nested(maxDepth - 10) {
		if b, ok := AppendJSON(nil, v); kind != "tuple" && !ok {
			t.Errorf("json of %d levels of %s is not written: %d bytes", maxDepth-10, kind, len(b))
		}
		if !Equal(v, nested(maxDepth - 10)[kind]) {
			t.Errorf("%d levels of %s are not equal", maxDepth-10, kind)
		}
	}
}

// TestSize raises before the memory is taken.
func TestSize(t *testing.T) {
	wide := NewList(Int(1))
	var tower Value = wide
	for range 6 {
		tower = Mul(NewList(tower), Int(1000)) // 10**18 items, six lists in memory
	}
	for name, c := range map[string]struct {
		f    func() Value
		want string
	}{
		"str":           {func() Value { return Mul(Str("ab"), Int(1<<40)) }, "MemoryError"},
		"list":          {func() Value { return Mul(Int(1<<40), wide) }, "MemoryError"},
		"tuple":         {func() Value { return Mul(Tuple{None{}}, Int(1<<40)) }, "MemoryError"},
		"power":         {func() Value { return Pow(Int(9), Pow(Int(9), Int(9))) }, "MemoryError"},
		"power of ten":  {func() Value { return Pow(Int(10), Int(1<<40)) }, "MemoryError"},
		"product":       {func() Value { x := Pow(Int(2), Int(maxBits-2)); return Mul(x, x) }, "MemoryError"},
		"repr":          {func() Value { return Str(Repr(tower)) }, "MemoryError"},
		"result":        {func() Value { return Str(Result(D("a", tower))) }, "MemoryError"},
		"replace":       {func() Value { return Str(Replace(strings.Repeat("a", 1<<14), "a", strings.Repeat("b", 1<<14))) }, "MemoryError"},
		"zfill":         {func() Value { return Str(ZFill("1", 1<<40)) }, "MemoryError"},
		"too many":      {func() Value { return Mul(Str("a"), Pow(Int(10), Int(30))) }, "OverflowError"},
		"long int":      {func() Value { return Str(Repr(Pow(Int(10), Int(4300)))) }, "ValueError"},
		"long text":     {func() Value { return IntOf(Str(strings.Repeat("9", 4301))) }, "ValueError"},
		"digits lost":   {func() Value { return Round(Pow(Int(10), Int(4000)), Int(-1<<40)) }, ""},
		"one to a lot":  {func() Value { return Pow(Int(-1), Int(1<<62)) }, ""},
		"most of a str": {func() Value { return Int(Len(Mul(Str("ab"), Int(1<<20)))) }, ""},
		"4300 digits":   {func() Value { return IntOf(Str(strings.Repeat("9", 4300))) }, ""},
	} {
		_, e := Try(c.f)
		if got := class(e); got != c.want {
			t.Errorf("%s: %v, want %s", name, e, c.want)
		}
	}
}

func class(e *Exception) string {
	if e == nil {
		return ""
	}
	return e.Class
}
