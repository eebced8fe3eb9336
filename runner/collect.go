package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/traces"
)

// GroupPlan says which groups of episodes to play outside of training.
type GroupPlan struct {
	Split     string `json:"split"`
	Sampler   string `json:"sampler"`    // how tasks are drawn: see NewSampler
	Groups    int    `json:"groups"`     // tasks drawn
	GroupSize int    `json:"group_size"` // episodes of each
	Seed      uint64 `json:"seed"`       // everything follows from it
	MaxTurns  int    `json:"max_turns"`  // see Spec.MaxTurns
	Greedy    bool   `json:"greedy"`     // take the most likely action
	Full      bool   `json:"full"`       // see Spec.Full
}

// Specs returns the episodes of the plan, group after group. Equal plans give
// equal episodes, so what is missing of an interrupted one can be played later:
// IDs are "SPLIT/TASK/INDEX", with "#2" behind the task where it was drawn a
// second time.
func (p GroupPlan) Specs(env envs.Env) ([]Spec, error) {
	if p.Groups < 1 || p.GroupSize < 1 || p.Groups > maxEpisodes/p.GroupSize {
		return nil, fmt.Errorf("runner: %d groups of %d episodes: want at least 1 of each and at most %d episodes", p.Groups, p.GroupSize, maxEpisodes)
	}
	sampler, err := NewSampler(env, p.Split, p.Sampler, p.Seed)
	if err != nil {
		return nil, err
	}
	specs := make([]Spec, 0, p.Groups*p.GroupSize)
	drawn := map[string]int{}
	for slot, task := range sampler.Sample(0, p.Groups) {
		id := p.Split + "/" + task.ID
		if drawn[task.ID]++; drawn[task.ID] > 1 {
			id = fmt.Sprintf("%s#%d", id, drawn[task.ID])
		}
		for i := range p.GroupSize {
			specs = append(specs, Spec{
				Task: task, EnvSeed: EnvSeed(p.Seed, 0, slot), SampleSeed: SampleSeed(p.Seed, 0, slot, i),
				Greedy: p.Greedy, MaxTurns: p.MaxTurns, Full: p.Full,
				ID: fmt.Sprintf("%s/%d", id, i), GroupID: id, Split: p.Split, Iteration: -1, Index: i,
			})
		}
	}
	return specs, nil
}

// Collect plays the episodes of specs and gives each to each as soon as it has
// ended. Unlike [Play] it keeps none of them and does not go in waves: while one
// episode waits for its model the next ones are played, at most parallel at once
// (0 means all). The order in which they end is a matter of timing; what is in
// them is not.
//
// Calls of each do not overlap. An error of it ends the collection, as the end of
// ctx does: what is being played is lost then and not given to each. Collect
// returns when every goroutine of its own has ended.
func Collect(ctx context.Context, env envs.Env, policy agent.Policy, specs []Spec, parallel int, each func(Outcome) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if parallel <= 0 || parallel > len(specs) {
		parallel = len(specs)
	}
	next := make(chan Spec)
	var mu sync.Mutex // guards calls of each
	var wg sync.WaitGroup
	for range parallel {
		wg.Go(func() {
			for s := range next {
				o := Rollout(ctx, env, policy, s)
				mu.Lock()
				if ctx.Err() == nil || o.Err == nil {
					if err := each(o); err != nil {
						stop(err)
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, s := range specs {
		select {
		case next <- s:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// Remaining returns the specs that x does not hold yet: those that were never
// played, and those whose episode was lost.
func Remaining(specs []Spec, x *traces.Index) []Spec {
	var out []Spec
	for _, s := range specs {
		if h, ok := x.Find(s.ID); !ok || h.Err != "" {
			out = append(out, s)
		}
	}
	return out
}

// Tally sums up episodes. The zero value is ready to use.
type Tally struct {
	Episodes  int // that came to their end
	Lost      int
	Successes int
	EvalOnly  int // of Episodes
	Truncated int

	Turns, Invalid int     // of Episodes
	Return, Score  float64 // sums over Episodes

	PromptTokens, CompletionTokens int // of all calls, those of lost episodes included
	Calls, Repeated                int // answered calls, and attempts that had to be repeated
	LatencyMS                      float64

	FirstLost string // why the first one was lost
	FirstEval string // why the first one is for evaluation only
}

// Add counts t.
func (s *Tally) Add(t *traces.Trajectory) {
	for i := range t.Steps {
		c := t.Steps[i].Call
		if c == nil {
			continue
		}
		s.Calls++
		s.Repeated += max(0, c.Attempts-1)
		s.PromptTokens += c.PromptTokens
		s.CompletionTokens += c.CompletionTokens
		s.LatencyMS += c.LatencyMS
	}
	if t.Err != "" {
		if s.Lost++; s.Lost == 1 {
			s.FirstLost = t.Err
		}
		return
	}
	s.Episodes++
	if t.Success {
		s.Successes++
	}
	if t.Truncated {
		s.Truncated++
	}
	if t.EvalOnly != "" {
		if s.EvalOnly++; s.EvalOnly == 1 {
			s.FirstEval = t.EvalOnly
		}
	}
	s.Turns += t.Turns
	s.Invalid += t.Invalid
	s.Return += t.Return
	s.Score += t.Score
}

// ErrAllLost is returned where not one episode came to its end.
var ErrAllLost = errors.New("runner: every episode was lost")
