package bfcl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// covered counts what of the ground truth can be said by choices: arguments,
// calls, turns and entries all of whose values are offered where the ground truth
// wants them, with nothing called but the ground truth; and entries that hints
// lead through, who may look something up first.
type covered struct{ Args, Calls, Turns, Entries, Hinted share }

// share is a part of a whole.
type share struct{ N, Of int }

func (s *share) count(ok bool) {
	s.Of++
	if ok {
		s.N++
	}
}

func (s share) String() string {
	return fmt.Sprintf("%d/%d (%.1f %%)", s.N, s.Of, 100*float64(s.N)/float64(max(1, s.Of)))
}

// guided opens the guided environment on the shared data.
func guided(t testing.TB, stepLimit int, categories ...string) *Env {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Guided, c.Reward = testdata.Shared(t, "bfcl/data"), true, RewardTurn
	c.StepLimit, c.Categories = stepLimit, categories
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// follow plays the ground truth of an entry and counts which of its values are
// offered where they are wanted. miss is told the others.
func follow(t *testing.T, env *Env, e *Entry, c *covered, miss func(format string, args ...any)) {
	ep, err := env.multi.play(e)
	if err != nil {
		t.Fatal(err)
	}
	all := true
	for _, calls := range e.Truth {
		turn := true
		for _, src := range calls {
			ok := sayable(ep, src, c, miss)
			c.Calls.count(ok)
			turn = turn && ok
			ep.take([]string{src}, nil)
			if ep.over {
				t.Fatalf("entry %s: over in the ground truth", e.ID)
			}
		}
		if len(calls) > 0 {
			c.Turns.count(turn)
		}
		all = all && turn
		ep.take(nil, nil)
	}
	c.Entries.count(all)
}

// sayable reports whether a call can be said by choices, and counts its
// arguments.
func sayable(ep *Episode, src string, c *covered, miss func(format string, args ...any)) bool {
	g := ep.guide
	name, want, err := plain(ep.entry, src)
	if err != nil {
		miss("%s: %v", src, err)
		return false
	}
	t := g.menu.turn(ep.trial.Turn())
	f, ok := g.menu.known[name], true
	if !slices.Contains(t.calls, f) {
		miss("%s: the function is not offered", src)
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
			c.Args.count(hit)
			if !hit {
				miss("%s: %s: no %s = %s", ep.entry.ID, src, p.name, py.Repr(v))
			}
			ok = ok && hit
		} else if !p.optional {
			miss("%s: no %s", src, p.name)
			ok = false
		}
	}
	return ok
}

// TestCoverage says which share of the ground truth can be said by choices: an
// upper bound on what a guided agent can reach. The counts are exact, so that
// any change of the candidates shows here; with -v the misses are listed.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("plays all entries")
	}
	want := map[string]covered{
		"multi_turn_base":         {share{1724, 1954}, share{948, 1142}, share{550, 731}, share{74, 200}, share{137, 200}},
		"multi_turn_miss_func":    {share{1716, 1948}, share{944, 1140}, share{549, 731}, share{75, 200}, share{135, 200}},
		"multi_turn_miss_param":   {share{1713, 1950}, share{941, 1140}, share{546, 731}, share{75, 200}, share{135, 200}},
		"multi_turn_long_context": {share{1707, 2012}, share{934, 1203}, share{535, 731}, share{66, 200}, share{127, 200}},
	}
	for _, category := range Categories() {
		t.Run(strings.TrimPrefix(category, "multi_turn_"), func(t *testing.T) {
			var c covered
			miss := func(string, ...any) {}
			if testing.Verbose() {
				miss = t.Logf
			}
			env := guided(t, 100, category) // the ground truth may have more calls in a turn than a model may have steps
			for _, e := range env.multi.data.Entries() {
				follow(t, env, e, &c, miss)
			}
			env = guided(t, DefaultConfig().StepLimit, category)
			for _, e := range env.multi.data.Entries() {
				_, err := begin(t, env, e.ID).Hint(t.Context())
				if c.Hinted.count(err == nil); err != nil {
					miss("%s: %v", e.ID, err)
				}
			}
			t.Logf("arguments %v, calls %v, turns %v, entries %v, hints for %v", c.Args, c.Calls, c.Turns, c.Entries, c.Hinted)
			if d := cmp.Diff(c, want[category]); d != "" {
				t.Errorf("(-got +want):\n%s", d)
			}
		})
	}
}
