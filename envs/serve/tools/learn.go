package tools

import (
	"context"
	"fmt"

	"stepgym/envs"
)

// walk is how many steps Learn takes at most.
const walk = 6

// Learn returns the tools of an environment before any episode of it is played:
// what clients ask for first. It plays the beginning of the first task, every
// step of a kind that was not taken yet, and makes the tools of what it sees.
func Learn(ctx context.Context, env envs.Env) (*Set, error) {
	spec := env.Spec()
	if len(spec.Tools) > 0 {
		return New(spec), nil
	}
	seen, err := look(ctx, env, spec)
	if err != nil {
		return nil, fmt.Errorf("tools: learn those of %s: %w", spec.Name, err)
	}
	return New(spec, seen...), nil
}

// look plays the beginning of the first task.
func look(ctx context.Context, env envs.Env, spec envs.Spec) (seen []envs.Observation, err error) {
	if len(spec.Splits) == 0 {
		return nil, nil
	}
	for task, err := range env.Tasks(spec.Splits[0]) {
		if err != nil {
			return nil, err
		}
		ep, err := env.Reset(ctx, task, 0)
		if err != nil {
			return nil, err
		}
		seen, err = stroll(ctx, ep)
		if cerr := ep.Close(); err == nil {
			err = cerr
		}
		return seen, err
	}
	return nil, nil
}

// stroll takes a few steps and returns what it sees.
func stroll(ctx context.Context, ep envs.Episode) (seen []envs.Observation, err error) {
	taken := map[string]bool{}
	for range walk {
		o := ep.Observation()
		seen = append(seen, o)
		c := next(&o, taken)
		if c == nil {
			break
		}
		taken[c.Kind] = true
		r, err := ep.Step(ctx, c.Action)
		if err != nil {
			return nil, err
		}
		if r.Done() {
			break
		}
	}
	return seen, nil
}

// next returns the first choice of a kind that was not taken.
func next(o *envs.Observation, taken map[string]bool) *envs.Choice {
	for _, f := range o.Forms {
		for _, c := range f.Candidates {
			if !taken[c.Kind] {
				return c
			}
		}
	}
	for _, c := range o.Admissible {
		if !taken[c.Kind] {
			return c
		}
	}
	return nil
}
