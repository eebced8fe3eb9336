// Package toy is the smallest environment that has everything the contract
// knows: a walk on a line to a goal, with a door that opens with a word. It is
// an example to start a new environment from, and the subject on which package
// envtest tests itself.
package toy

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"strconv"

	"stepgym/envs"
)

const (
	width    = 5 // places on the line, 0 to width-1
	maxTurns = 12
	numTasks = 8
)

// Env is the line. The zero value is ready to use.
type Env struct{}

// New returns the environment.
func New() *Env { return &Env{} }

// Spec implements envs.Env.
func (*Env) Spec() envs.Spec {
	return envs.Spec{
		Name: "toy", Version: 1, MaxTurns: maxTurns, RewardMin: 0, RewardMax: 1,
		Splits: []string{"train", "dev", "test", "all"},
	}
}

// Tasks implements envs.Env: even tasks are for training, the odd ones are
// shared out between dev and test.
func (*Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	in := map[string]func(i int) bool{
		"train": func(i int) bool { return i%2 == 0 },
		"dev":   func(i int) bool { return i%4 == 1 },
		"test":  func(i int) bool { return i%4 == 3 },
		"all":   func(int) bool { return true },
	}[split]
	return func(yield func(envs.Task, error) bool) {
		if in == nil {
			yield(envs.Task{}, fmt.Errorf("toy: split %q: %w", split, envs.ErrNoSplit))
			return
		}
		for i := range numTasks {
			if in(i) && !yield(task(i), nil) {
				return
			}
		}
	}
}

func task(i int) envs.Task {
	return envs.Task{ID: strconv.Itoa(i), Goal: fmt.Sprintf("Walk to place %d.", i%width), Family: strconv.Itoa(i)}
}

// Reset implements envs.Env. The seed draws the place to start from.
func (*Env) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i, err := strconv.Atoi(t.ID)
	if err != nil || i < 0 || i >= numTasks || strconv.Itoa(i) != t.ID {
		return nil, fmt.Errorf("toy: task %q: %w", t.ID, envs.ErrNoTask)
	}
	start := rand.New(rand.NewPCG(seed, 1)).IntN(width)
	return &Episode{state: state{Goal: i % width, At: start}}, nil
}

// Restore implements envs.Restorer.
func (*Env) Restore(_ context.Context, snapshot []byte) (envs.Episode, error) {
	var s state
	if err := json.Unmarshal(snapshot, &s); err != nil || s.At < 0 || s.At >= width || s.Goal < 0 || s.Goal >= width {
		return nil, fmt.Errorf("toy: restore: %w", envs.ErrSnapshot)
	}
	return &Episode{state: s}, nil
}

// Close implements envs.Env.
func (*Env) Close() error { return nil }

// Episode is one walk.
type Episode struct {
	state  state
	closed bool
}

type state struct {
	Goal, At, Turn int
	Done           bool
	Said           string // what the agent said last
}

// Observation implements envs.Episode.
func (e *Episode) Observation() envs.Observation {
	s := e.state
	text := fmt.Sprintf("You are at place %d.", s.At)
	if s.Turn == 0 {
		text = fmt.Sprintf("Walk to place %d. %s", s.Goal, text)
	}
	o := envs.Observation{
		Messages: []envs.Message{{Role: "user", Content: text}},
		Place:    "line",
		Focus:    strconv.Itoa(s.At),
		Body:     fmt.Sprintf("You are at place %d.", s.At),
		Anchor:   fmt.Sprintf("You are at place %d.", s.At),
		StateKey: fmt.Sprintf("%d/%v/%s", s.At, s.Done, s.Said),
	}
	if s.Done {
		return o
	}
	for _, a := range []string{"left", "right", "stop"} {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: a}, Kind: a})
	}
	o.Forms = []envs.Form{{Template: "say[<word>]", Kind: "say", Candidates: []*envs.Choice{
		{Action: envs.Action{Text: "say[hello]"}, Kind: "say"},
	}}}
	return o
}

// Step implements envs.Episode.
func (e *Episode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch s := &e.state; {
	case e.closed:
		return envs.Result{}, envs.ErrClosed
	case s.Done:
		return envs.Result{}, envs.ErrDone
	case ctx.Err() != nil:
		return envs.Result{}, ctx.Err()
	}
	return e.apply(a.Text), nil
}

func (e *Episode) apply(text string) (r envs.Result) {
	s := &e.state
	s.Turn++
	switch {
	case text == "left" && s.At > 0:
		s.At--
	case text == "right" && s.At < width-1:
		s.At++
	case text == "left" || text == "right": // a wall: nothing moves, nothing is refused
	case text == "stop":
		r.Terminated, r.Success = true, s.At == s.Goal
		if r.Success {
			r.Reward = 1
		}
		r.Metrics = map[string]float64{"score": r.Reward}
	case len(text) > 5 && text[:4] == "say[" && text[len(text)-1] == ']':
		s.Said = text[4 : len(text)-1]
	default:
		r.Invalid = true
	}
	r.Truncated = !r.Terminated && s.Turn == maxTurns
	s.Done = r.Done()
	return r
}

// Hint implements envs.Hinter.
func (e *Episode) Hint(context.Context) (way []envs.Action, err error) {
	if e.state.Done {
		return nil, nil
	}
	for at := e.state.At; at < e.state.Goal; at++ {
		way = append(way, envs.Action{Text: "right"})
	}
	for at := e.state.At; at > e.state.Goal; at-- {
		way = append(way, envs.Action{Text: "left"})
	}
	return append(way, envs.Action{Text: "stop"}), nil
}

// Fork implements envs.Forker.
func (e *Episode) Fork() (envs.Episode, error) {
	c := *e
	return &c, nil
}

// Snapshot implements envs.Snapshotter.
func (e *Episode) Snapshot() ([]byte, error) { return json.Marshal(e.state) }

// Close implements envs.Episode.
func (e *Episode) Close() error {
	e.closed = true
	return nil
}
