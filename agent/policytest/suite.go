package policytest

import (
	"context"
	"fmt"
	"math"
	"testing"

	"stepgym/agent"
	"stepgym/envs"
)

// Open makes the policy under test. It registers Close with t.Cleanup itself or
// leaves it to the end of the process.
type Open func(t testing.TB) agent.Policy

// Run checks the policy that open makes on the games of this package:
//
//   - equal seeds and observations give equal decisions, alone or beside any
//     other players, in any order;
//   - a greedy player takes the most likely option and does not look at its seed;
//   - Options has Action, Probs sum up to 1 and fit Options, LogProb and Entropy;
//   - the version is the policy's;
//   - many players at once are safe (run it with -race);
//   - a context that has ended is an error and leaves the policy usable;
//   - an agent.Rater rates its decisions as it did when it made them, whichever
//     are rated together, and refuses those of others.
func Run(t *testing.T, open Open) {
	for _, env := range []envs.Env{Bandit(), Boxes()} {
		t.Run(env.Spec().Name, func(t *testing.T) {
			for _, c := range clauses() {
				t.Run(c.name, func(t *testing.T) {
					if err := c.check(open(t), env); err != nil {
						t.Error(err)
					}
				})
			}
		})
	}
}

// A clause is one part of the contract. Its check is free of testing.T so that
// the suite itself can be tested on broken policies.
type clause struct {
	name  string
	check func(p agent.Policy, env envs.Env) error
}

func clauses() []clause {
	return []clause{
		{"decisions", checkDecisions},
		{"seeds", checkSeeds},
		{"greedy", checkGreedy},
		{"company", checkCompany},
		{"context", checkContext},
		{"rates", checkRates},
	}
}

// starts makes n starts with different tasks and seeds.
func starts(env envs.Env, n int, greedy bool) ([]Start, error) {
	tasks, err := Tasks(env, "train", n)
	if err != nil {
		return nil, err
	}
	var out []Start
	for i := range n {
		out = append(out, Start{Task: tasks[i%len(tasks)], Seed: uint64(i), Greedy: greedy})
	}
	return out, nil
}

func play(p agent.Policy, env envs.Env, n int, greedy bool) ([]Episode, error) {
	s, err := starts(env, n, greedy)
	if err != nil {
		return nil, err
	}
	return Play(context.Background(), env, p, s)
}

// checkDecisions looks at single decisions.
func checkDecisions(p agent.Policy, env envs.Env) error {
	eps, err := play(p, env, 20, false)
	if err != nil {
		return err
	}
	for _, e := range eps {
		for t, d := range e.Decisions {
			if err := checkDecision(d, p.Version()); err != nil {
				return fmt.Errorf("%s, decision %d: %w", e.Task.ID, t, err)
			}
		}
	}
	return nil
}

func checkDecision(d agent.Decision, version int) error {
	if d.Version != version {
		return fmt.Errorf("version %d, the policy's is %d", d.Version, version)
	}
	if d.Options == nil && d.Probs == nil {
		return nil // no distribution is promised
	}
	if len(d.Options) != len(d.Probs) {
		return fmt.Errorf("%d options but %d probabilities", len(d.Options), len(d.Probs))
	}
	sum, entropy, at := 0.0, 0.0, -1
	for i, p := range d.Probs {
		if p < 0 || p > 1 || p != p {
			return fmt.Errorf("probability %d is %v", i, p)
		}
		sum += float64(p)
		if p > 0 {
			entropy -= float64(p) * math.Log(float64(p))
		}
		if d.Options[i].String() == d.Action.String() {
			at = i
		}
	}
	switch {
	case at < 0:
		return fmt.Errorf("the action %q is not among the options", d.Action)
	case math.Abs(sum-1) > 1e-4:
		return fmt.Errorf("the probabilities sum up to %v", sum)
	case math.Abs(d.LogProb-math.Log(float64(d.Probs[at]))) > 1e-3:
		return fmt.Errorf("the log-probability is %v, that of the probability %v", d.LogProb, math.Log(float64(d.Probs[at])))
	case math.Abs(d.Entropy-entropy) > 1e-3:
		return fmt.Errorf("the entropy is %v, that of the probabilities %v", d.Entropy, entropy)
	}
	return nil
}

// checkSeeds plays twice with equal seeds.
func checkSeeds(p agent.Policy, env envs.Env) error {
	first, err := play(p, env, 20, false)
	if err != nil {
		return err
	}
	second, err := play(p, env, 20, false)
	if err != nil {
		return err
	}
	return same("played again", first, second)
}

// checkGreedy plays greedily with different seeds.
func checkGreedy(p agent.Policy, env envs.Env) error {
	s, err := starts(env, 10, true)
	if err != nil {
		return err
	}
	first, err := Play(context.Background(), env, p, s)
	if err != nil {
		return err
	}
	for i := range s {
		s[i].Seed += 1000
	}
	second, err := Play(context.Background(), env, p, s)
	if err != nil {
		return err
	}
	for _, e := range first {
		for t, d := range e.Decisions {
			best := 0
			for i, q := range d.Probs {
				if q > d.Probs[best] {
					best = i
				}
			}
			if len(d.Options) > 0 && d.Options[best].String() != d.Action.String() {
				return fmt.Errorf("%s, decision %d: the greedy action is %q, the most likely one %q", e.Task.ID, t, d.Action, d.Options[best])
			}
		}
	}
	return same("greedy with another seed", first, second)
}

// checkCompany plays one by one and all together.
func checkCompany(p agent.Policy, env envs.Env) error {
	s, err := starts(env, 48, false)
	if err != nil {
		return err
	}
	together, err := Play(context.Background(), env, p, s)
	if err != nil {
		return err
	}
	var alone []Episode
	for i := range s {
		e, err := Play(context.Background(), env, p, s[i:i+1])
		if err != nil {
			return err
		}
		alone = append(alone, e...)
	}
	return same("played alone", together, alone)
}

// checkContext acts with a context that has ended, then goes on.
func checkContext(p agent.Policy, env envs.Env) error {
	s, err := starts(env, 1, false)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x, err := p.Play(s[0].Task, 1, false)
	if err != nil {
		return err
	}
	ep, err := env.Reset(context.Background(), s[0].Task, 0)
	if err != nil {
		return err
	}
	defer ep.Close()
	_, err = x.Act(ctx, ep.Observation())
	x.Close()
	x.Close()
	if err == nil {
		return fmt.Errorf("acting with a context that has ended gave no error")
	}
	_, err = Play(context.Background(), env, p, s)
	return err
}

// same compares episodes to the last bit.
func same(how string, a, b []Episode) error {
	for i := range a {
		if len(a[i].Decisions) != len(b[i].Decisions) {
			return fmt.Errorf("%s: %s has %d decisions, %d before", how, a[i].Task.ID, len(b[i].Decisions), len(a[i].Decisions))
		}
		for t, d := range a[i].Decisions {
			e := b[i].Decisions[t]
			if d.Action.String() != e.Action.String() || d.LogProb != e.LogProb || d.Entropy != e.Entropy || d.Value != e.Value {
				return fmt.Errorf("%s: %s, decision %d is %q (log-probability %v), before %q (%v)", how, a[i].Task.ID, t, e.Action, e.LogProb, d.Action, d.LogProb)
			}
		}
	}
	return nil
}
