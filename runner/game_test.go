package runner

import (
	"context"
	"fmt"
	"iter"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent"
	"stepgym/credit"
	"stepgym/credit/lab"
	"stepgym/envs"
)

// gameEnv is a game of the laboratory as an environment of one task.
type gameEnv struct{ *lab.Game }

func (gameEnv) Spec() envs.Spec {
	return envs.Spec{Name: "game", Version: 1, RewardMax: 1, Splits: []string{"train"}}
}

func (gameEnv) Tasks(string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) { yield(envs.Task{ID: "game", Goal: "win"}, nil) }
}

func (e gameEnv) Reset(context.Context, envs.Task, uint64) (envs.Episode, error) {
	return &gameEpisode{Game: e.Game}, nil
}

func (gameEnv) Close() error { return nil }

type gameEpisode struct {
	*lab.Game
	turn, history int
}

func (e *gameEpisode) Observation() envs.Observation {
	key := fmt.Sprint(e.turn, ":", e.history)
	o := envs.Observation{Messages: []envs.Message{{Role: "user", Content: key}}, Anchor: key, StateKey: key}
	for a := range e.Actions {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: strconv.Itoa(a)}, Kind: "go"})
	}
	return o
}

func (e *gameEpisode) Step(_ context.Context, a envs.Action) (envs.Result, error) {
	k, err := strconv.Atoi(a.Text)
	e.turn, e.history = e.turn+1, e.history*e.Actions+k
	if err != nil || e.turn < e.Turns {
		return envs.Result{}, err
	}
	r := e.Leaf[e.history]
	return envs.Result{Reward: r, Terminated: true, Success: r == e.Max()}, nil
}

func (*gameEpisode) Close() error { return nil }

// gamer learns a game as the laboratory does: a row of logits for each history,
// full-batch steps of the clipped surrogate, turn by turn.
type gamer struct {
	tabular
	game *lab.Game
	rng  *lab.Generator
}

// gameInput is a decision: in which history what was done, and how likely.
type gameInput struct {
	turn, history, action int
	prob                  float64
}

func (l *gamer) Play(envs.Task, uint64, bool) (agent.Player, error) { return &gamePlayer{l: l}, nil }

type gamePlayer struct {
	l             *gamer
	turn, history int
}

func (p *gamePlayer) Act(_ context.Context, o envs.Observation) (agent.Decision, error) {
	probs := softmax(p.l.logits(p.turn, p.history))
	k := p.l.rng.Choice(probs)
	d := agent.Decision{
		Action: o.Admissible[k].Action, LogProb: math.Log(probs[k]), Version: p.l.Updates, Tokens: 1,
		Input: gameInput{p.turn, p.history, k, probs[k]},
	}
	p.turn, p.history = p.turn+1, p.history*len(probs)+k
	return d, nil
}

func (*gamePlayer) Close() {}

func (l *gamer) logits(turn, history int) []float64 {
	key := fmt.Sprint(turn, ":", history)
	if l.Weights[key] == nil {
		l.Weights[key] = make([]float64, l.game.Actions)
	}
	return l.Weights[key]
}

// value is what the policy expects after a history.
func (l *gamer) value(turn, history int) float64 {
	if turn == l.game.Turns {
		return l.game.Leaf[history]
	}
	v := 0.0
	for a, p := range softmax(l.logits(turn, history)) {
		v += p * l.value(turn+1, history*l.game.Actions+a)
	}
	return v
}

func (l *gamer) LogProbs(_ context.Context, decisions []agent.Decision) ([]float64, error) {
	var out []float64
	for _, d := range decisions {
		in := d.Input.(gameInput)
		out = append(out, math.Log(softmax(l.logits(in.turn, in.history))[in.action]))
	}
	return out, nil
}

func (l *gamer) Update(_ context.Context, b agent.Batch) (agent.UpdateStats, error) {
	const inner, rate, clip = 8, 1.0, 0.2 // lab.DefaultTrain
	byTurn := make([][]agent.Sample, l.game.Turns)
	for _, s := range b.Samples {
		t := s.Decision.Input.(gameInput).turn
		byTurn[t] = append(byTurn[t], s)
	}
	for _, samples := range byTurn {
		for range inner {
			grads := map[int][]float64{}
			for _, s := range samples {
				in, m := s.Decision.Input.(gameInput), s.Advantage
				p := softmax(l.logits(in.turn, in.history))
				ratio := p[in.action] / in.prob
				if m == 0 || m > 0 && ratio > 1+clip || m < 0 && ratio < 1-clip {
					continue
				}
				if grads[in.history] == nil {
					grads[in.history] = make([]float64, len(p))
				}
				for a := range p {
					g := -p[a] * ratio * m
					if a == in.action {
						g += ratio * m
					}
					grads[in.history][a] += g / float64(len(samples))
				}
			}
			for history, g := range grads { // rows of their own: the order makes no difference
				w := l.logits(samples[0].Decision.Input.(gameInput).turn, history)
				for a, x := range g {
					w[a] += rate * x
				}
			}
		}
	}
	l.Updates++
	return agent.UpdateStats{Minibatch: 1}, nil
}

// learnGame trains on a game and returns the payment expected before each
// iteration and at the end.
func learnGame(t *testing.T, g *lab.Game, seed uint64, iterations int, edit func(*Config)) []float64 {
	t.Helper()
	c := DefaultConfig()
	c.Iterations, c.Tasks, c.GroupSize, c.Parallel = iterations, 1, 16, 1
	c.Credit, c.Normalize, c.DevSplit, c.EvalEvery = "seeupo/paper", false, "", 0
	edit(&c)
	l := &gamer{tabular: *newTabular(), game: g, rng: lab.NewGenerator(seed)}
	curve := []float64{l.value(0, 0)}
	tr := &Trainer{Config: c, Env: gameEnv{g}, Learner: l, Observer: func(e Event) {
		if e.Kind != EventIteration {
			return
		}
		curve = append(curve, l.value(0, 0))
		s, updates := e.Metrics.Sequence, (g.Turns+c.TurnsPerUpdate-1)/c.TurnsPerUpdate
		if s != nil && s.MaxAbs == 0 {
			updates = 1 // nothing to learn: what there is goes together
		}
		if c.Update != UpdateJoint && (s.Turns != g.Turns || s.Updates != updates) {
			t.Errorf("sequence %+v, want %d updates of %d turns", s, updates, g.Turns)
		}
	}}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	return curve
}

// TestSequenceIsTheLaboratory trains on games in which the policy is a table, and
// compares with the laboratory, which does the same by itself from the same
// random numbers.
func TestSequenceIsTheLaboratory(t *testing.T) {
	const iterations = 20
	for _, tt := range []struct {
		name, credit, params, update string
		noProduct                    bool
	}{
		{"seeupo", "seeupo/paper", `{}`, UpdateSeeUPO, false},
		{"released", "seeupo/released", `{}`, UpdateSeeUPO, false},
		{"forward", "seeupo/paper", `{"order":"forward"}`, UpdateForward, false},
		{"joint", "seeupo/paper", `{}`, UpdateJoint, true}, // turns share nothing here: all at once is one after the other without M
	} {
		t.Run(tt.name, func(t *testing.T) {
			method, err := credit.New(tt.credit, []byte(tt.params))
			if err != nil {
				t.Fatal(err)
			}
			for seed := range uint64(3) {
				for _, g := range []*lab.Game{lab.Trap(3, 3, .5), lab.Trap(2, 3, .5), lab.Sparse(lab.NewGenerator(9), 3, 2)} {
					lc := lab.DefaultTrain(method)
					lc.Iterations, lc.NoProduct = iterations, tt.noProduct
					want, err := lab.Train(g, lc, lab.NewGenerator(seed))
					if err != nil {
						t.Fatal(err)
					}
					got := learnGame(t, g, seed, iterations, func(c *Config) { c.Credit, c.Update = tt.credit, tt.update })
					if d := cmp.Diff(got, want, cmpopts.EquateApprox(0, 1e-9)); d != "" {
						t.Fatalf("seed %d, %d turns: (-got +want)\n%s", seed, g.Turns, d)
					}
				}
			}
		})
	}
}

// TestSchemesDiffer checks that order and blocks make a difference, and that one
// block of all turns is the joint update.
func TestSchemesDiffer(t *testing.T) {
	curves := map[string][]float64{}
	for name, edit := range map[string]func(*Config){
		"joint":   func(*Config) {},
		"seeupo":  func(c *Config) { c.Update = UpdateSeeUPO },
		"forward": func(c *Config) { c.Update = UpdateForward },
		"random":  func(c *Config) { c.Update = UpdateRandom },
		"two":     func(c *Config) { c.Update, c.TurnsPerUpdate = UpdateSeeUPO, 2 },
		"all":     func(c *Config) { c.Update, c.TurnsPerUpdate = UpdateSeeUPO, 9 },
	} {
		curves[name] = learnGame(t, lab.Trap(3, 3, .5), 1, 12, edit)
	}
	if d := cmp.Diff(curves["all"], curves["joint"]); d != "" {
		t.Errorf("one block of all turns is not the joint update: (-got +want)\n%s", d)
	}
	delete(curves, "all")
	for a, x := range curves {
		for b, y := range curves {
			if a < b && cmp.Equal(x, y) {
				t.Errorf("%s and %s give the same", a, b)
			}
		}
	}
	again := learnGame(t, lab.Trap(3, 3, .5), 1, 12, func(c *Config) { c.Update = UpdateRandom })
	if d := cmp.Diff(again, curves["random"]); d != "" {
		t.Errorf("the random order is another one the second time: (-got +want)\n%s", d)
	}
}
