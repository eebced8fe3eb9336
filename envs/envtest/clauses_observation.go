package envtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	"stepgym/envs"
)

func observationPure(ctx context.Context, env envs.Env, c Config) error {
	return each(ctx, env, c, 1, func(_ envs.Task, ep envs.Episode) error {
		type kept struct {
			o   envs.Observation
			key string
		}
		var all []kept
		for range 6 {
			o := ep.Observation()
			before := key(o)
			_ = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: "appended by the caller"}})
			_ = append(o.Messages, envs.Message{Role: "user", Content: "appended by the caller"})
			_ = append(o.Forms, envs.Form{Template: "appended by the caller"})
			if key(ep.Observation()) != before {
				return errors.New("changed between two calls, or by the caller's append")
			}
			all = append(all, kept{o, before})
			r, err := walk(ctx, ep, uint64(len(all)), 1, nil)
			if err != nil || r.Done() {
				return err
			}
		}
		for i, k := range all {
			if key(k.o) != k.key {
				return fmt.Errorf("observation %d, kept by the caller, changed when the episode moved on", i)
			}
		}
		return nil
	})
}

func observationComplete(ctx context.Context, env envs.Env, c Config) error {
	roles := []string{"system", "user", "assistant", "tool"}
	return walks(ctx, env, c, func(o envs.Observation, _ envs.Action, _ envs.Result) error {
		if o.StateKey == "" || o.Anchor == "" || len(o.Messages) == 0 {
			return errors.New("empty StateKey, Anchor or Messages")
		}
		for _, m := range o.Messages {
			if !slices.Contains(roles, m.Role) {
				return fmt.Errorf("message with role %q", m.Role)
			}
		}
		seen := map[string]bool{}
		for _, ch := range o.Admissible {
			if s := ch.Action.String(); s == "" || seen[s] {
				return fmt.Errorf("empty or repeated admissible action %q", s)
			} else {
				seen[s] = true
			}
		}
		for _, f := range o.Forms {
			if f.Template == "" {
				return errors.New("form without a template")
			}
		}
		return nil
	})
}

func offersLegal(ctx context.Context, env envs.Env, c Config) error {
	return walks(ctx, env, c, func(o envs.Observation, a envs.Action, r envs.Result) error {
		if r.Invalid && len(actions(o)) > 0 && !c.Refused(a) {
			return fmt.Errorf("action %s was offered and then refused", key(a))
		}
		return nil
	})
}

// stateKey compares what is offered wherever one task shows the same key.
func stateKey(ctx context.Context, env envs.Env, c Config) error {
	ts, err := tasks(env, c)
	if err != nil {
		return err
	}
	for _, task := range ts {
		one := c
		one.Tasks = 1
		offers, keys := map[string]string{}, map[string]bool{}
		for seed := range uint64(4 * c.Seeds) {
			ep, err := env.Reset(ctx, task, 1)
			if err != nil {
				return err
			}
			_, err = walk(ctx, ep, seed, one.Steps, func(o envs.Observation, _ envs.Action, _ envs.Result) error {
				offer := key(o.Admissible) + key(o.Forms)
				if was, ok := offers[o.StateKey]; ok && was != offer {
					return fmt.Errorf("task %s: state %q offers different actions at different times", task.ID, o.StateKey)
				}
				offers[o.StateKey], keys[o.StateKey] = offer, true
				return nil
			})
			keys[ep.Observation().StateKey] = true
			if cerr := ep.Close(); err == nil {
				err = cerr
			}
			if err != nil {
				return err
			}
		}
		if len(keys) == 1 && env.Spec().MaxTurns != 1 {
			return fmt.Errorf("task %s: every observation has the StateKey of the first", task.ID)
		}
	}
	return nil
}

func jsonRoundTrip(ctx context.Context, env envs.Env, c Config) error {
	return walks(ctx, env, c, func(o envs.Observation, _ envs.Action, _ envs.Result) error {
		var back envs.Observation
		want := key(o)
		if err := json.Unmarshal([]byte(want), &back); err != nil {
			return err
		}
		if got := key(back); got != want {
			return fmt.Errorf("changed:\n%s\n%s", want, got)
		}
		return nil
	})
}

// interleaved steps two episodes of one task in turn; the first must not
// notice the second.
func interleaved(ctx context.Context, env envs.Env, c Config) error {
	if err := deterministic(env); err != nil {
		return err
	}
	return each(ctx, env, c, 3, func(task envs.Task, a envs.Episode) error {
		want, err := trajectory(ctx, env, c, task, 3)
		if err != nil {
			return err
		}
		b, err := env.Reset(ctx, task, 4)
		if err != nil {
			return err
		}
		var got []string
		done := false
		_, err = walk(ctx, a, 3, c.Steps, func(o envs.Observation, act envs.Action, r envs.Result) error {
			got = append(got, key(o)+key(act)+key(r))
			if done {
				return nil
			}
			rb, err := walk(ctx, b, uint64(len(got)), 1, nil)
			done = rb.Done()
			return err
		})
		if err != nil {
			return err
		}
		if got = append(got, key(a.Observation())); !slices.Equal(got, want) {
			return errors.New("an episode differs when another is stepped in turn with it")
		}
		return b.Close()
	})
}

func concurrent(ctx context.Context, env envs.Env, c Config) error {
	if err := deterministic(env); err != nil {
		return err
	}
	ts, err := tasks(env, c)
	if err != nil {
		return err
	}
	want := make([][]string, len(ts))
	for i, task := range ts {
		if want[i], err = trajectory(ctx, env, c, task, 3); err != nil {
			return err
		}
	}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			i := g % len(ts)
			got, err := trajectory(ctx, env, c, ts[i], 3)
			if err == nil && !slices.Equal(got, want[i]) {
				err = fmt.Errorf("task %s: an episode differs when others run beside it", ts[i].ID)
			}
			errs[g] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
