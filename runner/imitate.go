package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"stepgym/agent"
	"stepgym/envs"
)

// imitate runs one round of the warm start: episodes in which the expert says
// what to do about everything that is seen, and then an update on that. In the
// first rounds the expert acts too; in the DAgger rounds (Ross, Gordon, Bagnell
// 2011) the learner does more and more. It returns false if ctx ended before the
// update.
func (s *session) imitate(ctx context.Context) (bool, error) {
	c, round := s.Config, s.state.Warm
	m := &Metrics{Kind: "imitate", Iteration: round}
	start := s.clock()
	tasks, mix, err := s.warmPlan(round)
	if err != nil {
		return false, err
	}
	sh := &shadow{learner: s.Learner, expert: s.Expert, mix: mix, seed: Seed(c.Seed, streamImitate, uint64(round))}
	specs := make([]Spec, len(tasks))
	for i, task := range tasks {
		id := fmt.Sprintf("warm%d/%s/%d", round, task.ID, i)
		specs[i] = Spec{
			Task: task, EnvSeed: Seed(sh.seed, streamEnv, uint64(i)), SampleSeed: Seed(sh.seed, streamSample, uint64(i)),
			MaxTurns: c.MaxTurns, ID: id, GroupID: id, Split: c.Split, Iteration: -1,
		}
	}
	outcomes, ok := s.play(ctx, sh, specs)
	if !ok {
		return false, nil
	}
	m.addOutcomes(outcomes)
	s.tellLost(outcomes)
	if err := s.checkLost(round, outcomes); err != nil {
		return false, err
	}
	rolled := s.clock()
	var demos []agent.Demo
	for i, o := range outcomes {
		if p := sh.players[i]; p != nil && o.Err == nil {
			demos = append(demos, p.demos...)
			m.Missed += p.missed
		}
	}
	m.Labelled = len(demos)
	if len(demos) == 0 {
		return false, fmt.Errorf("runner: imitation round %d: none of the %d actions of %s is among the learner's options: another expert is needed", round, m.Missed, s.Expert.Name())
	}
	newRand(sh.seed, streamBatch).Shuffle(len(demos), func(i, j int) { demos[i], demos[j] = demos[j], demos[i] })
	stats, err := s.Learner.Imitate(context.WithoutCancel(ctx), demos)
	if err := checkUpdate(stats, err); err != nil {
		return false, fmt.Errorf("runner: imitation round %d: %w", round, err)
	}
	m.Update, m.Samples = &stats, len(demos)
	m.addTimes(rolled.Sub(start), 0, s.clock().Sub(rolled))
	s.state.Warm++
	return true, s.note(EventImitate, m, nil)
}

// warmPlan returns the tasks of a round, and how likely it is that the expert
// acts.
func (s *session) warmPlan(round int) ([]envs.Task, float64, error) {
	c := s.Config
	n, mix, part := c.ImitateBatch, 1.0, uint64(0)
	if k := round - c.imitateRounds(); k >= 0 {
		round, n, part = k, c.DaggerBatch, 1
		mix = c.DaggerMix * float64(c.Dagger-1-k) / float64(max(1, c.Dagger-1))
	}
	sampler, err := NewSampler(s.Env, c.Split, c.Sampler, Seed(c.Seed, streamImitate, streamTasks, part))
	if err != nil {
		return nil, 0, err
	}
	tasks := sampler.Sample(round, n)
	if part == 0 {
		tasks = tasks[:min(n, c.Imitate-round*n)]
	}
	return tasks, mix, nil
}

// shadow is a policy in which learner and expert go through the same episodes
// and one of them acts.
type shadow struct {
	learner agent.Learner
	expert  agent.Policy
	mix     float64 // probability that the expert acts in a turn
	seed    uint64
	players []*pair // in the order of Play; nil where it failed
}

// Name returns both names.
func (s *shadow) Name() string { return s.learner.Name() + "+" + s.expert.Name() }

// Version is the learner's.
func (s *shadow) Version() int { return s.learner.Version() }

// Close does nothing: learner and expert belong to others.
func (s *shadow) Close() error { return nil }

// Play starts both players. Calls must not overlap.
func (s *shadow) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	at := len(s.players)
	s.players = append(s.players, nil)
	expert, err := s.expert.Play(task, seed, greedy)
	if err != nil {
		return nil, fmt.Errorf("expert %s: %w", s.expert.Name(), err)
	}
	learner, err := s.learner.Play(task, seed, greedy)
	if err != nil {
		expert.Close()
		return nil, err
	}
	p := &pair{expert: expert, learner: learner, mix: s.mix, rng: newRand(s.seed, streamImitate, uint64(at))}
	s.players[at] = p
	return p, nil
}

// pair is learner and expert in one episode.
type pair struct {
	learner agent.Player
	expert  agent.Player
	mix     float64
	rng     *rand.Rand

	demos  []agent.Demo
	missed int // decisions for which the expert's action is no option of the learner
}

// TakeHints implements agent.Hinted: both may have them.
func (p *pair) TakeHints(h envs.Hinter) {
	for _, player := range []agent.Player{p.learner, p.expert} {
		if player, ok := player.(agent.Hinted); ok {
			player.TakeHints(h)
		}
	}
}

// errFollow is returned where a player cannot be told what was done.
var errFollow = errors.New("imitation needs players that implement agent.Follower")

// Act implements agent.Player: the decision is the learner's, with the action
// that is to be taken in it.
func (p *pair) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	learner, ok := p.learner.(agent.Follower)
	if !ok {
		return agent.Decision{}, fmt.Errorf("learner: %w", errFollow)
	}
	d, err := learner.Act(ctx, o)
	if err != nil {
		return d, err
	}
	good, err := p.label(ctx, o)
	if errors.Is(err, envs.ErrNoHint) { // the learner got into something that nobody gets out of
		p.missed++
		return d, nil
	}
	if err != nil {
		return d, fmt.Errorf("expert: %w", err)
	}
	demo := agent.Demo{Decision: d}
	for _, a := range good {
		if i := indexOf(d.Options, a); i >= 0 {
			demo.Good = append(demo.Good, i)
		}
	}
	if len(demo.Good) > 0 {
		p.demos = append(p.demos, demo)
	} else {
		p.missed++
	}
	pick := good[p.rng.IntN(len(good))]
	if p.rng.Float64() < p.mix {
		d.Action, d.LogProb = pick, 0
		if i := indexOf(d.Options, pick); i >= 0 && i < len(d.Probs) {
			d.LogProb = math.Log(max(float64(d.Probs[i]), math.SmallestNonzeroFloat32))
		}
		learner.Follow(pick)
	}
	if f, ok := p.expert.(agent.Follower); ok {
		f.Follow(d.Action)
	} else if p.mix < 1 {
		return d, fmt.Errorf("expert: %w", errFollow)
	}
	return d, nil
}

// label asks the expert what it would do.
func (p *pair) label(ctx context.Context, o envs.Observation) ([]envs.Action, error) {
	if l, ok := p.expert.(agent.Labeler); ok {
		good, err := l.Label(o)
		if err == nil && len(good) == 0 {
			err = errors.New("no action is good")
		}
		return good, err
	}
	d, err := p.expert.Act(ctx, o)
	return []envs.Action{d.Action}, err
}

// indexOf returns the place of a in options, -1 if it is not there.
func indexOf(options []envs.Action, a envs.Action) int {
	text := a.String()
	for i := range options {
		if options[i].String() == text {
			return i
		}
	}
	return -1
}

// Close implements agent.Player.
func (p *pair) Close() {
	p.learner.Close()
	p.expert.Close()
}
