package credit

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"stepgym/traces"
)

// drawGroup draws a group of at least two rollouts.
func drawGroup(t *rapid.T) traces.Inputs {
	for {
		if in := drawInputs(t); len(in.Trajectories) > 1 {
			return in
		}
	}
}

// assign runs a method on a group given as columns.
func assign(t *rapid.T, name string, in traces.Inputs) [][]float64 {
	m, err := Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	g, err := traces.FromInputs(in)
	if err != nil {
		t.Fatal(err)
	}
	adv, err := m.Advantages(g)
	if err != nil {
		t.Fatal(err)
	}
	return adv
}

// changed returns in with other rewards.
func changed(in traces.Inputs, reward func(tr traces.Input, t int) float64) traces.Inputs {
	out := traces.Inputs{ID: in.ID}
	for _, tr := range in.Trajectories {
		rewards := make([]float64, len(tr.Rewards))
		for t := range rewards {
			rewards[t] = reward(tr, t)
		}
		tr.Rewards = rewards
		out.Trajectories = append(out.Trajectories, tr)
	}
	return out
}

// TestPermutation: another order of the rollouts gives the same credit in that
// order. Grouping by similarity is the exception: first come, first served.
func TestPermutation(t *testing.T) {
	for _, name := range Presets() {
		if name == "gigpo/similarity" {
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			in := drawGroup(t)
			order := rapid.Permutation(indices(len(in.Trajectories))).Draw(t, "order")
			moved := traces.Inputs{ID: in.ID}
			for _, i := range order {
				moved.Trajectories = append(moved.Trajectories, in.Trajectories[i])
			}
			a, b := assign(t, name, in), assign(t, name, moved)
			for k, i := range order {
				// GRAFT divides rounding by eps where a state is left once.
				if d := distance([][][]float64{{b[k]}}, [][][]float64{{a[i]}}); !(d <= 1e-7) {
					t.Fatalf("%s: trajectory %d moved to %d, and its credit by %g", name, i, k, d)
				}
			}
		})
	}
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestTotal: merging moves credit between steps and neither makes nor loses any.
func TestTotal(t *testing.T) {
	for _, name := range []string{"salt", "arpo"} {
		rapid.Check(t, func(t *rapid.T) {
			in := drawInputs(t)
			if d := total(assign(t, name, in)) - total(assign(t, "grpo", in)); math.Abs(d) > 1e-9 {
				t.Fatalf("%s: the total moved by %g", name, d)
			}
		})
	}
}

// TestShift: the same amount added to every trajectory's last reward changes
// nothing where trajectories are compared with one another.
func TestShift(t *testing.T) {
	for _, name := range []string{"grpo", "grpo/verl-agent", "grpo/dr", "rloo", "reinforce++", "salt", "arpo", "seeupo", "seeupo/released"} {
		rapid.Check(t, func(t *rapid.T) {
			in := drawGroup(t)
			c := rapid.Float64Range(-5, 5).Draw(t, "c")
			shifted := changed(in, func(tr traces.Input, k int) float64 {
				if k == len(tr.Rewards)-1 {
					return tr.Rewards[k] + c
				}
				return tr.Rewards[k]
			})
			if d := distance([][][]float64{assign(t, name, shifted)}, [][][]float64{assign(t, name, in)}); !(d <= 1e-7) {
				t.Fatalf("%s: a shift by %v moved the credit by %g", name, c, d)
			}
		})
	}
}

// TestScale: rewards times c give credit times c where nothing is divided by a
// deviation, and the same credit, but for eps, where everything is.
func TestScale(t *testing.T) {
	for _, tt := range []struct {
		name   string
		linear bool
	}{
		{"grpo/dr", true},
		{"rloo", true},
		{"gigpo/verl-agent", true},
		{"rtmc", true},
		{"grpo", false},
		{"gigpo", false},
		{"hgpo", false},
		{"salt", false},
		{"reinforce++", false},
		{"seeupo", false},
	} {
		rapid.Check(t, func(t *rapid.T) {
			in := drawGroup(t)
			c := rapid.SampledFrom([]float64{0.5, 2, 8}).Draw(t, "c")
			a := assign(t, tt.name, in)
			b := assign(t, tt.name, changed(in, func(tr traces.Input, k int) float64 { return c * tr.Rewards[k] }))
			want, tolerance := 1.0, 1e-3
			if tt.linear {
				want, tolerance = c, 1e-9
			}
			for i := range a {
				for k := range a[i] {
					if d := math.Abs(b[i][k] - want*a[i][k]); d > tolerance*(1+math.Abs(a[i][k])) {
						t.Fatalf("%s: rewards times %v make %v of %v", tt.name, c, b[i][k], a[i][k])
					}
				}
			}
		})
	}
}

// TestRepeatedRollouts: a group in which every rollout occurs twice has the
// same credit where a set is described by means alone.
func TestRepeatedRollouts(t *testing.T) {
	for _, name := range []string{"grpo/dr", "gigpo/verl-agent", "rtmc"} {
		rapid.Check(t, func(t *rapid.T) {
			in := drawGroup(t)
			twice := traces.Inputs{ID: in.ID}
			for _, tr := range in.Trajectories {
				other := tr
				other.ID += "again"
				twice.Trajectories = append(twice.Trajectories, tr, other)
			}
			a, b := assign(t, name, in), assign(t, name, twice)
			for i := range a {
				for k := range a[i] {
					if d := math.Abs(a[i][k] - b[2*i][k]); d > 1e-6 {
						t.Fatalf("%s: trajectory %d, step %d: %v became %v", name, i, k, a[i][k], b[2*i][k])
					}
				}
			}
		})
	}
}

// TestUniformGroupsGetNothing checks that a group of equal scores has advantage 0
// in a batch whose other groups, centered, do not sum up to 0 exactly.
func TestUniformGroupsGetNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var batch []Scored
		for g := range rapid.IntRange(2, 6).Draw(t, "groups") {
			same := float64(rapid.IntRange(0, 9).Draw(t, "score")) / 7
			for i := range 5 {
				r := Scored{ID: fmt.Sprint(g, "/", i), Group: fmt.Sprint(g), Score: same}
				if g > 0 {
					r.Score = rapid.Float64Range(0, 1).Draw(t, "x")
				}
				batch = append(batch, r)
			}
		}
		m, err := NewMultiplier(batch, 1, DefaultSeeUPO())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range batch[:5] {
			if a, err := m.Advantage(r.ID); a != 0 || err != nil {
				t.Fatalf("%s has advantage %v, error %v", r.ID, a, err)
			}
		}
	})
}
