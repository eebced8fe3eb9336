// Package apitest checks a class of BFCL against what the original did: the
// recorded runs of the benchmark's entries, and random calls on scenarios of
// our own that the original answered.
package apitest

import (
	"bytes"
	"os"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Load makes the state of a scenario; long is nil without long context.
type Load func(scenario, long *py.Dict) toolcall.State

// Golden replays a file of JSON lines and returns the number of calls, all of
// which are checked. A line is
//
//	{"scenario": {...}, "long": false, "calls": [[call, result], ...], "attrs": [[name, repr], ...]}
//
// with the attributes after the last call; a set is "set:" and the sorted list
// of its items. Where "raises" stands, loading the scenario raises with that
// text. A line {"long_context": {...}} before them gives the literals of long
// context.
//
// The lines are what bfcl-eval 2026.3.23 answered under CPython 3.11, in UTC and
// with PYTHONHASHSEED=0, to random calls with arguments that fit and arguments
// of all types that do not. The scenarios are of our own invention.
func Golden(t *testing.T, path string, class *toolcall.Class, load Load) int {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	kit := toolcall.NewKit(class)
	calls, n := 0, 0
	var literals *py.Dict
	for line := range bytes.Lines(data) {
		n++
		row := parse(t, line)
		if l, ok := row.GetStr("long_context"); ok {
			literals = decoded(l).(*py.Dict)
			continue
		}
		long := literals
		if row.Or("long", py.Bool(false)) == py.Bool(false) {
			long = nil
		}
		if !episode(t, kit, load, long, n, row) {
			return calls
		}
		calls += py.Len(field(row, "calls"))
	}
	return calls
}

// episode replays one line.
func episode(t *testing.T, kit *toolcall.Kit, load Load, long *py.Dict, line int, row *py.Dict) bool {
	t.Helper()
	var state toolcall.State
	_, raised := py.Try(func() py.Value {
		state = load(field(row, "scenario").(*py.Dict), long)
		return nil
	})
	if raised != nil {
		if got, want := py.Str(raised.Text), row.Or("raises", py.None{}); got != want {
			t.Errorf("line %d: loading raises %q, want %s", line, got, py.Repr(want))
		}
		return !t.Failed()
	}
	if want, ok := row.GetStr("raises"); ok {
		t.Errorf("line %d: loading raises nothing, want %s", line, py.Repr(want))
		return false
	}
	x := kit.New([]toolcall.State{state})
	for i, c := range py.Iter(field(row, "calls")) {
		call, want := pair(c)
		if got := x.Run(call).Text; got != want {
			t.Errorf("line %d, call %d: %s\n got %s\nwant %s", line, i, call, got, want)
			return false
		}
	}
	attrs := x.States()[0].AppendAttrs(nil)
	for i, a := range py.Iter(field(row, "attrs")) {
		name, want := pair(a)
		if i >= len(attrs) {
			t.Errorf("line %d: there is no attribute %s", line, name)
		} else if got := text(attrs[i].Value); attrs[i].Name != name || got != want {
			t.Errorf("line %d: attribute %d after the last call is\n     %s = %s\nwant %s = %s", line, i, attrs[i].Name, got, name, want)
		}
	}
	return !t.Failed()
}

// text is repr(v), and for a set what the files have.
func text(v py.Value) string {
	if s, ok := v.(*py.Set); ok {
		return "set:" + py.Repr(py.NewList(py.Sorted(s.Items())...))
	}
	return py.Repr(v)
}

func parse(t *testing.T, line []byte) *py.Dict {
	t.Helper()
	v, err := py.FromJSON(bytes.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*py.Dict)
}

func field(d *py.Dict, name string) py.Value { return d.MustGet(py.Str(name)) }

// pair returns the two texts of a list.
func pair(v py.Value) (a, b string) {
	items := py.Iter(v)
	return py.ToStr(items[0]), py.ToStr(items[1])
}
