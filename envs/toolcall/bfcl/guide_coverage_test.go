package bfcl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// covered counts what of the ground truth can be said by choices.
type covered struct{ args, calls, turns, entries share }

// share is a part of a whole.
type share struct{ n, of int }

func (s *share) count(ok bool) {
	s.of++
	if ok {
		s.n++
	}
}

func (s share) percent() float64 { return 100 * float64(s.n) / float64(max(1, s.of)) }

func (s share) String() string { return fmt.Sprintf("%d/%d %.1f %%", s.n, s.of, s.percent()) }

// guided opens the guided environment on the shared data.
func guided(t testing.TB, categories ...string) *Env {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Guided, c.Reward = testdata.Shared(t, "bfcl/data"), true, RewardTurn
	c.StepLimit = 100 // a step of the ground truth is all its calls of a turn
	if len(categories) > 0 {
		c.Categories = categories
	}
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// follow plays the ground truth of an entry and counts which of its values are
// offered where they are wanted. miss is told the others.
func follow(t *testing.T, env *Env, e *Entry, c *covered, miss func(call, param string)) {
	ep, err := env.start(e.ID)
	if err != nil {
		t.Fatal(err)
	}
	all := true
	for _, calls := range e.Truth {
		turn := true
		for _, src := range calls {
			ok := sayable(ep, src, c, miss)
			c.calls.count(ok)
			turn = turn && ok
			ep.take([]string{src}, nil)
			if ep.over {
				t.Fatalf("entry %s: over in the ground truth", e.ID)
			}
		}
		if len(calls) > 0 {
			c.turns.count(turn)
		}
		all = all && turn
		ep.take(nil, nil)
	}
	c.entries.count(all)
}

// sayable reports whether a call can be said by choices, and counts its
// arguments.
func sayable(ep *Episode, src string, c *covered, miss func(call, param string)) bool {
	g := ep.guide
	name, want, err := plain(ep.entry, src)
	if err != nil {
		miss(src, "?")
		return false
	}
	t := g.menu.turn(ep.trial.Turn())
	f, ok := g.menu.known[name], true
	if !slices.Contains(t.calls, f) {
		miss(src, "function")
		return false
	}
	for i, p := range f.params {
		v, given := want.GetStr(p.name)
		if given {
			s := slot{function: f, param: p, menu: g.menu, turn: t}
			for _, q := range f.params[:i] {
				if u, ok := want.GetStr(q.name); ok {
					s.used = append(s.used, u)
				}
			}
			g.evidence.read(ep.log, ep.trial.Results())
			hit := found(s.offers(&g.evidence), v) != nil
			c.args.count(hit)
			if !hit {
				miss(src, p.name+" = "+py.Repr(v))
			}
			ok = ok && hit
		} else if !p.optional {
			miss(src, "missing "+p.name)
			ok = false
		}
	}
	return ok
}

// TestCoverage says which share of the ground truth can be said by choices: an
// upper bound on what a guided agent can reach.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("plays all entries")
	}
	for _, category := range Categories() {
		t.Run(strings.TrimPrefix(category, "multi_turn_"), func(t *testing.T) {
			env := guided(t, category)
			var c covered
			for _, e := range env.data.Entries() {
				follow(t, env, e, &c, func(call, param string) {
					if testing.Verbose() {
						t.Logf("%s: %s: %s", e.ID, call, param)
					}
				})
			}
			t.Logf("%s: arguments %v, calls %v, turns %v, entries %v", category, c.args, c.calls, c.turns, c.entries)
		})
	}
}

// TestHints counts the entries that hints lead through.
func TestHints(t *testing.T) {
	if testing.Short() {
		t.Skip("plays all entries")
	}
	for _, category := range Categories() {
		t.Run(strings.TrimPrefix(category, "multi_turn_"), func(t *testing.T) {
			env := guided(t, category)
			var c share
			steps := 0
			for _, e := range env.data.Entries() {
				ep, err := env.start(e.ID)
				if err != nil {
					t.Fatal(err)
				}
				way, err := ep.Hint(t.Context())
				c.count(err == nil)
				steps += len(way)
				if err != nil && testing.Verbose() {
					t.Log(e.ID, err)
				}
			}
			t.Logf("%s: entries with a way %v, %.1f choices each", category, c, float64(steps)/float64(max(1, c.n)))
		})
	}
}
