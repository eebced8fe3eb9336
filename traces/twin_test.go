package traces

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawGroup draws a group that visits few states, so that many are equal.
func drawGroup(t *rapid.T) *Group {
	g := &Group{ID: "g"}
	word := rapid.SampledFrom([]string{"", "a", "b", "ab", "ba", "a\x00", "é", "long page about nothing at all"})
	for i := range rapid.IntRange(1, 5).Draw(t, "rollouts") {
		tr := &Trajectory{ID: fmt.Sprintf("t%d", i), TaskID: "task"}
		for range rapid.IntRange(1, 7).Draw(t, "steps") {
			tr.Steps = append(tr.Steps, Step{
				Observation: Observation{Text: word.Draw(t, "text"), State: word.Draw(t, "state")},
				Action:      word.Draw(t, "action"),
				Reward:      rapid.Float64Range(-2, 2).Draw(t, "reward"),
				Invalid:     rapid.Bool().Draw(t, "invalid"),
			})
		}
		if rapid.Bool().Draw(t, "seen") {
			tr.Final = &Observation{Text: word.Draw(t, "text"), State: word.Draw(t, "state")}
		}
		g.Trajectories = append(g.Trajectories, tr)
	}
	return g
}

// TestPartitionsAgainstStrings compares the rolling numbers with the plain
// definition: rows are in one set if the texts they stand for are equal.
func TestPartitionsAgainstStrings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		group := drawGroup(t)
		o := GraphOptions{Grouping: rapid.SampledFrom([]Grouping{"", ByAnchor, ByState}).Draw(t, "grouping")}
		g, err := NewGraph(group, o)
		if err != nil {
			t.Fatal(err)
		}
		text := func(o2 Observation) string {
			if o.Grouping == ByState {
				return o2.State
			}
			return o2.AnchorText()
		}
		k := rapid.IntRange(0, 4).Draw(t, "k")
		var states, acts, edges, contexts, histories, prefixes []string
		for _, tr := range group.Trajectories {
			prefix := "root"
			for s := range tr.Steps {
				state := fmt.Sprintf("%q", text(tr.Steps[s].Observation))
				states = append(states, state)
				acts = append(acts, fmt.Sprintf("%s|%q", state, tr.Steps[s].Action))
				prefix += "/" + acts[len(acts)-1]
				prefixes = append(prefixes, prefix)
				next := "unseen"
				if s+1 < len(tr.Steps) {
					next = fmt.Sprintf("%q", text(tr.Steps[s+1].Observation))
				} else if tr.Final != nil {
					next = fmt.Sprintf("%q", text(*tr.Final))
				}
				edges = append(edges, fmt.Sprintf("%s|%q|%s", state, tr.Steps[s].Action, next))
				context := ""
				if s >= k {
					for _, past := range tr.Steps[s-k : s+1] {
						context += fmt.Sprintf("%q|", text(past.Observation))
					}
				}
				contexts = append(contexts, context)
				history := "past|" // of the k steps before, the beginning included
				for back := s - k; back < s; back++ {
					if back < 0 {
						history += "start|"
					} else {
						history += fmt.Sprintf("%q%q|", text(tr.Steps[back].Observation), tr.Steps[back].Action)
					}
				}
				histories = append(histories, history)
			}
		}
		e := g.Edges()
		compare(t, "state", g.ByState().ID, numbers(states))
		compare(t, "state and action", g.ByStateAction().ID, numbers(acts))
		compare(t, "prefix", g.Prefixes().ID, numbers(prefixes))
		compare(t, "edge", e.Of, numbers(edges))
		compare(t, "context", g.Context(k).ID, numbers(contexts))
		compare(t, "history", g.Histories(k).ID, numbers(histories))
		var both []string
		for j := range edges {
			both = append(both, edges[j]+"/"+histories[j])
		}
		compare(t, "meet", e.Partition().Meet(g.Histories(k)).ID, numbers(both))
		for i := range e.Len() {
			for _, j := range e.At(i) {
				if e.Of[j] != int32(i) || e.State[i] != g.State[j] || e.Action[i] != g.Action[j] || e.Next[i] != g.Next[j] {
					t.Fatalf("row %d is not of edge %d", j, i)
				}
			}
		}
		if len(e.Rows) != g.Len() {
			t.Fatalf("edges list %d rows of %d", len(e.Rows), g.Len())
		}
	})
}

// TestRecycledViews compares the views of graphs that a Builder makes one after
// the other in the same memory with those of graphs of their own.
func TestRecycledViews(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Builder
		for range rapid.IntRange(2, 4).Draw(t, "groups") {
			group := drawGroup(t)
			got, err := b.Graph(group, GraphOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want, err := NewGraph(group, GraphOptions{})
			if err != nil {
				t.Fatal(err)
			}
			k := rapid.IntRange(0, 5).Draw(t, "k")
			if rapid.Bool().Draw(t, "edges first") {
				got.Edges()
			}
			for depth := k; depth >= 0; depth-- {
				if d := cmp.Diff(want.Context(depth), got.Context(depth)); d != "" {
					t.Fatalf("context %d (-own +recycled):\n%s", depth, d)
				}
			}
			if d := cmp.Diff(want.Edges(), got.Edges()); d != "" {
				t.Fatalf("edges (-own +recycled):\n%s", d)
			}
		}
	})
}

// numbers numbers texts by first appearance; "" gets -1.
func numbers(texts []string) []int32 {
	seen := map[string]int32{}
	out := make([]int32, len(texts))
	for j, s := range texts {
		if s == "" {
			out[j] = -1
			continue
		}
		if _, ok := seen[s]; !ok {
			seen[s] = int32(len(seen))
		}
		out[j] = seen[s]
	}
	return out
}

// dense renumbers by first appearance, -1 excepted.
func dense(ids []int32) []int32 {
	texts := make([]string, len(ids))
	for j, id := range ids {
		if id >= 0 {
			texts[j] = fmt.Sprint("set ", id)
		}
	}
	return numbers(texts)
}

// compare wants the same sets; their numbers may have gaps, for states that are
// seen only at the end of a trajectory take numbers too.
func compare(t *rapid.T, name string, got, want []int32) {
	t.Helper()
	if d := cmp.Diff(want, dense(got)); d != "" {
		t.Fatalf("%s ids differ (-want +got):\n%s", name, d)
	}
}

// TestReturnsAgainstSums compares the backward pass with the plain sum.
func TestReturnsAgainstSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, err := NewGraph(drawGroup(t), GraphOptions{})
		if err != nil {
			t.Fatal(err)
		}
		gamma := rapid.Float64Range(0, 1).Draw(t, "gamma")
		got := g.Returns(gamma)
		for _, r := range g.Rollouts {
			for j := r.First; j < r.First+r.Steps; j++ {
				want, w := 0.0, 1.0
				for k := j; k < r.First+r.Steps; k++ {
					want += w * g.Reward[k]
					w *= gamma
				}
				if d := want - got[j]; d > 1e-12 || d < -1e-12 {
					t.Fatalf("row %d: return %v, want %v", j, got[j], want)
				}
			}
		}
	})
}
