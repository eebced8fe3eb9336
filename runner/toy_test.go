package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"stepgym/agent"
	"stepgym/envs"
)

// tabular is a learner with one logit for each (goal, anchor, action).
type tabular struct {
	mu      sync.Mutex // guards Weights while players add rows
	Weights map[string][]float64
	Updates int
	saves   int
	fail    error // returned by Save
}

func newTabular() *tabular { return &tabular{Weights: make(map[string][]float64)} }

func (l *tabular) Name() string { return "tabular" }
func (l *tabular) Version() int { return l.Updates }
func (l *tabular) Close() error { return nil }

func (l *tabular) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	return &tabularPlayer{l: l, goal: task.Goal, rng: rand.New(rand.NewPCG(seed, 7)), greedy: greedy}, nil
}

type tabularPlayer struct {
	l      *tabular
	goal   string
	rng    *rand.Rand
	greedy bool
	did    []envs.Action
}

// toyInput is what the learner needs at update time.
type toyInput struct {
	key   string
	taken int
}

func (p *tabularPlayer) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if err := ctx.Err(); err != nil {
		return agent.Decision{}, err
	}
	key := p.goal + "|" + o.Anchor
	var options []envs.Action
	for _, c := range o.Admissible {
		options = append(options, c.Action)
	}
	for _, f := range o.Forms {
		for _, c := range f.Candidates {
			options = append(options, c.Action)
		}
	}
	p.l.mu.Lock()
	w := p.l.row(key, len(options))
	probs := softmax(w)
	p.l.mu.Unlock()
	pick, sum, u := 0, 0.0, p.rng.Float64()
	for i, q := range probs {
		if p.greedy {
			if q > probs[pick] {
				pick = i
			}
			continue
		}
		if sum <= u {
			pick = i
		}
		sum += q
	}
	d := agent.Decision{Action: options[pick], LogProb: math.Log(probs[pick]), Version: p.l.Updates, Options: options, Tokens: 1, Input: toyInput{key, pick}}
	for _, q := range probs {
		d.Probs = append(d.Probs, float32(q))
		d.Entropy -= q * math.Log(q)
	}
	p.did = append(p.did, d.Action)
	return d, nil
}

func (p *tabularPlayer) Follow(a envs.Action) { p.did[len(p.did)-1] = a }
func (p *tabularPlayer) Close()               {}

func (l *tabular) row(key string, n int) []float64 {
	if l.Weights[key] == nil {
		l.Weights[key] = make([]float64, n)
	}
	return l.Weights[key]
}

func softmax(w []float64) []float64 {
	out := make([]float64, len(w))
	var sum float64
	for i, x := range w {
		out[i] = math.Exp(x)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func (l *tabular) step(key string, good []int, rate float64) {
	w := l.row(key, 4)
	p := softmax(w)
	for i := range w {
		g := -p[i]
		for _, k := range good {
			if k == i {
				g += 1 / float64(len(good))
			}
		}
		w[i] += rate * g
	}
}

func (l *tabular) Update(ctx context.Context, b agent.Batch) (agent.UpdateStats, error) {
	if err := ctx.Err(); err != nil {
		return agent.UpdateStats{}, err
	}
	rate := .3 * (1 - .9*b.Progress)
	for _, i := range rand.New(rand.NewPCG(b.Seed, 1)).Perm(len(b.Samples)) {
		in, ok := b.Samples[i].Decision.Input.(toyInput)
		if !ok {
			return agent.UpdateStats{}, agent.ErrInput
		}
		l.step(in.key, []int{in.taken}, rate*b.Samples[i].Advantage)
	}
	l.Updates++
	return agent.UpdateStats{Loss: 1, LearnRate: rate, Minibatch: len(b.Samples)}, nil
}

// LogProbs implements agent.Rater.
func (l *tabular) LogProbs(_ context.Context, decisions []agent.Decision) ([]float64, error) {
	out := make([]float64, len(decisions))
	for i, d := range decisions {
		in, ok := d.Input.(toyInput)
		if !ok {
			return nil, agent.ErrInput
		}
		out[i] = math.Log(softmax(l.Weights[in.key])[in.taken])
	}
	return out, nil
}

func (l *tabular) Imitate(_ context.Context, demos []agent.Demo) (agent.UpdateStats, error) {
	for _, d := range demos {
		l.step(d.Decision.Input.(toyInput).key, d.Good, .5)
	}
	l.Updates++
	return agent.UpdateStats{Loss: 1, Minibatch: len(demos)}, nil
}

func (l *tabular) Save(dir string) error {
	if l.fail != nil {
		return l.fail
	}
	l.saves++
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "weights.json"), data, 0o644)
}

func (l *tabular) Load(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "weights.json"))
	if err != nil {
		return err
	}
	l.Weights = nil
	return json.Unmarshal(data, l)
}

func (l *tabular) Export(string) error { return errors.ErrUnsupported }

// guide is an expert for the toy environment: it walks to the goal and stops.
type guide struct{}

func (guide) Name() string { return "guide" }
func (guide) Version() int { return 0 }
func (guide) Close() error { return nil }
func (guide) Play(task envs.Task, _ uint64, _ bool) (agent.Player, error) {
	var goal int
	_, err := fmt.Sscanf(task.Goal, "Walk to place %d.", &goal)
	return &guidePlayer{goal: goal}, err
}

type guidePlayer struct {
	goal     int
	followed int
}

func (p *guidePlayer) Act(_ context.Context, o envs.Observation) (agent.Decision, error) {
	good, err := p.Label(o)
	return agent.Decision{Action: good[0]}, err
}

func (p *guidePlayer) Label(o envs.Observation) ([]envs.Action, error) {
	var at int
	if _, err := fmt.Sscanf(o.Focus, "%d", &at); err != nil {
		return nil, err
	}
	switch {
	case at < p.goal:
		return []envs.Action{{Text: "right"}}, nil
	case at > p.goal:
		return []envs.Action{{Text: "left"}}, nil
	}
	return []envs.Action{{Text: "stop"}}, nil
}

func (p *guidePlayer) Follow(envs.Action) { p.followed++ }
func (p *guidePlayer) Close()             {}

// hooked is an environment whose episodes misbehave on purpose.
type hooked struct {
	envs.Env
	step func(task envs.Task, turn int) error // called before each step
	look func(task envs.Task, turn int)       // called at each observation
	sour int                                  // the turn whose action is called invalid; 0 for none
}

func (h hooked) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := h.Env.Reset(ctx, t, seed)
	return &hookedEpisode{Episode: ep, h: h, task: t}, err
}

type hookedEpisode struct {
	envs.Episode
	h    hooked
	task envs.Task
	turn int
}

func (e *hookedEpisode) Observation() envs.Observation {
	if e.h.look != nil {
		e.h.look(e.task, e.turn)
	}
	return e.Episode.Observation()
}

func (e *hookedEpisode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	if e.h.step != nil {
		if err := e.h.step(e.task, e.turn); err != nil {
			return envs.Result{}, err
		}
	}
	e.turn++
	r, err := e.Episode.Step(ctx, a)
	r.Invalid = r.Invalid || e.h.sour > 0 && e.turn == e.h.sour+1
	return r, err
}

// Play gives an expert whose actions are options of nobody.
func (mute) Play(envs.Task, uint64, bool) (agent.Player, error) { return mutePlayer{}, nil }

type mutePlayer struct{}

func (mutePlayer) Act(context.Context, envs.Observation) (agent.Decision, error) {
	return agent.Decision{Action: envs.Action{Text: "stop now"}}, nil
}
func (mutePlayer) Follow(envs.Action) {}
func (mutePlayer) Close()             {}
