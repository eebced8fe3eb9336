package apitest

import (
	"flag"
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Any file of the form of a golden one can be checked in its place:
// go test -run Golden -golden FILE.
var golden = flag.String("golden", "", "check this file in place of testdata/golden*.jsonl")

// Golden plays the episodes of a file of JSON lines, of which at least so many
// calls must be checked. A line is
//
//	{"scenario": {...}, "long": {...}, "calls": [[source, text], ...], "state": {"public": {...}, "private": {...}}, "extra": {...}}
//
// with the state after the last call; [Decode] tells how values are written. The
// literals of long context are given for an episode that has it, true for those of
// the reference data. A call may have its arguments by name as a third item: the
// episode is played twice, the second time with these. What a state or "extra"
// (see [Subject]) lacks is not compared. Where "raises" stands, loading the
// scenario raises with that text.
//
// The lines are what bfcl-eval 2026.3.23 answered under CPython 3.11, in UTC and
// with PYTHONHASHSEED=0, to random calls with arguments that fit and arguments of
// all types that do not. The scenarios are of our own invention.
func Golden(t testing.TB, s Subject, path string, least int) {
	t.Helper()
	if *golden != "" {
		path, least = *golden, 1
	}
	g := player{t: t, subject: s, kit: toolcall.NewKit(s.Class)}
	Lines(t, path, func(line int, v py.Value) {
		if !t.Failed() {
			g.line = line
			g.episode(v.(*py.Dict))
		}
	})
	t.Logf("%d episodes, %d calls, %d states", g.line, g.calls, g.states)
	if g.calls < least {
		t.Errorf("%d calls were checked, want at least %d", g.calls, least)
	}
}

// player plays a golden file.
type player struct {
	t       testing.TB
	subject Subject
	kit     *toolcall.Kit
	line    int

	calls, states int // compared, states twice
}

// episode plays a line.
func (g *player) episode(row *py.Dict) {
	g.t.Helper()
	prototype := g.load(row)
	if prototype == nil {
		return
	}
	before := show(prototype)
	x, twin := g.kit.New([]toolcall.State{prototype}), g.kit.New([]toolcall.State{prototype})
	for i, c := range py.Iter(field(row, "calls")) {
		call := py.Iter(c)
		source, want := py.ToStr(call[0]), py.ToStr(call[1])
		got, again := x.Run(source).Text, ""
		if len(call) > 2 {
			method, _, _ := strings.Cut(source, "(")
			again = twin.Call(method, call[2].(*py.Dict)).Text
		} else {
			again = twin.Run(source).Text
		}
		if got != want || again != want {
			g.t.Errorf("line %d, call %d: %s\n    got %.300q\nor else %.300q\n   want %.300q", g.line, i, source, got, again, want)
			return
		}
		g.calls++
	}
	g.compare(row, x.States()[0])
	g.compare(row, twin.States()[0])
	if after := show(prototype); after != before {
		g.t.Errorf("line %d: the prototype was changed to\n     %s\nwant %s", g.line, after, before)
	}
}

// load makes the state that a line begins with; nil where loading raises.
func (g *player) load(row *py.Dict) (s toolcall.State) {
	g.t.Helper()
	long := dict(row, "long")
	if row.Or("long", py.None{}) == py.Bool(true) {
		long = LongContext(g.t)
	}
	_, raised := py.Try(func() py.Value {
		s = g.subject.Load(field(row, "scenario").(*py.Dict), long)
		return nil
	})
	want, raises := row.GetStr("raises")
	switch {
	case raised != nil && (!raises || want != py.Str(raised.Text)):
		g.t.Errorf("line %d: loading raises %v, want %v", g.line, raised, want)
	case raised == nil && raises:
		g.t.Errorf("line %d: loading raises nothing, want %v", g.line, want)
		return nil
	}
	return s
}

// compare compares the state at the end of a line.
func (g *player) compare(row *py.Dict, s toolcall.State) {
	g.t.Helper()
	state := dict(row, "state")
	if w := dict(state, "public"); w != nil { // it lacks a directory that contains itself
		g.states++
		g.same("the public state", dictOf(s.AppendAttrs(nil)), w)
	}
	if w := dict(state, "private"); w != nil {
		g.same("the private state", hidden(s), w)
	}
	if w := dict(row, "extra"); w != nil {
		g.same("extra", dictOf(g.subject.Extra(s)), w)
	}
}

func (g *player) same(what string, got, want *py.Dict) {
	g.t.Helper()
	if a, b := text(got, ordered), text(want, ordered); a != b {
		g.t.Errorf("line %d: %s is\n     %s\nwant %s", g.line, what, a, b)
	}
}
