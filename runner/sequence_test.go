package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// stamp is a decision by where it was made: the seed names the episode.
type stamp struct {
	seed uint64
	turn int
}

// recorder is a learner that writes down what it is given. What it says of a
// decision under later weights is a function of the decision alone.
type recorder struct {
	*tabular
	updates []map[stamp]float64
	rated   map[stamp]bool
	broken  bool // it rates with NaN
}

func (r *recorder) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	p, err := r.tabular.Play(task, seed, greedy)
	return &recorderPlayer{Player: p, at: stamp{seed: seed}}, err
}

type recorderPlayer struct {
	agent.Player
	at stamp
}

func (p *recorderPlayer) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	d, err := p.Player.Act(ctx, o)
	d.Input = p.at
	p.at.turn++
	return d, err
}

func (r *recorder) Update(_ context.Context, b agent.Batch) (agent.UpdateStats, error) {
	got, numbers, seeds := map[stamp]float64{}, map[uint64]int{}, map[int]uint64{}
	for _, s := range b.Samples {
		at := s.Decision.Input.(stamp)
		got[at] = s.Advantage
		numbers[at.seed], seeds[s.Sequence] = s.Sequence, at.seed
	}
	for _, s := range b.Samples {
		at := s.Decision.Input.(stamp)
		if s.Sequence <= 0 || numbers[at.seed] != s.Sequence || seeds[s.Sequence] != at.seed {
			return agent.UpdateStats{}, fmt.Errorf("sequence %d is not that of one trajectory", s.Sequence)
		}
	}
	if len(got) != len(b.Samples) {
		return agent.UpdateStats{}, errors.New("a decision comes twice")
	}
	r.updates = append(r.updates, got)
	return agent.UpdateStats{Loss: 2, GradNorm: 3, Minibatch: 1, LearnRate: .5}, nil
}

func (r *recorder) LogProbs(_ context.Context, decisions []agent.Decision) ([]float64, error) {
	var out []float64
	for _, d := range decisions {
		at := d.Input.(stamp)
		if r.rated[at] {
			return nil, errors.New("a decision is rated twice")
		}
		r.rated[at] = true
		out = append(out, d.LogProb+shift(at))
	}
	if r.broken {
		out[len(out)-1] = math.NaN()
	}
	return out, nil
}

// shift is how much more likely the recorder says that a decision has become.
func shift(at stamp) float64 {
	return float64(Seed(at.seed, uint64(at.turn))>>11)/(1<<53) - .5
}

// keeper is a Folder that keeps episodes.
type keeper struct{ all []*traces.Trajectory }

func (k *keeper) Append(t *traces.Trajectory) error { k.all = append(k.all, t); return nil }
func (k *keeper) AppendMetrics(any) error           { return nil }

// products computes M the slow way: for each step of each episode that was not
// lost, from the episodes of its group, the batch, and the turns that come
// before it by more than its block.
func products(all []*traces.Trajectory, order func(turn int) int, block int) map[stamp]float64 {
	out := map[stamp]float64{}
	for t, a := range advantages(all) {
		for k := range t.Steps {
			p := a
			for u := range t.Steps {
				if order(u)/block < order(k)/block {
					p *= math.Exp(shift(stamp{t.SampleSeed, u}))
				}
			}
			out[stamp{t.SampleSeed, k}] = p
		}
	}
	return out
}

// TestSequenceKeepsEpisodesApart plays episodes of different lengths, of which
// some are lost, and computes every M again.
func TestSequenceKeepsEpisodesApart(t *testing.T) {
	for _, tt := range []struct {
		update string
		block  int
	}{{UpdateSeeUPO, 1}, {UpdateForward, 1}, {UpdateSeeUPO, 3}, {UpdateForward, 5}} {
		t.Run(tt.update, func(t *testing.T) {
			c := DefaultConfig()
			c.Iterations, c.Tasks, c.Credit, c.Update, c.TurnsPerUpdate = 1, 4, "seeupo", tt.update, tt.block
			c.EvalEvery, c.RecordEvery, c.RecordGroups = 0, 1, 0
			lose := func(task envs.Task, turn int) error {
				if task.ID == "2" && turn == 4 {
					return errors.New("lost")
				}
				return nil
			}
			l, folder := &recorder{tabular: newTabular(), rated: map[stamp]bool{}}, &keeper{}
			var m *Metrics
			c.Penalty = .25
			tr := &Trainer{Config: c, Env: hooked{Env: toy.New(), step: lose, sour: 2}, Learner: l, Folder: folder, Observer: func(e Event) {
				if e.Kind == EventIteration {
					m = e.Metrics
				}
			}}
			if _, err := tr.Train(t.Context()); err != nil {
				t.Fatal(err)
			}
			longest := 0
			for _, x := range folder.all {
				if x.Err == "" {
					longest = max(longest, x.Turns)
				}
			}
			order := func(turn int) int { return turn }
			if tt.update == UpdateSeeUPO {
				order = func(turn int) int { return longest - 1 - turn }
			}
			want, got := products(folder.all, order, tt.block), map[stamp]float64{}
			sum := 0.0
			for at, x := range want {
				sum += math.Abs(x)
				if at.turn == 2 {
					want[at] -= c.Penalty // of this step alone
				}
			}
			for n, u := range l.updates {
				for at, x := range u {
					if order(at.turn)/tt.block != n {
						t.Errorf("update %d has a step of turn %d", n, at.turn)
					}
					got[at] = x
				}
			}
			if d := cmp.Diff(got, want, cmpopts.EquateApprox(1e-12, 1e-15)); d != "" {
				t.Errorf("M: (-got +want)\n%s", d)
			}
			for _, x := range folder.all {
				if x.Err != "" {
					continue
				}
				for k, s := range x.Steps {
					if s.Advantages["seeupo/paper"] != got[stamp{x.SampleSeed, k}] {
						t.Fatalf("step %d of %s has %v", k, x.ID, s.Advantages)
					}
				}
			}
			updates := (longest + tt.block - 1) / tt.block
			if m.Lost == 0 || m.Samples != len(want) || m.Sequence.Updates != updates || m.Sequence.Turns != longest ||
				math.Abs(m.Sequence.MeanAbs-sum/float64(len(want))) > 1e-9 || m.Update.Minibatch != updates || m.Update.Loss != 2 || m.Update.GradNorm != 3 || m.Update.LearnRate != .5 {
				t.Errorf("%d lost, %d samples, sequence %+v, update %+v; want %d samples, %d updates of %d turns", m.Lost, m.Samples, m.Sequence, m.Update, len(want), updates, longest)
			}
		})
	}
}

// TestSequenceResumes stops sequential runs and goes on with new learners.
func TestSequenceResumes(t *testing.T) {
	for _, update := range []string{UpdateSeeUPO, UpdateRandom} {
		config := toyConfig(0)
		config.Steps, config.Credit, config.Update, config.KeepZero = 900, "seeupo", update, false
		whole := newTabular()
		tr := &Trainer{Config: config, Env: toy.New(), Learner: whole, Expert: guide{}}
		want, err := tr.Train(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want.TotalSteps < 900 || want.Version < 2*want.Iteration {
			t.Errorf("%s: %+v", update, want.State)
		}
		for _, stop := range []int{60, 150, 200} {
			dir := t.TempDir()
			var l *tabular
			var sum Summary
			for session := 0; session == 0 || sum.Stopped; session++ {
				ctx, cancel := context.WithCancel(t.Context())
				l = newTabular()
				events := 0
				tr := &Trainer{Config: config, Env: toy.New(), Learner: l, Expert: guide{}, Checkpoints: dir, Resume: true, Observer: func(Event) {
					if events++; session == 0 && events == stop {
						cancel()
					}
				}}
				if sum, err = tr.Train(ctx); err != nil {
					t.Fatal(err)
				}
				cancel()
			}
			if d := cmp.Diff(l.Weights, whole.Weights); d != "" {
				t.Fatalf("%s, stop %d: weights differ (-got +want)\n%s", update, stop, d)
			}
			if d := cmp.Diff(sum.State, want.State, timeless); d != "" {
				t.Fatalf("%s, stop %d: states differ (-got +want)\n%s", update, stop, d)
			}
		}
	}
}

func TestSequenceErrors(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*Trainer)
		want string
	}{
		{"scheme", func(tr *Trainer) { tr.Config.Update = "backward" }, `update is "backward"`},
		{"block", func(tr *Trainer) { tr.Config.TurnsPerUpdate = 0 }, "turns_per_update is 0"},
		{"credit", func(tr *Trainer) { tr.Config.Credit = "grpo" }, `credit is "grpo"`},
		{"order", func(tr *Trainer) { tr.Config.CreditParams = []byte(`{"order":"forward"}`) }, `the order "forward"`},
		{"learner", func(tr *Trainer) { tr.Learner = struct{ agent.Learner }{newTabular()} }, "tabular cannot say"},
		{"rates", func(tr *Trainer) {
			tr.Learner = &recorder{tabular: newTabular(), rated: map[stamp]bool{}, broken: true}
		}, "log ratio NaN"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := DefaultConfig()
			c.Iterations, c.Credit, c.Update, c.EvalEvery = 1, "seeupo", UpdateSeeUPO, 0
			tr := &Trainer{Config: c, Env: toy.New(), Learner: newTabular()}
			tt.edit(tr)
			_, err := tr.Train(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}
