package viewer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stepgym/envs"
	"stepgym/traces"
)

// Bounds of a branch.
const (
	maxForkTurns   = 10_000
	maxActionBytes = 64 << 10

	// openTurns truncates a branch where neither the environment nor the request
	// has a limit.
	openTurns = 1000
)

// personPolicy is the policy of steps that somebody chose in the viewer.
const personPolicy = "person"

// branched says why a branch is not trained on.
const branched = "branched off in the viewer"

// replayed is an episode that was played again up to a step.
type replayed struct {
	ep    envs.Episode
	task  envs.Task
	steps []traces.Step // as they went now, with what the policy thought then
	seen  []envs.Observation
	last  envs.Result
	exact bool // everything that was seen was as recorded
}

// replay plays the first step actions of parent again. The caller closes the
// episode. An episode that the environment does not have, or that ends before
// that step, is an error for the client.
func replay(ctx context.Context, env envs.Env, parent *traces.Trajectory, step int) (_ *replayed, err error) {
	if step < 0 || step > len(parent.Steps) {
		return nil, badRequest("step %d of an episode with %d", step, len(parent.Steps))
	}
	if s := env.Spec(); s.Nondeterministic {
		return nil, notAble("%s is nondeterministic, so an episode of it cannot be played again", s.ID())
	}
	p := &replayed{task: taskOf(env, parent), exact: true}
	if p.ep, err = env.Reset(ctx, p.task, parent.EnvSeed); err != nil {
		if errors.Is(err, envs.ErrNoTask) {
			err = notAble("the environment as it is opened now does not have the task: %v", err)
		}
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.ep.Close())
		}
	}()
	for t := range step {
		if p.last.Done() {
			return nil, notAble("played again, the episode ends after %d steps: the environment is not what it was", t)
		}
		was := &parent.Steps[t]
		s, err := p.step(ctx, envs.ParseAction(was.Action))
		if err != nil {
			return nil, fmt.Errorf("viewer: play step %d of %s again: %w", t, parent.ID, err)
		}
		p.exact = p.exact && s.Observation == was.Observation && s.Reward == was.Reward
		s.Invalid = s.Invalid || was.Invalid // what a model wrote may have had no form
		s.LogProb, s.Entropy, s.Value, s.Tokens = was.LogProb, was.Entropy, was.Value, was.Tokens
		s.Options, s.Probs, s.Raw, s.Call = was.Options, was.Probs, was.Raw, was.Call
	}
	if now := traces.Observe(p.ep.Observation()); step < len(parent.Steps) {
		p.exact = p.exact && now == parent.Steps[step].Observation
	} else if parent.Final != nil {
		p.exact = p.exact && now == *parent.Final
	}
	return p, nil
}

// step takes an action and returns its record, to be completed.
func (p *replayed) step(ctx context.Context, a envs.Action) (*traces.Step, error) {
	o := p.ep.Observation()
	r, err := p.ep.Step(ctx, a)
	if err != nil {
		return nil, err
	}
	p.last = r
	p.seen = append(p.seen, o)
	p.steps = append(p.steps, traces.Step{
		Observation: traces.Observe(o), Action: a.String(), Reward: r.Reward,
		Terminated: r.Terminated, Truncated: r.Truncated, Invalid: r.Invalid, Metrics: r.Metrics,
	})
	return &p.steps[len(p.steps)-1], nil
}

// taskOf returns the task of an episode with all that the environment says of
// it, or what was recorded where no split lists it.
func taskOf(env envs.Env, t *traces.Trajectory) envs.Task {
	for _, split := range []string{t.Split, "all"} {
		if !slices.Contains(env.Spec().Splits, split) {
			continue
		}
		for task, err := range env.Tasks(split) {
			if err != nil {
				break
			}
			if task.ID == t.TaskID {
				return task
			}
		}
	}
	return envs.Task{ID: t.TaskID, Goal: t.Goal, Family: t.Family}
}

// play branches off parent: the steps before r.Step are played again, then
// r.Actions taken, and then r.Policy goes on, if one is named.
func play(ctx context.Context, env envs.Env, w Worlds, parent *traces.Trajectory, r ForkRequest) (_ *ForkResult, err error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	p, err := replay(ctx, env, parent, r.Step)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.ep.Close()) }()
	if p.last.Done() && (len(r.Actions) > 0 || r.Policy != "") {
		return nil, badRequest("the episode has ended at step %d: branch off before its last step", r.Step)
	}
	limit := r.MaxTurns
	if limit == 0 && env.Spec().MaxTurns <= 0 {
		limit = openTurns
	}
	for i, text := range r.Actions {
		if p.over(limit) {
			return nil, badRequest("the episode ends after %d of the %d actions", i, len(r.Actions))
		}
		s, err := p.step(ctx, envs.ParseAction(text))
		if err != nil {
			return nil, fmt.Errorf("viewer: take action %d, %q: %w", i+1, text, err)
		}
		p.mark(s, limit)
	}
	if r.Policy != "" {
		if err := p.goOn(ctx, env, w, r, limit); err != nil {
			return nil, err
		}
	}
	if r.Store && len(p.steps) == 0 {
		return nil, badRequest("a branch without steps is not stored: give an action or a policy")
	}
	return p.result(parent, r), nil
}

// check reports what is wrong with a request as such.
func (r *ForkRequest) check() error {
	switch {
	case r.MaxTurns < 0 || r.MaxTurns > maxForkTurns:
		return badRequest("max_turns is %d, want 0 to %d", r.MaxTurns, maxForkTurns)
	case len(r.Actions) > maxForkTurns:
		return badRequest("%d actions, want at most %d", len(r.Actions), maxForkTurns)
	}
	for i, text := range r.Actions {
		if text == "" || len(text) > maxActionBytes {
			return badRequest("action %d has %d bytes, want 1 to %d", i+1, len(text), maxActionBytes)
		}
	}
	return nil
}

// over reports whether the branch has ended or is at its limit.
func (p *replayed) over(limit int) bool {
	return p.last.Done() || limit > 0 && len(p.steps) >= limit
}

// mark truncates the branch at step s if the limit says so.
func (p *replayed) mark(s *traces.Step, limit int) {
	if limit > 0 && len(p.steps) >= limit && !p.last.Done() {
		s.Truncated, p.last.Truncated = true, true
	}
}

// goOn lets a player decide until the end. It is shown what was seen before, so
// that it knows what it may have learned from that.
func (p *replayed) goOn(ctx context.Context, env envs.Env, w Worlds, r ForkRequest, limit int) error {
	if w.Players == nil || w.Play == nil || !slices.Contains(w.Players(env.Spec().ID()), r.Policy) {
		return badRequest("no policy %q can go on with an episode of %s", r.Policy, env.Spec().ID())
	}
	player, err := w.Play(env, r.Policy, p.task, r.Seed, p.ep)
	if err != nil {
		return notAble("%s cannot play: %v", r.Policy, err)
	}
	defer player.Close()
	for t, o := range p.seen {
		if _, err := player.Act(ctx, o); err != nil {
			return notAble("%s does not follow the episode beyond step %d: %v", r.Policy, t, err)
		}
	}
	for !p.over(limit) {
		d, err := player.Act(ctx, p.ep.Observation())
		if err != nil {
			return notAble("%s does not know how to go on at step %d: %v", r.Policy, len(p.steps), err)
		}
		s, err := p.step(ctx, d.Action)
		if err != nil {
			return fmt.Errorf("viewer: step %d of %s: %w", len(p.steps), r.Policy, err)
		}
		s.LogProb, s.Entropy, s.Value, s.Tokens, s.Raw, s.Probs = d.LogProb, d.Entropy, d.Value, d.Tokens, d.Raw, d.Probs
		for _, a := range d.Options {
			s.Options = append(s.Options, a.String())
		}
		p.mark(s, limit)
	}
	return nil
}

// result makes the record of the branch.
func (p *replayed) result(parent *traces.Trajectory, r ForkRequest) *ForkResult {
	now := p.ep.Observation()
	final := traces.Observe(now)
	t := &traces.Trajectory{
		GroupID: parent.GroupID, TaskID: parent.TaskID, Family: parent.Family, Env: parent.Env, Split: parent.Split,
		Policy: personPolicy, Iteration: parent.Iteration, Index: parent.Index,
		EnvSeed: parent.EnvSeed, SampleSeed: r.Seed, EvalOnly: branched, Parent: parent.ID, ForkAt: r.Step, Goal: parent.Goal,
		Terminated: p.last.Terminated, Truncated: p.last.Truncated, Success: p.last.Success,
		Turns: len(p.steps), Steps: p.steps, Final: &final, Metrics: p.last.Metrics,
	}
	if r.Policy != "" {
		t.Policy = r.Policy
	}
	for _, s := range p.steps {
		t.Return += s.Reward
		if s.Invalid {
			t.Invalid++
		}
	}
	t.Score = scoreOf(t)
	out := &ForkResult{Trajectory: t, Exact: p.exact}
	if !p.last.Done() {
		t.Truncated, out.Open, out.Next = true, true, now
		if n := len(t.Steps); n > 0 {
			t.Steps[n-1].Truncated = true
		}
	}
	return out
}

// scoreOf returns the dense score of an episode as recorded ones have it: the
// metric "score" where there is one, else 1 for a success.
func scoreOf(t *traces.Trajectory) float64 {
	if s, ok := t.Metrics["score"]; ok {
		return s
	}
	if t.Success {
		return 1
	}
	return 0
}
