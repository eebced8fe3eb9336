package apitest

import (
	"sync"
	"testing"

	"stepgym/envs/toolcall"
)

// Isolation checks that a state and its copies change without touching each
// other: whatever calls are run, in whatever of them, with a copy taken before
// each, and with many copies at once. newState makes equal states; each call
// must change its state or look at it.
func Isolation(t testing.TB, s Subject, newState func() toolcall.State, calls []string) {
	t.Helper()
	prototype := newState()
	i := &isolation{t: t, kit: toolcall.NewKit(s.Class), newState: newState, prototype: prototype, calls: calls}
	i.texts, i.states = i.alone(0)
	if i.states[len(calls)] == i.states[0] {
		t.Fatal("the calls change nothing")
	}
	i.forks()
	if !t.Failed() { // otherwise copies that run at once would be a race
		i.atOnce()
	}
	if got := show(prototype); got != i.states[0] {
		t.Errorf("the prototype was changed to\n     %s\nwant %s", got, i.states[0])
	}
}

type isolation struct {
	t         testing.TB
	kit       *toolcall.Kit
	newState  func() toolcall.State
	prototype toolcall.State
	calls     []string

	texts  []string // of the calls, in an episode without copies
	states []string // before the first call and after each
}

// alone runs the calls from one of them on, and the ones before it then, in an
// episode without copies.
func (i *isolation) alone(from int) (texts, states []string) {
	x := i.kit.New([]toolcall.State{i.newState()})
	states = append(states, show(x.States()[0]))
	for k := range i.calls {
		texts = append(texts, x.Run(i.calls[(from+k)%len(i.calls)]).Text)
		states = append(states, show(x.States()[0]))
	}
	return texts, states
}

// forks takes a copy before each call, and lets each go the rest of the way when
// the origin has gone it.
func (i *isolation) forks() {
	i.t.Helper()
	x := i.kit.New([]toolcall.State{i.prototype})
	var forks []*toolcall.Executor
	for k, c := range i.calls {
		forks = append(forks, x.Fork())
		if got := x.Run(c).Text; got != i.texts[k] {
			i.t.Errorf("%s gives %s after a copy, want %s", c, got, i.texts[k])
		}
	}
	for n, f := range forks {
		if got := show(f.States()[0]); got != i.states[n] {
			i.t.Errorf("a copy after %d calls was changed to\n     %s\nwant %s", n, got, i.states[n])
		}
	}
	for n, f := range forks {
		for k, c := range i.calls[n:] {
			if got := f.Run(c).Text; got != i.texts[n+k] {
				i.t.Errorf("a copy after %d calls: %s gives %s, want %s", n, c, got, i.texts[n+k])
			}
		}
	}
	last := i.states[len(i.calls)]
	for n, f := range append(forks, x) {
		if got := show(f.States()[0]); got != last {
			i.t.Errorf("a copy after %d calls ends in\n     %s\nwant %s", n, got, last)
		}
	}
}

// atOnce begins with another call in each of many copies that run at once, with
// a copy of each of them that is spoilt on the way.
func (i *isolation) atOnce() {
	i.t.Helper()
	n := len(i.calls)
	var group sync.WaitGroup
	for from := range n {
		texts, states := i.alone(from)
		group.Go(func() {
			x := i.kit.New([]toolcall.State{i.prototype})
			for k := range n {
				if k == n/2 {
					spoilt := x
					x = x.Fork()
					for _, c := range i.calls {
						spoilt.Run(c)
					}
				}
				c := i.calls[(from+k)%n]
				if got := x.Run(c).Text; got != texts[k] {
					i.t.Errorf("beginning with %s: %s gives %s among others, want %s", i.calls[from], c, got, texts[k])
				}
			}
			if got := show(x.States()[0]); got != states[n] {
				i.t.Errorf("beginning with %s: the state among others is\n     %s\nwant %s", i.calls[from], got, states[n])
			}
		})
	}
	group.Wait()
}
