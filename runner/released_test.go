package runner

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// drifter is a recorder under whose updates all decisions drift: after n updates
// one is drift(at, n) more likely than when it was made.
type drifter struct {
	recorder
	olds []map[stamp]float64 // of each update: how much more likely its samples say they were
}

func drift(at stamp, updates int) float64 {
	if updates == 0 {
		return 0
	}
	return shift(stamp{Seed(at.seed, uint64(updates)), at.turn})
}

func (l *drifter) Update(ctx context.Context, b agent.Batch) (agent.UpdateStats, error) {
	old := map[stamp]float64{}
	for _, s := range b.Samples {
		at := s.Decision.Input.(stamp)
		old[at] = s.Decision.LogProb - math.Log(float64(s.Decision.Probs[0])) // all actions are equally likely
	}
	l.olds = append(l.olds, old)
	return l.recorder.Update(ctx, b)
}

func (l *drifter) LogProbs(_ context.Context, decisions []agent.Decision) ([]float64, error) {
	var out []float64
	for _, d := range decisions {
		at := d.Input.(stamp)
		out = append(out, d.LogProb+drift(at, len(l.olds)))
	}
	return out, nil
}

// releasedProducts computes M the slow way, step for step: turn u is updated as
// number order(u)/block, and its ratio is of the policy right after to the one
// right before.
func releasedProducts(all []*traces.Trajectory, a map[*traces.Trajectory]float64, order func(turn int) int, block int) map[stamp]float64 {
	clip := func(x float64) float64 { return math.Max(0.8, math.Min(1.2, x)) }
	out := map[stamp]float64{}
	for _, t := range all {
		for k := range t.Steps {
			product := 1.0
			for place := range 1000 { // turns in their order
				for u := range t.Steps {
					if order(u) != place || order(u)/block >= order(k)/block {
						continue
					}
					at, n := stamp{t.SampleSeed, u}, order(u)/block
					product = clip(product * clip(math.Exp(drift(at, n+1)-drift(at, n))))
				}
			}
			out[stamp{t.SampleSeed, k}] = a[t] * product
		}
	}
	return out
}

// TestReleasedRatios checks that seeupo/released goes by the policy right before
// a turn's update, in M and in the update itself, and seeupo/paper by the one
// that sampled.
func TestReleasedRatios(t *testing.T) {
	for _, tt := range []struct {
		credit, update string
		block          int
	}{{"seeupo/released", UpdateSeeUPO, 1}, {"seeupo/released", UpdateForward, 2}, {"seeupo/paper", UpdateSeeUPO, 1}} {
		t.Run(tt.credit+" "+tt.update, func(t *testing.T) {
			c := DefaultConfig()
			c.Iterations, c.Tasks, c.Credit, c.Update, c.TurnsPerUpdate = 1, 4, tt.credit, tt.update, tt.block
			c.EvalEvery, c.RecordEvery, c.RecordGroups = 0, 1, 0
			l := &drifter{recorder: recorder{tabular: newTabular()}}
			folder := &keeper{}
			tr := &Trainer{Config: c, Env: toy.New(), Learner: l, Folder: folder}
			if _, err := tr.Train(t.Context()); err != nil {
				t.Fatal(err)
			}
			longest := 0
			for _, x := range folder.all {
				longest = max(longest, x.Turns)
			}
			order := func(turn int) int { return turn }
			if tt.update == UpdateSeeUPO {
				order = func(turn int) int { return longest - 1 - turn }
			}
			moved := 0
			for n, old := range l.olds {
				for at, x := range old {
					want := drift(at, n)
					if tt.credit == "seeupo/paper" {
						want = 0
					}
					if math.Abs(x-want) > 1e-12 {
						t.Errorf("update %d: %v is held against a policy %v away from the one that sampled, want %v", n, at, x, want)
					}
					if want != 0 {
						moved++
					}
				}
			}
			if tt.credit == "seeupo/paper" {
				return
			}
			want, got := releasedProducts(folder.all, advantages(folder.all), order, tt.block), map[stamp]float64{}
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
			if moved == 0 {
				t.Error("nothing has moved before its update: this tests nothing")
			}
		})
	}
}

// advantages computes A of each episode the slow way.
func advantages(all []*traces.Trajectory) map[*traces.Trajectory]float64 {
	out := map[*traces.Trajectory]float64{}
	var values []float64
	for _, t := range all {
		if t.Err != "" {
			continue
		}
		sum, n := 0.0, 0.0
		for _, u := range all {
			if u.GroupID == t.GroupID && u.Err == "" {
				sum, n = sum+u.Return, n+1
			}
		}
		out[t] = t.Return - sum/n
		values = append(values, out[t])
	}
	m, ss := mean(values), 0.0
	for _, v := range values {
		ss += (v - m) * (v - m)
	}
	for t, x := range out {
		out[t] = (x - m) / math.Sqrt(ss/float64(len(values)-1))
	}
	return out
}
