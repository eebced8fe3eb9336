package world

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// Episode is one play of a task. It implements [envs.Episode], [envs.Forker]
// and [envs.Snapshotter]; that of a task with a Solution is an [envs.Hinter]
// too.
type Episode[T any] struct {
	env     *Env[T]
	task    *task[T]
	seed    uint64
	state   *T
	turn    int           // number of the user's message that is being answered
	actions []envs.Action // all that were taken, for snapshots
	calls   []Call        // kept for JudgeCalls alone
	past    uint64        // hash of calls
	over    bool
	shut    bool
	lost    error // why the episode cannot go on

	messages []envs.Message // since the previous observation
	key      string         // of the state

	seen    envs.Observation // of now
	hasSeen bool
}

// public returns the episode with the optional methods that it has.
func (e *Episode[T]) public() envs.Episode {
	if len(e.task.Solution) > 0 {
		return solved[T]{e}
	}
	return e
}

// Step implements [envs.Episode]. Calls, which may also be written as a text
// (see Config.Parse), are made in order, and each is answered by a message of
// the tool. Any other text is said to the user and ends the turn. A step is
// invalid if one of its calls fits no tool, if its text was meant as calls but
// is none, or if there is nothing in it. An error means that the world itself
// is broken: a tool or a judge panicked, or returned what it may not.
func (e *Episode[T]) Step(ctx context.Context, a envs.Action) (r envs.Result, err error) {
	switch {
	case e.shut:
		return r, envs.ErrClosed
	case e.over:
		return r, envs.ErrDone
	case e.lost != nil:
		return r, e.lost
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	e.hasSeen = false
	if err := e.act(a, &r); err != nil {
		e.lost = fmt.Errorf("world: %s: task %s: step %d: %w", e.env.config.Name, e.task.ID, len(e.actions), err)
		return envs.Result{}, e.lost
	}
	e.actions = append(e.actions, a)
	limit := e.env.config.MaxTurns
	r.Truncated = !r.Terminated && limit > 0 && len(e.actions) >= limit
	e.over = r.Done()
	return r, nil
}

// act carries out an action. A panic of the world's own functions is returned
// as an error.
func (e *Episode[T]) act(a envs.Action, r *envs.Result) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	calls := a.Calls
	if len(calls) == 0 {
		if calls, err = e.env.config.Parse(a.Text); err != nil {
			e.refuse(r, err.Error())
			return nil
		}
	}
	switch {
	case len(calls) > 0:
		if err := e.use(calls, r); err != nil {
			return err
		}
	case strings.TrimSpace(a.Text) == "":
		e.refuse(r, "the message is empty: call a tool, or say something")
		return nil
	default:
		if err := e.say(a.Text, r); err != nil {
			return err
		}
	}
	e.key, err = e.env.stateKey(e.state)
	return err
}

// refuse answers a text that is neither calls nor something to say.
func (e *Episode[T]) refuse(r *envs.Result, why string) {
	r.Invalid = true
	e.messages = []envs.Message{{Role: "user", Content: errorText(why)}}
}

// use makes calls.
func (e *Episode[T]) use(calls []envs.ToolCall, r *envs.Result) error {
	e.messages = make([]envs.Message, 0, len(calls))
	state := reflect.ValueOf(e.state)
	for _, c := range calls {
		var o outcome
		if tool := e.env.tools[c.Name]; tool != nil {
			var err error
			if o, err = tool.run(state, c.Args); err != nil {
				return err
			}
		} else {
			o = refusal("there is no tool " + quoted(c.Name) + e.env.toolNames())
		}
		r.Invalid = r.Invalid || o.refused
		e.messages = append(e.messages, envs.Message{Role: "tool", Content: o.text, ToolCallID: c.ID})
		if e.task.JudgeCalls != nil {
			e.note(Call{Turn: e.turn, Name: c.Name, Args: c.Args, Result: o.text, Failed: o.failed})
		}
	}
	if done := e.env.config.Done; done != nil && done(e.state) {
		return e.end("", r)
	}
	return nil
}

// note remembers a call for JudgeCalls.
func (e *Episode[T]) note(c Call) {
	e.calls = append(e.calls, c)
	e.past = xxh3.HashString(fmt.Sprintf("%d %d %q %q %q %v", e.past, c.Turn, c.Name, c.Args, c.Result, c.Failed))
}

// toolNames lists the tools, for an agent that calls another.
func (e *Env[T]) toolNames() string {
	b := "; there are "
	for i, t := range e.spec.Tools {
		if i > 0 {
			b += ", "
		}
		b += t.Name
	}
	return b
}

// say ends the turn: the user says the next thing, or the episode is over.
func (e *Episode[T]) say(text string, r *envs.Result) error {
	if judge := e.task.JudgeTurn; judge != nil {
		r.Reward = judge(e.state, e.turn, text)
	}
	if e.turn == len(e.task.Turns) {
		e.messages = nil
		return e.end(text, r)
	}
	e.messages = []envs.Message{{Role: "user", Content: e.task.Turns[e.turn]}}
	e.turn++
	return e.inRange(r.Reward)
}

// end judges the episode.
func (e *Episode[T]) end(answer string, r *envs.Result) error {
	var v Verdict
	if e.task.JudgeCalls != nil {
		v = e.task.JudgeCalls(e.state, slices.Clip(e.calls), answer)
	} else {
		v = e.task.Judge(e.state, answer)
	}
	r.Terminated, r.Success, r.Metrics = true, v.Success, v.Metrics
	r.Reward += v.Reward
	return e.inRange(r.Reward)
}

func (e *Episode[T]) inRange(reward float64) error {
	if low, high := e.env.spec.RewardMin, e.env.spec.RewardMax; math.IsNaN(reward) || reward < low || reward > high {
		return fmt.Errorf("the reward %v is outside [%v, %v]: set RewardMin and RewardMax", reward, low, high)
	}
	return nil
}

// State returns the state as it is now. It is not to be modified.
func (e *Episode[T]) State() *T { return e.state }

// Fork implements [envs.Forker].
func (e *Episode[T]) Fork() (envs.Episode, error) {
	c, err := e.fork()
	if err != nil {
		return nil, err
	}
	return c.public(), nil
}

func (e *Episode[T]) fork() (*Episode[T], error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	e.actions, e.calls = slices.Clip(e.actions), slices.Clip(e.calls) // so that neither appends to the other's
	c := *e
	c.state = clone(e.state)
	return &c, nil
}

// Close implements [envs.Episode].
func (e *Episode[T]) Close() error {
	e.shut = true
	return nil
}
