package envtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"stepgym/envs"
)

type clause struct {
	name  string
	check func(context.Context, envs.Env, Config) error
}

// clauses is the contract.
var clauses = []clause{
	{"Spec/constant and complete", specConstant},
	{"Tasks/ordered and unique", tasksOrdered},
	{"Tasks/unknown split is ErrNoSplit", unknownSplit},
	{"Tasks/families stay apart", familiesApart},
	{"Reset/deterministic", resetDeterministic},
	{"Reset/unknown task is ErrNoTask", unknownTask},
	{"Reset/only the ID counts", onlyID},
	{"Step/deterministic", stepDeterministic},
	{"Step/reward in range", rewardInRange},
	{"Step/terminated or truncated", terminatedOrTruncated},
	{"Step/ends within MaxTurns, then ErrDone", afterEnd},
	{"Step/invalid action is data", invalidAction},
	{"Step/canceled context", canceled},
	{"Observation/pure and kept", observationPure},
	{"Observation/complete", observationComplete},
	{"Observation/offers what is not refused", offersLegal},
	{"Observation/equal StateKey, equal future", stateKey},
	{"Observation/JSON round trip", jsonRoundTrip},
	{"Episodes/independent in turn", interleaved},
	{"Episodes/independent side by side", concurrent},
	{"Fork/equal and independent", fork},
	{"Snapshot/equal, and refused when broken", snapshot},
	{"Hint/leads to success", hint},
	{"Close/idempotent, then ErrClosed", closeTwice},
}

func specConstant(_ context.Context, env envs.Env, _ Config) error {
	a, b := env.Spec(), env.Spec()
	switch {
	case key(a) != key(b):
		return errors.New("spec changed between calls")
	case a.Name == "" || a.Version < 1 || a.MaxTurns < 0 || len(a.Splits) == 0:
		return fmt.Errorf("incomplete spec %s", key(a))
	case math.IsNaN(a.RewardMin) || math.IsNaN(a.RewardMax) || a.RewardMax < a.RewardMin:
		return fmt.Errorf("reward bounds [%v, %v]", a.RewardMin, a.RewardMax)
	}
	return nil
}

func tasksOrdered(_ context.Context, env envs.Env, c Config) error {
	for _, split := range env.Spec().Splits {
		c.Split, c.Tasks = split, 200
		a, err := tasks(env, c)
		if err != nil {
			return err
		}
		b, err := tasks(env, c)
		if err != nil {
			return err
		}
		if key(a) != key(b) {
			return fmt.Errorf("split %s: two iterations differ", split)
		}
		seen := map[string]bool{}
		for _, t := range a {
			if t.ID == "" || seen[t.ID] {
				return fmt.Errorf("split %s: empty or repeated ID %q", split, t.ID)
			}
			seen[t.ID] = true
		}
	}
	return nil
}

func unknownSplit(_ context.Context, env envs.Env, _ Config) error {
	n := 0
	for _, err := range env.Tasks("no such split") {
		if n++; !errors.Is(err, envs.ErrNoSplit) {
			return fmt.Errorf("got %v, want ErrNoSplit", err)
		}
	}
	if n != 1 {
		return fmt.Errorf("%d values yielded, want one error", n)
	}
	return nil
}

func familiesApart(_ context.Context, env envs.Env, c Config) error {
	owner := map[string]string{}
	for _, split := range []string{"train", "dev", "test"} {
		if !slices.Contains(env.Spec().Splits, split) {
			continue
		}
		for t, err := range env.Tasks(split) {
			if err != nil {
				return err
			}
			if t.Family == "" {
				continue
			}
			if other, ok := owner[t.Family]; ok && other != split {
				return fmt.Errorf("family %q is in %s and %s", t.Family, other, split)
			}
			owner[t.Family] = split
		}
	}
	return nil
}

func deterministic(env envs.Env) error {
	if env.Spec().Nondeterministic {
		return fmt.Errorf("%w: declared nondeterministic", errSkip)
	}
	return nil
}

func resetDeterministic(ctx context.Context, env envs.Env, c Config) error {
	if err := deterministic(env); err != nil {
		return err
	}
	return each(ctx, env, c, 7, func(task envs.Task, a envs.Episode) error {
		b, err := env.Reset(ctx, task, 7)
		if err != nil {
			return err
		}
		x, y := key(a.Observation()), key(b.Observation())
		if err := b.Close(); err != nil {
			return err
		}
		if x != y {
			return fmt.Errorf("same seed, different start:\n%s\n%s", x, y)
		}
		return nil
	})
}

func unknownTask(ctx context.Context, env envs.Env, _ Config) error {
	for _, id := range []string{"", "no such task", "goal:-1", "-1", "99999999999999999999"} {
		ep, err := env.Reset(ctx, envs.Task{ID: id}, 1)
		if !errors.Is(err, envs.ErrNoTask) {
			return fmt.Errorf("task %q: got %v, want ErrNoTask", id, err)
		}
		if ep != nil {
			return fmt.Errorf("task %q: an episode beside the error", id)
		}
	}
	return nil
}

func onlyID(ctx context.Context, env envs.Env, c Config) error {
	return each(ctx, env, c, 7, func(task envs.Task, a envs.Episode) error {
		b, err := env.Reset(ctx, envs.Task{ID: task.ID, Goal: "another", Data: json.RawMessage(`{"a":1}`)}, 7)
		if err != nil {
			return err
		}
		if key(a.Observation()) != key(b.Observation()) && !env.Spec().Nondeterministic {
			return errors.New("reset reads more of the task than its ID")
		}
		return b.Close()
	})
}

func stepDeterministic(ctx context.Context, env envs.Env, c Config) error {
	if err := deterministic(env); err != nil {
		return err
	}
	ts, err := tasks(env, c)
	if err != nil {
		return err
	}
	for _, task := range ts {
		for seed := range uint64(c.Seeds) {
			a, err := trajectory(ctx, env, c, task, seed)
			if err != nil {
				return err
			}
			b, err := trajectory(ctx, env, c, task, seed)
			if err != nil {
				return err
			}
			if !slices.Equal(a, b) {
				return fmt.Errorf("task %s seed %d: same actions, different trajectory", task.ID, seed)
			}
		}
	}
	return nil
}

// walks plays every checked task with every seed.
func walks(ctx context.Context, env envs.Env, c Config, f visit) error {
	for seed := range uint64(c.Seeds) {
		err := each(ctx, env, c, seed, func(_ envs.Task, ep envs.Episode) error {
			_, err := walk(ctx, ep, seed, c.Steps, f)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func rewardInRange(ctx context.Context, env envs.Env, c Config) error {
	s := env.Spec()
	return walks(ctx, env, c, func(_ envs.Observation, _ envs.Action, r envs.Result) error {
		if math.IsNaN(r.Reward) || r.Reward < s.RewardMin || r.Reward > s.RewardMax {
			return fmt.Errorf("reward %v outside [%v, %v]", r.Reward, s.RewardMin, s.RewardMax)
		}
		return nil
	})
}

func terminatedOrTruncated(ctx context.Context, env envs.Env, c Config) error {
	return walks(ctx, env, c, func(_ envs.Observation, _ envs.Action, r envs.Result) error {
		switch {
		case r.Terminated && r.Truncated:
			return errors.New("terminated and truncated at once")
		case r.Success && !r.Terminated:
			return errors.New("success without Terminated")
		}
		return nil
	})
}

func afterEnd(ctx context.Context, env envs.Env, c Config) error {
	if env.Spec().MaxTurns == 0 {
		return fmt.Errorf("%w: no turn limit", errSkip)
	}
	return each(ctx, env, c, 1, func(_ envs.Task, ep envs.Episode) error {
		r, err := walk(ctx, ep, 1, c.Steps, nil)
		if err != nil {
			return err
		}
		if !r.Done() {
			return fmt.Errorf("not done after %d steps", c.Steps)
		}
		last := ep.Observation()
		if n := len(last.Admissible) + len(last.Forms); n != 0 {
			return fmt.Errorf("%d actions and forms offered after the end", n)
		}
		if _, err := ep.Step(ctx, envs.Action{Text: "x"}); !errors.Is(err, envs.ErrDone) {
			return fmt.Errorf("step after the end: got %v, want ErrDone", err)
		}
		if key(ep.Observation()) != key(last) {
			return errors.New("a step after the end changed the episode")
		}
		return nil
	})
}

func invalidAction(ctx context.Context, env envs.Env, c Config) error {
	bad := []envs.Action{
		{},
		{Text: "\x00\xff no such action"},
		{Text: "click[no such thing]"},
		{Calls: []envs.ToolCall{{Name: "no_such_tool", Args: json.RawMessage(`{}`)}}},
	}
	return each(ctx, env, c, 1, func(_ envs.Task, ep envs.Episode) error {
		for _, a := range bad {
			if env.Spec().Talk && len(a.Calls) == 0 {
				continue
			}
			r, err := ep.Step(ctx, a)
			if err != nil {
				return fmt.Errorf("step %q: %w", a.String(), err)
			}
			if !r.Invalid {
				return fmt.Errorf("step %q: Invalid not set", a.String())
			}
			if r.Done() {
				break
			}
		}
		return nil
	})
}

func canceled(ctx context.Context, env envs.Env, c Config) error {
	dead, cancel := context.WithCancel(ctx)
	cancel()
	return each(ctx, env, c, 1, func(task envs.Task, ep envs.Episode) error {
		if ep, err := env.Reset(dead, task, 1); !errors.Is(err, context.Canceled) || ep != nil {
			return fmt.Errorf("reset: got %v, want context.Canceled and no episode", err)
		}
		if _, err := ep.Step(dead, envs.Action{Text: "x"}); !errors.Is(err, context.Canceled) {
			return fmt.Errorf("step: got %v, want context.Canceled", err)
		}
		return nil
	})
}
