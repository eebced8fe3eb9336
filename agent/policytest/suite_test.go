package policytest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"stepgym/agent"
	"stepgym/envs"
)

// uniform is a policy without faults but for those switched on.
type uniform struct {
	fault string
	calls atomic.Int64
}

func (u *uniform) Name() string { return "uniform" }
func (u *uniform) Version() int { return 3 }
func (u *uniform) Close() error { return nil }

func (u *uniform) Play(_ envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	if greedy && u.fault != "greedy seed" {
		seed = 0
	}
	return &uniformPlayer{u: u, greedy: greedy, rng: rand.New(rand.NewPCG(seed, 0))}, nil
}

type uniformPlayer struct {
	u      *uniform
	greedy bool
	rng    *rand.Rand
}

func (x *uniformPlayer) Close() {}

func (x *uniformPlayer) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if err := ctx.Err(); err != nil && x.u.fault != "context" {
		return agent.Decision{}, err
	}
	n := len(o.Admissible)
	d := agent.Decision{Version: 3, LogProb: -math.Log(float64(n)), Entropy: math.Log(float64(n))}
	for _, c := range o.Admissible {
		d.Options = append(d.Options, c.Action)
		d.Probs = append(d.Probs, 1/float32(n))
	}
	i := x.rng.IntN(n)
	if x.greedy && x.u.fault != "greedy seed" {
		i = 0
	}
	switch x.u.fault {
	case "greedy":
		i = n - 1
		d.Probs[0] += 0.01
		if n > 1 {
			d.Probs[1] -= 0.01
		}
	case "version":
		d.Version = 2
	case "probabilities":
		d.Probs[0] += 0.1
	case "negative":
		d.Probs[0] = -d.Probs[0]
	case "options":
		d.Options = d.Options[1:]
	case "log-probability":
		d.LogProb -= 0.1
	case "entropy":
		d.Entropy += 0.1
	case "seeds", "company":
		if c := x.u.calls.Add(1); x.u.fault == "seeds" || c > 100 {
			i = int(c) % n
		}
	}
	d.Action = o.Admissible[i].Action
	if x.u.fault == "action" {
		d.Action.Text = "something else"
	}
	return d, nil
}

// rater is a uniform policy that rates its decisions.
type rater struct{ uniform }

func (r *rater) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	p, err := r.uniform.Play(task, seed, greedy)
	return &raterPlayer{p}, err
}

type raterPlayer struct{ agent.Player }

func (x *raterPlayer) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	d, err := x.Player.Act(ctx, o)
	d.Input = len(o.Admissible)
	return d, err
}

func (r *rater) LogProbs(_ context.Context, decisions []agent.Decision) ([]float64, error) {
	var out []float64
	for i, d := range decisions {
		n, ok := d.Input.(int)
		if !ok && r.fault != "rates others" {
			return nil, agent.ErrInput
		}
		x := -math.Log(float64(n))
		if r.fault == "rates" && i > 0 {
			x -= 0.1
		}
		out = append(out, x)
	}
	if r.fault == "rates too few" && len(out) > 1 {
		out = out[1:]
	}
	return out, nil
}

func TestRunAcceptsRater(t *testing.T) {
	Run(t, func(testing.TB) agent.Policy { return &rater{} })
}

// TestRunFindsBadRates gives the suite raters with one fault each.
func TestRunFindsBadRates(t *testing.T) {
	for _, tt := range []struct{ fault, says string }{
		{"rates", "is rated"},
		{"rates others", "agent.ErrInput"},
		{"rates too few", "log-probabilities"},
	} {
		if err := checkRates(&rater{uniform{fault: tt.fault}}, Boxes()); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: the suite says %v, want it to speak of %q", tt.fault, err, tt.says)
		}
	}
}

func TestRunAcceptsGood(t *testing.T) {
	Run(t, func(testing.TB) agent.Policy { return &uniform{} })
}

// TestRunFindsFaults gives the suite policies with one fault each.
func TestRunFindsFaults(t *testing.T) {
	for _, tt := range []struct{ fault, says string }{
		{"version", "version"},
		{"probabilities", "sum up"},
		{"negative", "probability 0"},
		{"options", "options but"},
		{"action", "not among"},
		{"log-probability", "log-probability"},
		{"entropy", "entropy"},
		{"seeds", "played again"},
		{"company", ""},
		{"greedy", "most likely"},
		{"greedy seed", "greedy"},
		{"context", "no error"},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			u := &uniform{fault: tt.fault}
			var found []string
			for _, c := range clauses() {
				if err := c.check(u, Bandit()); err != nil {
					found = append(found, err.Error())
				}
			}
			if all := strings.Join(found, "\n"); len(found) == 0 || !strings.Contains(all, tt.says) {
				t.Errorf("the suite says %q, want it to speak of %q", all, tt.says)
			}
		})
	}
}

func TestToys(t *testing.T) {
	for _, env := range []envs.Env{Bandit(), Boxes()} {
		t.Run(env.Spec().Name, func(t *testing.T) {
			eps, err := play(&uniform{}, env, 200, false)
			if err != nil {
				t.Fatal(err)
			}
			n := 0.0
			for _, e := range eps {
				n += e.Return / 200
			}
			if n < 0.08 || n > 0.45 {
				t.Errorf("playing blindly succeeds %.2f of the time", n)
			}
			for _, err := range env.Tasks("no") {
				if err == nil {
					t.Error("an unknown split has tasks")
				}
			}
			if _, err := env.Reset(context.Background(), envs.Task{ID: "x"}, 0); err == nil {
				t.Error("an unknown task can be played")
			}
		})
	}
}

// TestToyEnds checks refusals, the limit of turns and the end.
func TestToyEnds(t *testing.T) {
	env := Boxes()
	ep, err := env.Reset(context.Background(), envs.Task{ID: "toy:1"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for i := range 8 {
		r, err := ep.Step(ctx, envs.Action{Text: "jump"})
		if err != nil || !r.Invalid || r.Truncated != (i == 7) {
			t.Fatalf("step %d: %+v, %v", i, r, err)
		}
	}
	if _, err := ep.Step(ctx, envs.Action{Text: "jump"}); err != envs.ErrDone {
		t.Errorf("after the end: %v", err)
	}
	if err := ep.Close(); err != nil {
		t.Error(err)
	}
	if _, err := ep.Step(ctx, envs.Action{Text: "jump"}); err != envs.ErrClosed {
		t.Errorf("after Close: %v", err)
	}
}

func Example() {
	tasks, err := Tasks(Bandit(), "dev", 1)
	fmt.Println(tasks[0].Goal, err)
	// Output: I want the green cube, please <nil>
}
