package envtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stepgym/envs"
)

// midway calls f on episodes that have taken 1, 2, 3 and 4 random steps and
// are not done.
func midway(ctx context.Context, env envs.Env, c Config, f func(*envs.Recorded) error) error {
	ts, err := tasks(env, c)
	if err != nil {
		return err
	}
	for i, task := range ts {
		ep, err := envs.Record(ctx, env, task, 5)
		if err != nil {
			return err
		}
		r, err := walk(ctx, ep, uint64(i), 1+i%4, nil)
		if err == nil && !r.Done() {
			err = f(ep)
		}
		if cerr := ep.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return fmt.Errorf("task %s: %w", task.ID, err)
		}
	}
	return nil
}

func fork(ctx context.Context, env envs.Env, c Config) error {
	return midway(ctx, env, c, func(ep *envs.Recorded) error {
		if _, ok := ep.Episode.(envs.Forker); !ok {
			return fmt.Errorf("%w: not a Forker", errSkip)
		}
		twin, err := ep.Fork(ctx)
		if err != nil {
			return err
		}
		before := key(ep.Observation())
		if key(twin.Observation()) != before {
			return errors.New("the copy sees another observation")
		}
		got, err := rest(ctx, twin, c, 9)
		if err != nil {
			return err
		}
		if key(ep.Observation()) != before {
			return errors.New("the original moved when its copy was stepped")
		}
		if err := twin.Close(); err != nil {
			return err
		}
		return sameAsReplay(ctx, env, c, ep, got)
	})
}

// sameAsReplay plays the episode's record again and on to the end; what a copy
// of it gave must be equal.
func sameAsReplay(ctx context.Context, env envs.Env, c Config, ep *envs.Recorded, got []string) error {
	if env.Spec().Nondeterministic {
		return nil
	}
	replay, err := ep.ForkAt(ctx, len(ep.Actions()))
	if err != nil {
		return err
	}
	want, err := rest(ctx, replay, c, 9)
	if err != nil {
		return err
	}
	if !slices.Equal(got, want) {
		return errors.New("the copy goes on differently from a replay of its actions")
	}
	return replay.Close()
}

func snapshot(ctx context.Context, env envs.Env, c Config) error {
	return midway(ctx, env, c, func(ep *envs.Recorded) error {
		s, ok := ep.Episode.(envs.Snapshotter)
		if !ok {
			return fmt.Errorf("%w: not a Snapshotter", errSkip)
		}
		restorer, ok := env.(envs.Restorer)
		if !ok {
			return errors.New("episodes are Snapshotters but the Env is no Restorer")
		}
		b, err := s.Snapshot()
		if err != nil {
			return err
		}
		for _, broken := range [][]byte{nil, {}, []byte("nonsense"), b[:len(b)/2], append([]byte("x"), b...)} {
			if _, err := restorer.Restore(ctx, broken); !errors.Is(err, envs.ErrSnapshot) {
				return fmt.Errorf("restore of %d broken bytes: got %v, want ErrSnapshot", len(broken), err)
			}
		}
		twin, err := restorer.Restore(ctx, b)
		if err != nil {
			return err
		}
		before := key(ep.Observation())
		if key(twin.Observation()) != before {
			return errors.New("the restored episode sees another observation")
		}
		got, err := rest(ctx, twin, c, 9)
		if err != nil {
			return err
		}
		if key(ep.Observation()) != before {
			return errors.New("the original moved when the restored episode was stepped")
		}
		if err := twin.Close(); err != nil {
			return err
		}
		return sameAsReplay(ctx, env, c, ep, got)
	})
}

func closeTwice(ctx context.Context, env envs.Env, c Config) error {
	return each(ctx, env, c, 1, func(_ envs.Task, ep envs.Episode) error {
		for range 2 {
			if err := ep.Close(); err != nil {
				return err
			}
		}
		if _, err := ep.Step(ctx, envs.Action{Text: "x"}); !errors.Is(err, envs.ErrClosed) {
			return fmt.Errorf("step after close: got %v, want ErrClosed", err)
		}
		return nil
	})
}
