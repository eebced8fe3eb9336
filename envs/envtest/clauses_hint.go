package envtest

import (
	"context"
	"errors"
	"fmt"

	"stepgym/envs"
)

// hint follows what episodes hint at, from the start and from midway. A state
// from which there is no way is no fault.
func hint(ctx context.Context, env envs.Env, c Config) error {
	start := func(_ envs.Task, ep envs.Episode) error { return followHint(ctx, ep) }
	if err := each(ctx, env, c, 1, start); err != nil {
		return err
	}
	return midway(ctx, env, c, func(ep *envs.Recorded) error { return followHint(ctx, ep.Episode) })
}

// followHint does what the episode hints at: it must change nothing by asking,
// and end in success with the last action and not before.
func followHint(ctx context.Context, ep envs.Episode) error {
	h, ok := ep.(envs.Hinter)
	if !ok {
		return fmt.Errorf("%w: not a Hinter", errSkip)
	}
	before := key(ep.Observation())
	way, err := h.Hint(ctx)
	if errors.Is(err, envs.ErrNoHint) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hint: %w", err)
	}
	if key(ep.Observation()) != before {
		return errors.New("the observation is another one after a hint")
	}
	if len(way) == 0 {
		return errors.New("the hint is empty, but the episode goes on")
	}
	for i, a := range way {
		r, err := ep.Step(ctx, a)
		if err != nil {
			return fmt.Errorf("hint %d of %d, %s: %w", i+1, len(way), key(a), err)
		}
		if last := i == len(way)-1; r.Invalid || r.Done() != last || r.Success != last {
			return fmt.Errorf("hint %d of %d, %s: %s", i+1, len(way), key(a), key(r))
		}
	}
	if way, err = h.Hint(ctx); err != nil || len(way) > 0 {
		return fmt.Errorf("after success the hint is %s, error %v", key(way), err)
	}
	return nil
}
