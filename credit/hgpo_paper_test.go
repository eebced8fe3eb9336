package credit

// The tests name the parts of the paper, He et al. 2026, "Hierarchy-of-Groups
// Policy Optimization for Long-Horizon Agentic Tasks".

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/traces"
)

// meanLevels is HGPO on means with undiscounted returns, so that levels can be
// read off.
func meanLevels(k int, alpha float64) HGPOParams {
	p := DefaultHGPO()
	p.Gamma, p.Mode, p.K, p.Alpha = 1, Mean, k, alpha
	return p
}

func hgpoOf(t *testing.T, g *traces.Graph, p HGPOParams) [][]float64 {
	t.Helper()
	adv, err := HGPO(g, p)
	if err != nil {
		t.Fatal(err)
	}
	return adv
}

// TestHGPOContextGroups checks "context-aware hierarchical grouping": level k
// holds the steps whose state and k states before it agree. The third rollout
// reaches B from elsewhere, so it is in B's level 0 and not in its level 1.
func TestHGPOContextGroups(t *testing.T) {
	g := graph(t, walk("a", "A x B x w", 3), walk("b", "A x B y l", 0), walk("c", "C x B z l", 0))
	level0 := hgpoOf(t, g, meanLevels(0, 1))
	if got := level0[0][1]; got != 2 {
		t.Errorf("level 0 of B: %v, want 3 - 1 = 2", got)
	}
	both := hgpoOf(t, g, meanLevels(1, 0)) // equal weights: the plain mean of two levels
	if got, want := both[0][1], (2+1.5)/2; got != want {
		t.Errorf("levels 0 and 1 of B: %v, want %v", got, want)
	}
	if got, want := both[2][1], (-1+0.0)/2; got != want {
		t.Errorf("the rollout from C is alone on level 1: %v, want %v", got, want)
	}
}

// TestHGPOActionsAreNotCompared checks "context-aware hierarchical grouping":
// histories are of states,
// the actions between them may differ.
func TestHGPOActionsAreNotCompared(t *testing.T) {
	a := hgpoOf(t, graph(t, walk("a", "A x B x w", 1), walk("b", "A x B x l", 0)), meanLevels(1, 1))
	b := hgpoOf(t, graph(t, walk("a", "A x B x w", 1), walk("b", "A other B other l", 0)), meanLevels(1, 1))
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("actions matter:\n%s", d)
	}
}

// TestHGPOWeights checks "adaptive weighting advantage estimation": level k
// weighs (k+1)^alpha, over the levels that a step has.
func TestHGPOWeights(t *testing.T) {
	g := graph(t, walk("a", "A x B x w", 3), walk("b", "A x B y l", 0), walk("c", "C x B z l", 0))
	for _, alpha := range []float64{0, 1, 2} {
		w := math.Pow(2, alpha)
		want := (2 + w*1.5) / (1 + w)
		if got := hgpoOf(t, g, meanLevels(2, alpha))[0][1]; math.Abs(got-want) > 1e-12 {
			t.Errorf("alpha %v: %v, want %v", alpha, got, want)
		}
	}
}

// TestHGPOFirstStepHasOneLevel checks that a step without history is compared
// on level 0 alone.
func TestHGPOFirstStepHasOneLevel(t *testing.T) {
	g := graph(t, walk("a", "A x A x w", 1), walk("b", "A x B y l", 0))
	zero, deep := hgpoOf(t, g, meanLevels(0, 1)), hgpoOf(t, g, meanLevels(4, 1))
	for i := range zero {
		if zero[i][0] != deep[i][0] {
			t.Errorf("rollout %d: first step %v with K = 4, %v with K = 0", i, deep[i][0], zero[i][0])
		}
	}
}

// TestHGPOLevelZeroIsGiGPO checks that with K = 0 the step part of GiGPO is
// left (means only: the two divide by different standard deviations).
func TestHGPOLevelZeroIsGiGPO(t *testing.T) {
	p := DefaultGiGPO()
	p.Gamma, p.Mode = 1, Mean
	both, err := GiGPO(fork(t), p)
	if err != nil {
		t.Fatal(err)
	}
	p.Weight = 0
	episode, _ := GiGPO(fork(t), p)
	for i := range both {
		for s := range both[i] {
			both[i][s] -= episode[i][s]
		}
	}
	if d := cmp.Diff(both, hgpoOf(t, fork(t), meanLevels(0, 1)), near); d != "" {
		t.Errorf("(-gigpo +hgpo):\n%s", d)
	}
}

// TestHGPOCodeDropsZeroLevels checks how the released code differs: weights
// (k+2)^alpha, and a level without signal gives its weight to the others.
func TestHGPOCodeDropsZeroLevels(t *testing.T) {
	g := graph(t, walk("a", "A x B x w", 3), walk("b", "A x B y l", 0), walk("c", "C x B z l", 0))
	p := meanLevels(1, 1)
	p.Variant = Code
	got := hgpoOf(t, g, p)
	if want := (2*2 + 3*1.5) / (5 + Eps); math.Abs(got[0][1]-want) > 1e-12 {
		t.Errorf("two levels: %v, want %v", got[0][1], want)
	}
	if want := 2 * -1 / (2 + Eps); math.Abs(got[2][1]-want) > 1e-12 {
		t.Errorf("alone on level 1: %v, want %v", got[2][1], want)
	}
	if got[2][0] != 0 {
		t.Errorf("alone on every level: %v, want exactly 0", got[2][0])
	}
	p.BaseGroup = true
	rows := []float64{3, 3, 0, 0, 0, 0} // every trajectory counts once a step
	ep := slowCenter(3, rows, Mean, Eps, 1, Raw)
	if got, want := hgpoOf(t, g, p)[0][1], (ep+2*2+3*1.5)/(6+Eps); math.Abs(got-want) > 1e-12 {
		t.Errorf("with the episode level: %v, want %v", got, want)
	}
}
