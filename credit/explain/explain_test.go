package explain

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"stepgym/credit"
	"stepgym/traces"
)

// randomGroup draws a group that revisits its few states.
func randomGroup(rng *rand.Rand) traces.Inputs {
	in := traces.Inputs{ID: "g"}
	for i := range 1 + rng.IntN(6) {
		t := traces.Input{ID: strconv.Itoa(i), Success: rng.IntN(2) == 0, Bootstrap: rng.Float64()}
		for range 1 + rng.IntN(7) {
			t.Obs = append(t.Obs, "page "+strconv.Itoa(rng.IntN(4)))
			t.Actions = append(t.Actions, "go "+strconv.Itoa(rng.IntN(2)))
			t.Rewards = append(t.Rewards, float64(rng.IntN(3))/2)
			t.Values, t.NTokens = append(t.Values, rng.Float64()), append(t.NTokens, 1+rng.IntN(3))
			t.LogRatios = append(t.LogRatios, rng.Float64()-.5)
		}
		in.Trajectories = append(in.Trajectories, t)
	}
	return in
}

// TestPartsAddUp checks that for every method the parts of a step are all of
// its advantage, and that no step is compared with itself.
func TestPartsAddUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, name := range append(credit.Presets(), "hgpo-base") {
		t.Run(name, func(t *testing.T) {
			m, err := credit.Parse(name)
			if name == "hgpo-base" {
				m, err = credit.New("hgpo/verl-agent", json.RawMessage(`{"base_group": true, "K": 3}`))
			}
			if err != nil {
				t.Fatal(err)
			}
			for range 30 {
				g, err := traces.FromInputs(randomGroup(rng))
				if err != nil {
					t.Fatal(err)
				}
				adv, err := m.Advantages(g)
				if err != nil {
					t.Fatal(err)
				}
				e, err := Group(g, m, adv)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range e.Steps {
					sum := 0.0
					for _, p := range s.Parts {
						sum += p.Value
						for _, w := range p.With {
							if w.Trajectory == s.Trajectory && (w.Step == s.Step || w.Step < 0) {
								t.Errorf("a step is compared with itself: %+v", s)
							}
						}
					}
					if len(s.Parts) == 0 || math.Abs(sum-s.Advantage) > 1e-9*(1+math.Abs(sum)) {
						t.Fatalf("parts add up to %v, want %v: %+v", sum, s.Advantage, s)
					}
				}
				var b strings.Builder
				if err := e.Write(&b); err != nil || strings.Count(b.String(), "\ntrajectory ") != len(e.Trajectories) {
					t.Fatalf("%v:\n%s", err, b.String())
				}
			}
		})
	}
}

func TestShape(t *testing.T) {
	g, err := traces.FromInputs(randomGroup(rand.New(rand.NewPCG(1, 1))))
	if err != nil {
		t.Fatal(err)
	}
	m, err := credit.Parse("grpo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Group(g, m, nil); err == nil {
		t.Error("advantages of another shape were taken")
	}
}

func TestWriteFault(t *testing.T) {
	e := &Explanation{States: []string{"a"}, Trajectories: []Trajectory{{}}, Steps: []Step{{Parts: []Part{{}}}}}
	full := errors.New("disk full")
	if err := e.Write(failing{full}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestStateName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 27: "AB", 701: "ZZ", 702: "AAA"} {
		if got := stateName(i); got != want {
			t.Errorf("stateName(%d) = %q, want %q", i, got, want)
		}
	}
}
