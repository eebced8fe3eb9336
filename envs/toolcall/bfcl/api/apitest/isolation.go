package apitest

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Isolation checks that a state and its copies change without touching each
// other: whatever calls are run, in whatever of them, with a copy taken before
// each. newState makes equal states; each call must change its state or look at
// it.
func Isolation(t *testing.T, class *toolcall.Class, newState func() toolcall.State, calls []string) {
	t.Helper()
	kit := toolcall.NewKit(class)
	prototype := newState()
	first := show(prototype)

	// alone tells the states after 0, 1, ... calls in an episode without copies.
	x := kit.New([]toolcall.State{newState()})
	alone, texts := []string{first}, make([]string, len(calls))
	for i, c := range calls {
		texts[i] = x.Run(c).Text
		alone = append(alone, show(x.States()[0]))
	}
	if alone[len(calls)] == first {
		t.Fatal("the calls change nothing")
	}

	x = kit.New([]toolcall.State{prototype})
	var forks []*toolcall.Executor
	for i, c := range calls {
		forks = append(forks, x.Fork())
		if got := x.Run(c).Text; got != texts[i] {
			t.Errorf("%s gives %s after a copy, want %s", c, got, texts[i])
		}
	}
	for i, f := range forks {
		if got := show(f.States()[0]); got != alone[i] {
			t.Errorf("a copy after %d calls was changed to\n     %s\nwant %s", i, got, alone[i])
		}
	}
	for i, f := range forks { // each goes the rest of the way
		for j, c := range calls[i:] {
			if got := f.Run(c).Text; got != texts[i+j] {
				t.Errorf("a copy after %d calls: %s gives %s, want %s", i, c, got, texts[i+j])
			}
		}
	}
	for i, f := range append(forks, x) {
		if got := show(f.States()[0]); got != alone[len(calls)] {
			t.Errorf("a copy after %d calls ends in\n     %s\nwant %s", i, got, alone[len(calls)])
		}
	}
	if got := show(prototype); got != first {
		t.Errorf("the prototype was changed to\n     %s\nwant %s", got, first)
	}
}

// show writes all attributes.
func show(s toolcall.State) string {
	out := ""
	for _, a := range s.AppendAttrs(nil) {
		out += a.Name + " = " + text(a.Value) + "\n"
	}
	return out
}

// BenchmarkCopy measures copying a state.
func BenchmarkCopy(b *testing.B, s toolcall.State) {
	o := new(py.Owner)
	b.ReportAllocs()
	for b.Loop() {
		s.Copy(o)
	}
}

// BenchmarkCalls measures each call, with the parsing and the text of the
// result. The state begins anew every 64 calls.
func BenchmarkCalls(b *testing.B, class *toolcall.Class, s toolcall.State, calls ...string) {
	kit := toolcall.NewKit(class)
	states := []toolcall.State{s}
	for _, c := range calls {
		b.Run(c, func(b *testing.B) {
			x := kit.New(states)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if i++; i%64 == 0 {
					x = kit.New(states)
				}
				x.Run(c)
			}
		})
	}
}
