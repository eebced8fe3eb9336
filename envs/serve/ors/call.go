package ors

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

const (
	// patience is how long a call is waited for before its answer is begun:
	// until then it can still be refused with a status.
	patience = 50 * time.Millisecond
	// heartbeat is the time between signs of life of a call that lasts.
	heartbeat = 10 * time.Second
)

// call serves /call: one step, answered as a stream of events.
//
// Differs: the reference server does not know a task_id that it did not give
// out itself. Here such a call is run under that ID, once.
func (p *place) call(w http.ResponseWriter, r *http.Request, env int) {
	s, l, err := p.ready(r, env)
	if err != nil {
		fail(w, err)
		return
	}
	b := readBody(w, r, "name", "input", "task_id")
	if b == nil {
		return
	}
	c := call{session: s, link: l, name: b.text("name"), id: b.optional("task_id")}
	b.need("input")
	if c.input = b.object("input"); c.input == nil && len(b.faults) == 0 {
		b.fault("dict_type", "Input should be a valid dictionary", b.fields["input"], "input")
	}
	if b.answer(w) {
		return
	}
	if c.id == "" {
		c.id = newID()
	}
	c.answer(w, r)
}

// newID returns the ID of a call that has none: 32 digits.
func newID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// call is one call of a tool.
type call struct {
	session  *session.Session
	link     *link
	name, id string
	input    json.RawMessage
}

// done is how a step went.
type done struct {
	answer session.Answer
	err    error
}

// answer runs the call and answers.
func (c *call) answer(w http.ResponseWriter, r *http.Request) {
	st := newStream(w)
	if text, ok := c.link.known(c); ok {
		c.reply(st, r, text)
		return
	}
	action, err := c.link.tools().Action(c.name, c.input)
	if err != nil {
		c.reply(st, r, compact(c.refused(err)))
		return
	}
	ended := make(chan done, 1)
	go func() {
		var d done
		d.answer, d.err = c.session.Step(r.Context(), action, c.id)
		ended <- d
	}()
	c.finish(st, c.wait(st, ended))
}

// reply answers a call for which there is nothing to do. It renews the session's
// lease like any other.
func (c *call) reply(st *stream, r *http.Request, text string) {
	if _, err := c.session.Renew(r.Context(), 0); err != nil {
		writeError(st.w, err)
		return
	}
	st.event("task_id", c.id)
	st.result(text)
	st.flush()
}

// wait waits for the end of a step, for steps end even if the client leaves, and
// shows signs of life.
func (c *call) wait(st *stream, ended <-chan done) done {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		select {
		case d := <-ended:
			return d
		case <-timer.C:
			if st.begun {
				st.ping()
			} else {
				st.event("task_id", c.id)
			}
			st.flush()
			timer.Reset(heartbeat)
		}
	}
}

// finish ends the answer.
func (c *call) finish(st *stream, d done) {
	code := session.Code("")
	if d.err != nil {
		code = session.AsError(d.err).Code
	}
	switch code {
	case "", session.CodeDone, session.CodeLost, session.CodeStepID, session.CodeInternal, session.CodeTooLarge:
	default: // nothing was done, or the session is gone
		if !st.begun {
			writeError(st.w, d.err)
		}
		// A stream that ends early has clients ask again, with the ID.
		return
	}
	if !st.begun {
		st.event("task_id", c.id)
	}
	switch code {
	case "":
		text := compact(c.succeeded(&d.answer))
		c.link.keep(c, text)
		st.result(text)
	case session.CodeDone:
		st.result(compact(refusal{Reason: reasonFinished, Error: repr(c.name) +
			" was not run: the episode has finished (a tool returned finished=True), so no further tool calls are accepted."}))
	case session.CodeTooLarge:
		st.result(compact(c.refused(fmt.Errorf("%w: %w", tools.ErrArguments, d.err))))
	default:
		st.event("error", session.AsError(d.err).Message)
	}
	st.flush()
}

// succeeded is the answer to a step.
func (c *call) succeeded(a *session.Answer) success {
	o, r := &a.Observation, &a.Result
	return success{OK: true, Output: output{
		Blocks: blocksOf(o.Text(), c.link.saw(a)),
		Metadata: facts{
			Episode: a.Episode, Step: a.Step, Terminated: r.Terminated, Truncated: r.Truncated,
			Invalid: r.Invalid, Success: r.Success, Metrics: numbers(r.Metrics),
		},
		Reward: number(r.Reward), Finished: r.Done(),
	}}
}

// refused is the answer to a call that fits no tool.
func (c *call) refused(err error) refusal {
	if errors.Is(err, tools.ErrNoTool) {
		return refusal{Error: repr(c.name) + " is not a valid tool", Reason: reasonNotFound}
	}
	why := strings.TrimPrefix(err.Error(), tools.ErrArguments.Error()+": ")
	return refusal{Error: "Tool input validation error: " + why, Reason: reasonInput}
}

// compact writes v as JSON without white space.
func compact(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `{"ok":false,"error":"the answer cannot be written as JSON","reason":null}`
	}
	return string(bytes.TrimRight(b.Bytes(), "\n"))
}
