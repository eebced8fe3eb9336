package bfcl

import (
	"context"
	"strings"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/pycall"
)

// revealed is what the user says when functions are revealed: the original's
// words, which models have been measured with.
const revealed = "I have updated some more functions you can choose from. What about now?"

// Episode is one play of an entry. It implements [envs.Episode], [envs.Forker],
// [envs.Snapshotter] and [envs.Hinter].
//
// An action with calls is a step of the turn: the calls are run in order, and
// their results are the next observation. A text is a step as well if it reads
// as a list of Python calls, such as "[cd(folder='a'), ls()]"; any other text,
// and an action of neither, ends the turn, and the next observation is the
// user's next request. The episode ends with its last turn, or with the step
// that is one too many.
type Episode struct {
	env    *multiTurn
	entry  *Entry
	trial  *Trial
	guide  *guide // nil unless Config.Guided
	log    []step // for snapshots
	over   bool
	shut   bool
	forced bool // by a step too many

	messages []envs.Message    // since the last step
	tools    []envs.ToolSchema // nil: as before
	seen     sight
	sums     []stateSum // by class
}

// openTurn sets down what the turn that begins shows.
func (ep *Episode) openTurn() {
	turn := ep.trial.Turn()
	ep.messages, ep.tools = nil, nil
	if turn == 0 {
		ep.tools = ep.env.tools[ep.entry].schemas
	}
	if more, ok := ep.env.tools[ep.entry].later[turn]; ok {
		ep.tools = more
		ep.messages = append(ep.messages, envs.Message{Role: "user", Content: revealed})
	} else {
		for _, m := range ep.entry.Question[turn] {
			ep.messages = append(ep.messages, envs.Message{Role: m.Role, Content: m.Content})
		}
	}
	ep.seen.clear()
}

// Step implements [envs.Episode].
func (ep *Episode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case ep.shut:
		return envs.Result{}, envs.ErrClosed
	case ep.over:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	if ep.guide != nil && len(a.Calls) == 0 {
		return ep.guide.choose(ep, a.Text), nil
	}
	ep.guide.drop()
	calls, ids := callsOf(a, ep.env.config.EndTurnTool)
	return ep.take(calls, ids), nil
}

// callsOf returns the calls of an action, written in Python, and their IDs. With
// endTool a call of end_turn is none.
func callsOf(a envs.Action, endTool bool) (calls, ids []string) {
	if len(a.Calls) == 0 {
		if !strings.Contains(a.Text, "(") { // most texts: without one there is no call
			return nil, nil
		}
		calls, err := pycall.DecodeExecute(a.Text)
		if err != nil || len(calls) == 0 {
			return nil, nil
		}
		return calls, nil
	}
	if endTool && len(a.Calls) == 1 && a.Calls[0].Name == endTurnName {
		return nil, nil
	}
	for i := range a.Calls {
		c := &a.Calls[i]
		text, err := toolcall.Written(c.Name, c.Args)
		if err != nil { // it is run all the same, and its error is what the agent reads
			text = c.Name + "(" + string(c.Args) + ")"
		}
		calls, ids = append(calls, text), append(ids, c.ID)
	}
	return calls, ids
}

// take does what one action says: runs its calls, or ends the turn.
func (ep *Episode) take(calls, ids []string) envs.Result {
	ep.log = append(ep.log, step{Calls: calls})
	if len(calls) == 0 {
		return ep.endTurn()
	}
	results, refused := ep.trial.Run(calls)
	ep.messages, ep.tools = make([]envs.Message, len(results)), nil
	for i, text := range results {
		ep.messages[i] = envs.Message{Role: "tool", Content: text}
		if i < len(ids) {
			ep.messages[i].ToolCallID = ids[i]
		}
	}
	ep.seen.clear()
	r := envs.Result{Invalid: refused == len(calls)}
	if ep.trial.Steps() > ep.env.config.StepLimit {
		ep.forced = true
		ended := ep.endTurn()
		ended.Invalid = r.Invalid
		return ended
	}
	return r
}

// endTurn judges the turn and opens the next one, or ends the episode.
func (ep *Episode) endTurn() envs.Result {
	turn := ep.trial.Turn()
	agreed := ep.trial.EndTurn()
	var r envs.Result
	if ep.env.config.Reward == RewardTurn && agreed {
		r.Reward = 1 / float64(ep.entry.Judged())
	}
	if turn+1 < len(ep.entry.Question) && !ep.forced {
		ep.openTurn()
		return r
	}
	ep.over = true
	v := ep.trial.End()
	if ep.forced { // what the last call gave stays to be seen
		ep.tools = nil
	} else {
		ep.messages = nil
	}
	ep.seen.clear()
	r.Terminated, r.Success = true, v.Valid
	if ep.env.config.Reward == RewardEntry && v.Valid {
		r.Reward = 1
	}
	r.Metrics = ep.metrics(v)
	return r
}

// metrics are the numbers that go with the end of an episode.
func (ep *Episode) metrics(v *Verdict) map[string]float64 {
	m := map[string]float64{
		"turns":        float64(len(ep.entry.Truth)),
		"turns_right":  float64(ep.trial.Right()),
		"turns_judged": float64(ep.entry.Judged()),
	}
	if !v.Valid {
		m["failed_turn"] = float64(v.Turn)
		m[v.Type] = 1
	}
	if ep.forced {
		m["step_limit"] = 1
	}
	return m
}

// Verdict is what the original's checker would say of the episode so far; at
// the end it is its verdict.
func (ep *Episode) Verdict() *Verdict {
	if ep.over {
		return ep.trial.End()
	}
	return ep.trial.Verdict()
}

// Fork implements [envs.Forker]. It takes constant time.
func (ep *Episode) Fork() (envs.Episode, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	c := *ep
	c.trial = ep.trial.Fork()
	c.log = append([]step(nil), ep.log...)
	c.sums = append([]stateSum(nil), ep.sums...)
	c.guide = ep.guide.fork()
	return &c, nil
}

// Close implements [envs.Episode].
func (ep *Episode) Close() error {
	ep.shut = true
	return nil
}
