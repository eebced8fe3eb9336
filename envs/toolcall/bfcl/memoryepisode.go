package bfcl

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/py"
)

// remembering is one play of a question to a memory: where no snapshot is given
// first the conversations in which the agent fills the memory, then the question.
// Calls and texts are told apart as in an [Episode]. A text ends a turn of a
// conversation, and is the answer to the question. A step too many ends the
// conversation, as in the original, and is no answer to the question.
//
// A conversation begins with what the memory shows. Nothing is done about what an
// agent has in its own history: in the original each conversation begins with
// none, and an agent that keeps more than its memory answers more.
type remembering struct {
	config   Config
	question *memoryQuestion
	exec     *toolcall.Executor
	talk     int // conversations that have ended; the question is the last
	turn     int // of the conversation
	steps    int // of the turn, with calls
	over     bool
	shut     bool
	verdict  agentic.Verdict
	log      []step // for snapshots

	messages []envs.Message // since the last step
	fresh    bool           // nothing was done yet
	seen     sight
}

// asked reports whether the conversation is the question.
func (ep *remembering) asked() bool { return ep.talk == len(ep.question.talks) }

// turns are the turns of the conversation, and id is its name.
func (ep *remembering) turns() (id string, turns [][]agentic.Message) {
	if ep.asked() {
		return ep.question.ID, ep.question.Turns
	}
	c := &ep.question.talks[ep.talk]
	return c.ID, c.Turns
}

// converse begins a conversation with the memory of a snapshot.
func (ep *remembering) converse(snapshot *py.Dict) {
	k := ep.question.kind
	id, _ := ep.turns()
	ep.exec = k.kit.New([]toolcall.State{k.load(snapshot)})
	if ep.config.Compat {
		c := &toolcall.Compat{Model: ep.config.Model}
		ep.exec.SetCompat(c.Instances(id, "", k.kit))
	}
	ep.turn, ep.steps = 0, 0
	about := ep.question.about + " What you keep with the functions is all that later conversations have of this one."
	if ep.asked() {
		about = ep.question.about + " What you kept with the functions is all that is left of earlier conversations. The answer is looked for in your next text."
	}
	about += "\n" + k.part + ":\n" + ep.memory().Context()
	ep.fresh = len(ep.log) == 0
	ep.say(envs.Message{Role: "system", Content: about})
}

// say sets down what is seen: messages, and those of the user of this turn.
func (ep *remembering) say(messages ...envs.Message) {
	_, turns := ep.turns()
	for _, m := range turns[ep.turn] {
		messages = append(messages, envs.Message{Role: m.Role, Content: m.Content})
	}
	ep.messages = messages
	ep.seen.clear()
}

func (ep *remembering) memory() contextual { return ep.exec.States()[0].(contextual) }

// Step implements [envs.Episode].
func (ep *remembering) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case ep.shut:
		return envs.Result{}, envs.ErrClosed
	case ep.over:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	return ep.take(a), nil
}

func (ep *remembering) take(a envs.Action) envs.Result {
	ep.log = append(ep.log, step{Said: &a})
	ep.fresh = false
	calls, ids := callsOf(a, ep.config.EndTurnTool)
	switch {
	case len(calls) > 0:
		return ep.run(calls, ids)
	case ep.asked():
		return ep.end(a.Text)
	}
	ep.turn++
	if _, turns := ep.turns(); ep.turn < len(turns) {
		ep.steps = 0
		ep.say()
	} else {
		ep.next()
	}
	return envs.Result{}
}

// run runs the calls of a step.
func (ep *remembering) run(calls, ids []string) envs.Result {
	refused := 0
	ep.messages = make([]envs.Message, len(calls))
	for i, c := range calls {
		o := ep.exec.Run(c)
		if o.Refused {
			refused++
		}
		ep.messages[i] = envs.Message{Role: "tool", Content: o.Text}
		if i < len(ids) {
			ep.messages[i].ToolCallID = ids[i]
		}
	}
	ep.seen.clear()
	var r envs.Result
	if ep.steps++; ep.steps > ep.config.StepLimit {
		if ep.asked() {
			r = ep.end("")
		} else {
			ep.next()
		}
	}
	r.Invalid = refused == len(calls)
	return r
}

// next begins the next conversation with what this one leaves.
func (ep *remembering) next() {
	left := ep.memory().Snapshot()
	ep.talk++
	ep.converse(left)
}

// end judges an answer; none is an empty text.
func (ep *remembering) end(answer string) envs.Result {
	ep.over = true
	ep.messages = nil
	ep.seen.clear()
	said := py.NewList(py.NewList(py.Str(answer)))
	ep.verdict = agentic.Judge(said, ep.question.Answers, func(py.Value) ([]string, error) { return nil, nil })
	r := envs.Result{Terminated: true, Success: ep.verdict.Valid}
	if r.Success {
		r.Reward = 1
		return r
	}
	r.Metrics = map[string]float64{ep.verdict.Type: 1}
	if ep.steps > ep.config.StepLimit {
		r.Metrics["step_limit"] = 1
	}
	return r
}

// Observation implements [envs.Episode].
func (ep *remembering) Observation() envs.Observation {
	if !ep.seen.ready {
		ep.seen = sight{ready: true, o: ep.observe()}
	}
	return ep.seen.o
}

func (ep *remembering) observe() envs.Observation {
	o := envs.Observation{Messages: ep.messages, Place: placeResult}
	switch {
	case ep.over:
		o.Place = placeEnd
	case ep.steps == 0:
		o.Place = placeRequest
	}
	if ep.fresh {
		o.Tools = ep.question.kind.tools
	}
	o.Body = o.Text()
	o.Anchor = "conversation " + strconv.Itoa(ep.talk) + ", turn " + strconv.Itoa(ep.turn) + "\n" + o.Body
	o.StateKey = ep.stateKey()
	return o
}

func (ep *remembering) stateKey() string {
	b := binary.AppendUvarint(nil, uint64(ep.talk))
	b = binary.AppendUvarint(b, uint64(ep.turn))
	b = binary.AppendUvarint(b, uint64(ep.steps))
	if ep.over {
		b = append(b, "over"+ep.verdict.Type...)
	}
	for _, a := range ep.exec.States()[0].AppendAttrs(nil) {
		b = append(appendValue(append(append(b, a.Name...), '='), a.Value), '\n')
	}
	sum := xxh3.Hash128(b).Bytes()
	return hex.EncodeToString(sum[:])
}

// Fork implements [envs.Forker]. It takes constant time.
func (ep *remembering) Fork() (envs.Episode, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	c := *ep
	c.exec = ep.exec.Fork()
	c.log = ep.log[:len(ep.log):len(ep.log)]
	ep.log = c.log
	return &c, nil
}

// Snapshot implements [envs.Snapshotter]: what was done, which Restore does
// again.
func (ep *remembering) Snapshot() ([]byte, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	return record{Task: ep.question.ID, Print: ep.question.print, Steps: ep.log}.seal()
}

func (ep *remembering) replay(r record) error {
	for i, s := range r.Steps {
		switch {
		case ep.over:
			return tooLong(len(r.Steps) - i)
		case s.Said == nil:
			return errNoAction
		}
		ep.take(*s.Said)
	}
	return nil
}

// Close implements [envs.Episode].
func (ep *remembering) Close() error {
	ep.shut = true
	return nil
}

// Hint implements [envs.Hinter]: one of the answers, after texts that end what is
// left of the conversations. Whether the memory holds it is not looked at, nor
// does the checker.
func (ep *remembering) Hint(context.Context) ([]envs.Action, error) {
	switch {
	case ep.shut:
		return nil, envs.ErrClosed
	case ep.over:
		return nil, nil
	}
	var way []envs.Action
	for i := ep.talk; i < len(ep.question.talks); i++ {
		for range len(ep.question.talks[i].Turns) {
			way = append(way, envs.Action{Text: endTurn})
		}
	}
	if !ep.asked() {
		way = way[ep.turn:]
	}
	for _, answer := range ep.question.Answers {
		a := envs.Action{Text: answer}
		if calls, _ := callsOf(a, false); len(calls) == 0 && agentic.Answers(answer, ep.question.Answers) {
			return append(way, a), nil
		}
	}
	return nil, fmt.Errorf("bfcl: %w: no answer is a text that is accepted", envs.ErrNoHint)
}
