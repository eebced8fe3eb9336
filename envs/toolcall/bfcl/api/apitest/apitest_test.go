package apitest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// tally is a class of our own: a list of what was added and their number.
type tally struct {
	items py.Value
	count int
	owner *py.Owner
	fault fault
}

// fault is what a tally does wrong.
type fault string

const (
	none    fault = ""
	shares  fault = "it changes a list that copies share"
	forgets fault = "a copy begins at 0"
)

func (s *tally) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	if s.fault == forgets {
		c.count = 0
	}
	return &c
}

func (s *tally) Own(o *py.Owner) { s.owner = o }

func (s *tally) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "items", Value: s.items})
}

func (s *tally) AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "_count", Value: py.Int(s.count)})
}

func (s *tally) add(args []py.Value) py.Value {
	l := py.ListAttr(s.items, "append")
	if s.fault != shares {
		l = l.Own(s.owner)
	}
	l.Append(args[0])
	s.items = l
	s.count++
	return py.One(py.Str("count"), py.Int(s.count))
}

func subjectOf(f fault) Subject {
	return Subject{
		Class: toolcall.NewClass("Tally", toolcall.Def("add", (*tally).add, toolcall.P("x"))),
		Load: func(scenario, long *py.Dict) toolcall.State {
			s := &tally{items: scenario.Or("items", py.NewList()), count: py.Len(scenario.Or("items", py.NewList())), fault: f}
			if long != nil {
				s.items = py.NewList(append(py.Iter(s.items), long.MustGet(py.Str("MORE")))...)
			}
			return s
		},
		Extra: func(s toolcall.State) []toolcall.Attr {
			return []toolcall.Attr{{Name: "type", Value: py.Str(s.AppendAttrs(nil)[0].Value.Type())}}
		},
	}
}

// witness remembers what a check finds wrong.
type witness struct {
	testing.TB
	failed bool
}

func (w *witness) Errorf(string, ...any) { w.failed = true }
func (w *witness) Failed() bool          { return w.failed }

const right = `{"scenario": {"items": [0, {"__tuple__": [1]}]}, "long": {"MORE": 2.0}, "calls": [["add({1})", "{\"count\": 3}"], ["add(x='a')", "{\"count\": 4}", {"x": "a"}], ["add()", "Error during execution: Tally.add() missing 1 required positional argument: 'x'"]], "state": {"public": {"items": [0, {"__tuple__": [1]}, 2.0, {"__set__": [1]}, "a"]}, "private": {"_count": 4}}, "extra": {"type": "list"}}`

// TestGolden holds the check against lines with one mistake each, and against a
// class with one.
func TestGolden(t *testing.T) {
	raises := `{"scenario": {"items": 5}, "calls": [], "raises": "object of type 'int' has no len()"}`
	tests := []struct {
		name, line string
		fault      fault
		least      int
		caught     bool
	}{
		{name: "right", line: right, least: 3},
		{name: "right without state", line: `{"scenario": {}, "calls": [["add(1)", "{\"count\": 1}"]]}`, least: 1},
		{name: "right exception of loading", line: raises},
		{name: "another exception", line: strings.Replace(raises, "'int'", "'str'", 1), caught: true},
		{name: "no exception", line: strings.Replace(raises, "5", "[]", 1), caught: true},
		{name: "an exception that is not expected", line: strings.Replace(raises, `"raises"`, `"state"`, 1), caught: true},
		{name: "a text", line: strings.Replace(right, `\"count\": 3`, `\"count\": 3.0`, 1), caught: true},
		{name: "an argument", line: strings.Replace(right, `{"x": "a"}`, `{"x": "b"}`, 1), caught: true},
		{name: "a type", line: strings.Replace(right, `2.0, {`, `2, {`, 1), caught: true},
		{name: "an item of a set", line: strings.Replace(right, `"__set__": [1]`, `"__set__": [2]`, 1), caught: true},
		{name: "a tuple that is a list", line: strings.Replace(right, `"public": {"items": [0, {"__tuple__": [1]}`, `"public": {"items": [0, [1]`, 1), caught: true},
		{name: "a private attribute", line: strings.Replace(right, `"_count": 4`, `"_count": 5`, 1), caught: true},
		{name: "an attribute that is missing", line: strings.Replace(right, `{"_count": 4}`, `{"_count": 4, "_more": 0}`, 1), caught: true},
		{name: "an extra", line: strings.Replace(right, `"type": "list"`, `"type": "dict"`, 1), caught: true},
		{name: "too few calls", line: right, least: 4, caught: true},
		{name: "the prototype", line: right, fault: shares, caught: true},
		{name: "the copy", line: right, fault: forgets, caught: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "golden.jsonl")
			if err := os.WriteFile(path, []byte(test.line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			w := &witness{TB: t}
			Golden(w, subjectOf(test.fault), path, test.least)
			if w.failed != test.caught {
				t.Errorf("it fails: %v, want %v", w.failed, test.caught)
			}
		})
	}
}

func TestIsolation(t *testing.T) {
	for _, f := range []fault{none, shares, forgets} {
		t.Run(string(f), func(t *testing.T) {
			s := subjectOf(f)
			w := &witness{TB: t}
			Isolation(w, s, func() toolcall.State { return s.Load(py.Of(), nil) }, []string{"add(1)", "add(2)"})
			if caught := f != none; w.failed != caught {
				t.Errorf("it fails: %v, want %v", w.failed, caught)
			}
		})
	}
}

// TestText checks what is the same to the comparisons and what is not.
func TestText(t *testing.T) {
	a := py.D("a", py.Int(1), "b", py.NewSet(nil, py.Int(3), py.Str("x")))
	b := py.D("b", py.NewSet(nil, py.Str("x"), py.Int(3)), "a", py.Int(1))
	if x, y := text(a, unordered), text(b, unordered); x != y {
		t.Errorf("got %s and %s, want one text", x, y)
	}
	if x, y := text(a, ordered), text(b, ordered); x == y {
		t.Errorf("the order of items does not show in %s", x)
	}
	for _, v := range []py.Value{py.Bool(true), py.Float(1), py.Str("1"), py.NewList(py.Int(1)), py.Tuple{py.Int(1)}} {
		if x, y := text(py.Int(1), unordered), text(v, unordered); x == y {
			t.Errorf("1 and the %s are both %s", v.Type(), x)
		}
	}
}
