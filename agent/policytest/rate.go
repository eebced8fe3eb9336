package policytest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"stepgym/agent"
	"stepgym/envs"
)

// errNone stands for the error that should have been there.
var errNone = errors.New("no error")

// checkRates has decisions rated right after they were made.
func checkRates(p agent.Policy, env envs.Env) error {
	r, ok := p.(agent.Rater)
	if !ok {
		return nil
	}
	eps, err := play(p, env, 20, false)
	if err != nil {
		return err
	}
	var all []agent.Decision
	for _, e := range eps {
		all = append(all, e.Decisions...)
	}
	ctx := context.Background()
	for _, part := range [][]agent.Decision{all, all[len(all)/2:], all[:1], nil} {
		logs, err := r.LogProbs(ctx, part)
		if err != nil {
			return fmt.Errorf("rating %d decisions: %w", len(part), err)
		}
		if len(logs) != len(part) {
			return fmt.Errorf("rating %d decisions gave %d log-probabilities", len(part), len(logs))
		}
		for i, d := range part {
			if !(math.Abs(logs[i]-d.LogProb) <= 1e-5) { // rounding, where a batch is not computed row by row
				return fmt.Errorf("decision %d of %d is rated %v; it was made with %v", i, len(part), logs[i], d.LogProb)
			}
		}
	}
	if _, err := r.LogProbs(ctx, []agent.Decision{{Input: struct{}{}}}); !errors.Is(err, agent.ErrInput) {
		return fmt.Errorf("rating a decision of another's making gave no agent.ErrInput, but: %w", cmp.Or(err, errNone))
	}
	return nil
}
