package runner

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/traces"
)

// turnLimit ends episodes where neither environment nor caller does.
const turnLimit = 1000

// Spec says which episode to play.
type Spec struct {
	Task       envs.Task
	EnvSeed    uint64 // for Env.Reset
	SampleSeed uint64 // for Policy.Play
	Greedy     bool   // take the most likely action; SampleSeed has no effect

	// MaxTurns truncates the episode after so many turns, if the environment
	// does not end it before; 0 leaves it to the environment. Where neither
	// has a limit, the episode is truncated after 1,000 turns.
	MaxTurns int

	// Where the trajectory belongs; copied into it.
	ID, GroupID, Split string
	Iteration, Index   int

	// Full keeps the distribution over actions and the text that the model
	// wrote in every step. Without it a trajectory is smaller.
	Full bool

	// Bootstrap asks the policy for the value of what is seen after a limit
	// cut the episode off, if it has a value head; for a Learner's credit.
	Bootstrap bool
}

// Outcome is a played episode.
type Outcome struct {
	// Trajectory is the record, complete whether or not the episode was lost.
	Trajectory *traces.Trajectory

	// Decisions are what the policy decided, one for each step, for a Learner.
	Decisions []agent.Decision

	// Err is nil, or a *Error that says why the episode was lost. Its text is
	// in the trajectory too.
	Err error
}

// Rollout plays one episode. It never panics and always returns a trajectory:
// what env or policy fails at, a panic included, is an [Error] in the outcome,
// and the steps taken before it are kept.
func Rollout(ctx context.Context, env envs.Env, policy agent.Policy, s Spec) Outcome {
	r := begin(env, policy, s)
	r.play(ctx)
	return r.out
}

// rollout is an episode being played. It is used by one goroutine at a time.
type rollout struct {
	env    envs.Env
	spec   Spec
	player agent.Player
	stage  Stage // the boundary being crossed
	out    Outcome
}

// begin starts the policy's side of the episode.
func begin(env envs.Env, policy agent.Policy, s Spec) *rollout {
	r := &rollout{env: env, spec: s}
	r.out.Trajectory = &traces.Trajectory{
		ID: s.ID, GroupID: s.GroupID, TaskID: s.Task.ID, Family: s.Task.Family,
		Env: env.Spec().ID(), Split: s.Split, Policy: policy.Name(), Version: policy.Version(),
		Iteration: s.Iteration, Index: s.Index, EnvSeed: s.EnvSeed, SampleSeed: s.SampleSeed,
		Goal: s.Task.Goal,
	}
	r.guard(StagePolicy, func() (err error) {
		if r.player, err = policy.Play(s.Task, s.SampleSeed, s.Greedy); err != nil {
			return err
		}
		if p, ok := r.player.(agent.Addressed); ok {
			p.TakeID(s.ID)
		}
		return nil
	})
	return r
}

// guard runs f; its error or panic loses the episode, unless it is lost
// already: the first reason counts.
func (r *rollout) guard(stage Stage, f func() error) {
	r.stage = stage
	var err error
	func() {
		defer func() {
			if p := recover(); p != nil {
				err = panicError(p)
			}
		}()
		err = f()
	}()
	if err == nil || r.out.Err != nil {
		return
	}
	e := &Error{Stage: stageOf(err, r.stage), EpisodeID: r.spec.ID, Err: err}
	r.out.Err = e
	r.out.Trajectory.Err, r.out.Trajectory.Stage = err.Error(), string(e.Stage)
}

// play plays the episode to its end and closes both sides.
func (r *rollout) play(ctx context.Context) {
	if r.out.Err == nil {
		var ep envs.Episode
		r.guard(StageEnv, func() (err error) {
			ep, err = r.env.Reset(ctx, r.spec.Task, r.spec.EnvSeed)
			return err
		})
		if ep != nil {
			if r.out.Err == nil {
				r.guard(StagePolicy, func() error { giveHints(r.player, ep); return nil })
			}
			if r.out.Err == nil {
				r.guard(StageEnv, func() error { return r.steps(ctx, ep) })
			}
			r.guard(StageEnv, ep.Close)
		}
	}
	if r.player != nil {
		r.guard(StagePolicy, func() error { r.player.Close(); return nil })
	}
	r.finish()
}

// giveHints gives a player that goes by hints those of its episode, if it has
// any.
func giveHints(p agent.Player, ep envs.Episode) {
	hinter, ok := ep.(envs.Hinter)
	if !ok {
		return
	}
	if p, ok := p.(agent.Hinted); ok {
		p.TakeHints(hinter)
	}
}

// steps runs the turns of the episode. It leaves in r.stage where it was.
func (r *rollout) steps(ctx context.Context, ep envs.Episode) error {
	t := r.out.Trajectory
	limit := r.spec.MaxTurns
	if limit <= 0 && r.env.Spec().MaxTurns <= 0 {
		limit = turnLimit
	}
	for {
		r.stage = StageEnv
		if err := ctx.Err(); err != nil {
			return err
		}
		o := ep.Observation()
		r.stage = StagePolicy
		d, err := r.player.Act(ctx, o)
		if errors.Is(err, agent.ErrContext) && len(t.Steps) > 0 {
			r.cutOff(o)
			return nil
		}
		if err != nil {
			return err
		}
		if len(t.Steps) == 0 {
			t.Version = d.Version
		}
		r.stage = StageEnv
		res, err := ep.Step(ctx, d.Action)
		if err != nil {
			return fmt.Errorf("step %d: %w", len(t.Steps), err)
		}
		if !res.Done() && limit > 0 && len(t.Steps)+1 >= limit {
			res.Truncated = true
		}
		r.out.Decisions = append(r.out.Decisions, d)
		r.add(o, d, res)
		if res.Done() {
			final := traces.Observe(ep.Observation())
			t.Final = &final
			t.Terminated, t.Truncated, t.Success = res.Terminated, res.Truncated, res.Success
			t.Metrics = res.Metrics
			if r.spec.Bootstrap && res.Truncated && !res.Terminated {
				t.Bootstrap = r.valueOf(ctx, ep, d)
			}
			return nil
		}
	}
}

// MetricContext is 1 in the metrics of an episode that was truncated because the
// conversation did not fit the model's context any more.
const MetricContext = "context_full"

// cutOff truncates the episode after the last step that was taken; o is what was
// seen then.
func (r *rollout) cutOff(o envs.Observation) {
	t := r.out.Trajectory
	last := &t.Steps[len(t.Steps)-1]
	last.Truncated, t.Truncated = true, true
	final := traces.Observe(o)
	t.Final = &final
	t.Metrics = map[string]float64{MetricContext: 1}
	maps.Copy(t.Metrics, last.Metrics)
}

// valueOf returns what the policy expects after the limit that cut the episode
// off, 0 if it has no value head. The player is asked once more, and what it
// decides is not done. Without an answer the estimate is 0, for the episode
// itself is complete: so it is with a policy that chooses among actions and an
// environment that offers none after a limit of its own.
func (r *rollout) valueOf(ctx context.Context, ep envs.Episode, last agent.Decision) float64 {
	if last.Value == 0 {
		return 0
	}
	r.stage = StagePolicy
	d, err := r.player.Act(ctx, ep.Observation())
	if err != nil {
		return 0
	}
	return d.Value
}

// add records one step.
func (r *rollout) add(o envs.Observation, d agent.Decision, res envs.Result) {
	s := traces.Step{
		Observation: traces.Observe(o), Action: d.Action.String(),
		Reward: res.Reward, Terminated: res.Terminated, Truncated: res.Truncated, Invalid: res.Invalid || d.Malformed,
		LogProb: d.LogProb, Entropy: d.Entropy, Value: d.Value, Tokens: d.Tokens, Metrics: res.Metrics,
	}
	if r.spec.Full {
		s.Raw, s.Probs = d.Raw, d.Probs
		if d.Options != nil {
			s.Options = make([]string, len(d.Options))
			for i, a := range d.Options {
				s.Options[i] = a.String()
			}
		}
	}
	if d.Generation != nil {
		s.Call = callOf(d.Generation, r.spec.Full)
		if r.out.Trajectory.EvalOnly == "" {
			r.out.Trajectory.EvalOnly = d.Generation.EvalOnly
		}
	}
	r.out.Trajectory.Steps = append(r.out.Trajectory.Steps, s)
}

// callOf returns what is kept of a call; the messages only with full.
func callOf(g *agent.Generation, full bool) *traces.Call {
	c := &traces.Call{
		Level: string(g.Level), Sequence: g.Sequence, Model: g.Model, Finish: g.Finish, EvalOnly: g.EvalOnly, Fault: g.Fault,
		Sampling: traces.Sampling{
			Temperature: g.Sampling.Temperature, Seed: g.Sampling.Seed, MaxTokens: g.Sampling.MaxTokens, Stop: g.Sampling.Stop,
		},
		PromptTokens: g.PromptTokens, CompletionTokens: g.CompletionTokens,
		LatencyMS: float64(g.Latency.Microseconds()) / 1000, Attempts: g.Attempts,
		PromptIDs: g.Prompt, CompletionIDs: g.Completion, LogProbs: g.LogProbs, Extra: g.Extra,
	}
	if full {
		c.Messages = g.Messages
	}
	return c
}

// finish fills in the sums over the steps.
func (r *rollout) finish() {
	t := r.out.Trajectory
	t.Turns = len(t.Steps)
	for _, s := range t.Steps {
		t.Return += s.Reward
		if s.Invalid {
			t.Invalid++
		}
	}
	t.Score = score(t)
}

// score returns the environment's dense score of a finished episode: its metric
// "score" where it has one, else 1 for a success and 0 for the rest.
func score(t *traces.Trajectory) float64 {
	if s, ok := t.Metrics["score"]; ok {
		return s
	}
	if t.Success {
		return 1
	}
	return 0
}
