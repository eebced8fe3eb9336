// Package envtest checks that an environment keeps the contract of package
// envs, as testing/fstest does for io/fs.
//
// The table in clauses.go is the contract in executable form: one clause, one
// sentence, one function. The suite itself is tested on environments that are
// broken on purpose, one fault a clause.
package envtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"stepgym/envs"
)

// Config says how much to check. The zero value checks four tasks of the first
// split with three seeds.
type Config struct {
	Split string
	Tasks int
	Seeds int

	// Steps bounds a walk in an environment without a turn limit; 60 if 0.
	Steps int

	// Refused reports that the environment lists the action although it
	// refuses it: a quirk that it shares with an original. Nil means none.
	Refused func(envs.Action) bool
}

// ClauseError is one broken clause of the contract.
type ClauseError struct {
	Clause string // such as "Step/deterministic"
	Err    error
}

func (e *ClauseError) Error() string { return e.Clause + ": " + e.Err.Error() }

// Unwrap returns the reason.
func (e *ClauseError) Unwrap() error { return e.Err }

// errSkip is wrapped by a clause that does not apply to the environment.
var errSkip = errors.New("does not apply")

// Run checks the environments that open returns, one subtest and one Env per
// clause.
func Run(t *testing.T, open func(testing.TB) envs.Env, c Config) {
	t.Helper()
	for _, cl := range clauses {
		t.Run(cl.name, func(t *testing.T) {
			env := open(t)
			switch err := cl.check(t.Context(), env, c.defaults(env)); {
			case errors.Is(err, errSkip):
				t.Skip(err)
			case err != nil:
				t.Error(err)
			}
			if err := env.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// Check runs every clause on env and joins the violations, each a
// [*ClauseError]. It needs no testing.T.
func Check(ctx context.Context, env envs.Env, c Config) error {
	var errs []error
	for _, cl := range clauses {
		if err := cl.check(ctx, env, c.defaults(env)); err != nil && !errors.Is(err, errSkip) {
			errs = append(errs, &ClauseError{cl.name, err})
		}
	}
	return errors.Join(errs...)
}

func (c Config) defaults(env envs.Env) Config {
	s := env.Spec()
	if c.Split == "" && len(s.Splits) > 0 {
		c.Split = s.Splits[0]
	}
	if c.Tasks == 0 {
		c.Tasks = 4
	}
	if c.Seeds == 0 {
		c.Seeds = 3
	}
	if c.Steps == 0 {
		c.Steps = 60
	}
	if s.MaxTurns > 0 {
		c.Steps = s.MaxTurns
	}
	if c.Refused == nil {
		c.Refused = func(envs.Action) bool { return false }
	}
	return c
}

// tasks returns the first c.Tasks tasks of the split.
func tasks(env envs.Env, c Config) ([]envs.Task, error) {
	var out []envs.Task
	for task, err := range env.Tasks(c.Split) {
		if err != nil {
			return nil, err
		}
		if out = append(out, task); len(out) == c.Tasks {
			break
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("split %q is empty", c.Split)
	}
	return out, nil
}

// each calls f on a fresh episode of every checked task.
func each(ctx context.Context, env envs.Env, c Config, seed uint64, f func(envs.Task, envs.Episode) error) error {
	ts, err := tasks(env, c)
	if err != nil {
		return err
	}
	for _, task := range ts {
		ep, err := env.Reset(ctx, task, seed)
		if err != nil {
			return fmt.Errorf("task %s: reset: %w", task.ID, err)
		}
		err = f(task, ep)
		if cerr := ep.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("close: %w", cerr)
		}
		if err != nil {
			return fmt.Errorf("task %s: %w", task.ID, err)
		}
	}
	return nil
}

// key is v's JSON, to compare values by.
func key(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "no JSON: " + err.Error()
	}
	return string(b)
}

// actions returns what the observation offers: the admissible actions and the
// candidates of its forms.
func actions(o envs.Observation) []envs.Action {
	var out []envs.Action
	for _, c := range o.Admissible {
		out = append(out, c.Action)
	}
	for _, f := range o.Forms {
		for _, c := range f.Candidates {
			out = append(out, c.Action)
		}
	}
	return out
}

// A visit is called after each step of a walk with what was seen and done.
type visit func(o envs.Observation, a envs.Action, r envs.Result) error

// walk takes at most n random actions that the episode offers.
func walk(ctx context.Context, ep envs.Episode, seed uint64, n int, f visit) (r envs.Result, err error) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		o := ep.Observation()
		a := envs.Action{Text: "look"}
		if all := actions(o); len(all) > 0 {
			a = all[rng.IntN(len(all))]
		}
		if r, err = ep.Step(ctx, a); err != nil {
			return r, fmt.Errorf("step %s: %w", key(a), err)
		}
		if f != nil {
			if err := f(o, a, r); err != nil {
				return r, err
			}
		}
		if r.Done() {
			break
		}
	}
	return r, nil
}

// trajectory plays a task to its end and returns all that was observable.
func trajectory(ctx context.Context, env envs.Env, c Config, task envs.Task, seed uint64) ([]string, error) {
	ep, err := env.Reset(ctx, task, seed)
	if err != nil {
		return nil, err
	}
	out, err := rest(ctx, ep, c, seed)
	if cerr := ep.Close(); err == nil {
		err = cerr
	}
	return out, err
}

// rest plays an episode on from where it is.
func rest(ctx context.Context, ep envs.Episode, c Config, seed uint64) ([]string, error) {
	var out []string
	_, err := walk(ctx, ep, seed, c.Steps, func(o envs.Observation, a envs.Action, r envs.Result) error {
		out = append(out, key(o)+key(a)+key(r))
		return nil
	})
	return append(out, key(ep.Observation())), err
}

// Clauses returns the names of the clauses in order.
func Clauses() []string {
	out := make([]string, len(clauses))
	for i, cl := range clauses {
		out[i] = cl.name
	}
	return out
}
