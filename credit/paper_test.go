package credit

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/traces"
)

// near compares numbers up to rounding.
var near = cmpopts.EquateApprox(0, 1e-12)

// walk makes a trajectory from "state action state action … state"; the last
// step earns reward.
func walk(id, text string, reward float64) traces.Input {
	words := strings.Fields(text)
	in := traces.Input{ID: id}
	for k := 0; k+1 < len(words); k += 2 {
		in.Obs, in.Actions = append(in.Obs, words[k]), append(in.Actions, words[k+1])
		in.Rewards = append(in.Rewards, 0)
	}
	in.Rewards[len(in.Rewards)-1] = reward
	in.FinalObs = &words[len(words)-1]
	return in
}

func graph(t testing.TB, walks ...traces.Input) *traces.Graph {
	t.Helper()
	g, err := traces.FromInputs(traces.Inputs{ID: "g", Trajectories: walks})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// fork is a small example that can be done by hand: two rollouts share their
// first two transitions and part at the last, the third goes elsewhere.
func fork(t testing.TB) *traces.Graph {
	won := walk("t0", "S x A y B z win", 1)
	won.Success = true
	return graph(t,
		won,
		walk("t1", "S x A y B w lose", 0),
		walk("t2", "S u C v lose", 0),
	)
}

// TestWorkedExample does fork by hand, with gamma 1 and means only.
func TestWorkedExample(t *testing.T) {
	const s = 1.0 / 6
	a, b := math.Sqrt(1.0/3), math.Sqrt(.5) // one of three, one of two apart, over their sample deviation
	for _, c := range []struct {
		method, params string
		want           [][]float64
	}{
		{"grpo/dr", ``, [][]float64{{4 * s, 4 * s, 4 * s}, {-2 * s, -2 * s, -2 * s}, {-2 * s, -2 * s}}},
		{"rloo", ``, [][]float64{{1, 1, 1}, {-.5, -.5, -.5}, {-.5, -.5}}},
		{"salt", `{"mode":"mean"}`, [][]float64{{s, s, 4 * s}, {s, s, -2 * s}, {-2 * s, -2 * s}}},
		{"gigpo", `{"mode":"mean","gamma":1}`, [][]float64{{8 * s, 7 * s, 7 * s}, {-4 * s, -5 * s, -5 * s}, {-4 * s, -2 * s}}},
		{"hgpo", `{"mode":"mean","gamma":1,"K":1}`, [][]float64{{4 * s, .5, .5}, {-2 * s, -.5, -.5}, {-2 * s, 0}}},
		{"gae", `{"gamma":1,"lam":1}`, [][]float64{{1, 1, 1}, {0, 0, 0}, {0, 0}}},
		{"arpo", `{"mode":"mean"}`, [][]float64{{s, s, 4 * s}, {s, s, -2 * s}, {-2 * s, -2 * s}}},
		{"rtmc", `{"gamma":1}`, [][]float64{{s, 0, .5}, {s, 0, -.5}, {-2 * s, 0}}},
		{"graft", `{"gamma":1,"lam":0,"normalize":false}`, [][]float64{{s, 0, .5}, {s, 0, -.5}, {-2 * s, 0}}},
		{"graphgpo", `{"w_episode":0,"eps":0}`, [][]float64{{a, 0, b}, {a, 0, -b}, {-2 * a, 0}}},
		{"seeupo", `{"batch_norm":false}`, [][]float64{{4 * s, 4 * s, 4 * s}, {-2 * s, -2 * s, -2 * s}, {-2 * s, -2 * s}}},
	} {
		m, err := New(c.method, []byte(c.params))
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Advantages(fork(t))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got, near); d != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.method, c.params, d)
		}
	}
}

// TestGRPOOutcome checks GRPO with outcome supervision: all steps of an
// output get its reward, normalised by the mean and the std of the group.
func TestGRPOOutcome(t *testing.T) {
	g := graph(t, walk("a", "S x A x B", 1), walk("b", "S x A", 2), walk("c", "S y A y B y C", 3))
	got, err := GRPO(g, DefaultGRPO())
	if err != nil {
		t.Fatal(err)
	}
	a := 1 / (1 + Eps) // the sample std of 1, 2, 3 is 1
	if d := cmp.Diff([][]float64{{-a, -a}, {0}, {a, a, a}}, got, near); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestRLOOLeaveOneOut checks the identity behind RLOO: the distance to the
// mean of the others is n/(n-1) of the distance to the mean of all.
func TestRLOOLeaveOneOut(t *testing.T) {
	g := graph(t, walk("a", "S x A", 4), walk("b", "S x A", 1), walk("c", "S x A", 1))
	got, err := RLOO(g, DefaultRLOO())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]float64{{3}, {-1.5}, {-1.5}}, got, near); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestGiGPOStepPart checks that the step part compares equal anchor states only
// and that w = 0 leaves GRPO.
func TestGiGPOStepPart(t *testing.T) {
	p := DefaultGiGPO()
	p.Weight = 0
	got, err := GiGPO(fork(t), p)
	if err != nil {
		t.Fatal(err)
	}
	want, err := GRPO(fork(t), DefaultGRPO())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("w = 0 differs from GRPO (-want +got):\n%s", d)
	}
	// Renaming a state that occurs once changes nothing.
	p.Weight = 1
	a, _ := GiGPO(fork(t), p)
	b, err := GiGPO(graph(t, walk("t0", "S x A y B z win", 1), walk("t1", "S x A y B w lose", 0), walk("t2", "S u Z v lose", 0)), p)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Errorf("a singleton's name matters:\n%s", d)
	}
}

// TestGraphGPOVariants checks that the recipe's 10·omega^d and the paper's
// omega^(d + cost) differ by a factor alone, which the deviation takes out.
func TestGraphGPOVariants(t *testing.T) {
	recipe, err := New("graphgpo/recipe", []byte(`{"eps":0}`))
	if err != nil {
		t.Fatal(err)
	}
	paper, err := New("graphgpo/paper", []byte(`{"eps":0}`))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := recipe.Advantages(fork(t))
	b, err := paper.Advantages(fork(t))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b, near); d != "" {
		t.Errorf("(-recipe +paper):\n%s", d)
	}
}

// TestSALTPreservesTheTotal checks that merging moves credit around and neither
// makes nor loses any.
func TestSALTPreservesTheTotal(t *testing.T) {
	g := graph(t, walk("a", "S x A x S x A x S y B", 1), walk("b", "S x A x S x A z C", 0.3), walk("c", "S x A", 0))
	for history := range 3 {
		p := DefaultSALT()
		p.History = history
		got, err := SALT(g, p)
		if err != nil {
			t.Fatal(err)
		}
		base, _ := GRPO(g, DefaultGRPO())
		if d := total(got) - total(base); math.Abs(d) > 1e-12 {
			t.Errorf("history %d: the total moved by %g", history, d)
		}
	}
}

func total(adv [][]float64) float64 {
	s := 0.0
	for _, row := range adv {
		for _, a := range row {
			s += a
		}
	}
	return s
}

// TestConstantGroupsGiveExactZeros uses numbers whose float mean is not their
// value: nine times -1.2 gave -0.106 in float32 elsewhere.
func TestConstantGroupsGiveExactZeros(t *testing.T) {
	for _, reward := range []float64{-1.2, 0.1, 1e9, 0} {
		var walks []traces.Input
		for _, id := range strings.Split("abcdefghi", "") {
			walks = append(walks, walk(id, "S x A x B", reward))
		}
		g := graph(t, walks...)
		for _, name := range Presets() {
			if name == "gae/paper" {
				continue // compares with a critic, not with the group
			}
			m, err := Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			adv, err := m.Advantages(g)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range adv {
				for _, a := range row {
					if a != 0 {
						t.Fatalf("%s: a group of nine scores %v gives %v", name, reward, a)
					}
				}
			}
		}
	}
}
