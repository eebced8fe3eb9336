package tau

import (
	"errors"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Session is one conversation: a database of its own, and what the agent said.
// It is used by one goroutine.
type Session struct {
	data *Data
	task *Task
	x    *toolcall.Executor
	said []string // in lower case, without commas
	done bool

	refused bool // the last call was none of a tool that takes such arguments
}

// Begin returns a session on a task of the data. It takes constant time.
func (d *Data) Begin(t *Task) *Session {
	return &Session{data: d, task: t, x: d.domain.kit.New([]toolcall.State{d.State()})}
}

// Fork returns a copy that goes its own way from here on. It takes constant
// time.
func (s *Session) Fork() *Session {
	f := *s
	f.x = s.x.Fork()
	f.said = append([]string(nil), s.said...)
	return &f
}

// State returns the database. It is for looking at.
func (s *Session) State() *State { return s.x.States()[0].(*State) }

// Done reports whether [Transfer] has been called, or [Session.End].
func (s *Session) Done() bool { return s.done }

// End ends the session: the user has said [Stop].
func (s *Session) End() { s.done = true }

// Say is the action [Respond]: what the agent says to the user. It has no result
// here; who the user is, is the caller's business.
func (s *Session) Say(content string) {
	s.said = append(s.said, strings.ReplaceAll(py.Lower(content), ",", ""))
}

// Call calls a tool and returns its result. An unknown one, wrong arguments and
// refusals are results as well. After the end nothing is called and the result
// says so.
func (s *Session) Call(name string, kwargs *py.Dict) string {
	if s.done {
		return "Error: the conversation has ended"
	}
	full, ok := s.data.domain.tools[name]
	if s.refused = true; !ok {
		return "Unknown action " + name
	}
	s.done = name == Transfer
	if _, ok := kwargs.GetStr("data"); ok { // the original hands the database on under this name
		return "Error: " + full + "() got multiple values for keyword argument 'data'"
	}
	if err := checkArguments(kwargs); err != nil {
		return "Error: " + err.Error()
	}
	out := s.x.Call(name, kwargs)
	s.refused = out.Refused
	if out.Raised != nil {
		return "Error: " + out.Raised.Text
	}
	return out.Text
}

// Do runs an action: [Session.Call], or [Session.Say], whose result is "". A
// Respond without a text is an error, as it is in the original.
func (s *Session) Do(a Action) (string, error) {
	if a.Name != Respond {
		return s.Call(a.Name, a.Kwargs), nil
	}
	content, ok := a.Kwargs.Or("content", py.None{}).(py.Str)
	if !ok {
		return "", errors.New("tau: respond: content is no text")
	}
	s.Say(string(content))
	return "", nil
}

// Reward is the judgement on a session.
type Reward struct {
	// Reward is 1 if the database is as the ground truth leaves it and every
	// output was said, otherwise 0.
	Reward float64
	// Database tells whether the database is as the ground truth leaves it.
	Database bool
	// Missing are the outputs that were not said.
	Missing []string
}

// Judge judges what has been done so far: it replays the ground truth on a fresh
// database, without the tools that end an episode, and compares.
func (s *Session) Judge() Reward {
	truth := s.data.Begin(s.task)
	for _, a := range s.task.Actions {
		if a.Name != Transfer {
			truth.Do(a) //nolint:errcheck // the original's tasks say nothing
		}
	}
	r := Reward{Database: s.State().Same(truth.State())}
	for _, out := range s.task.Outputs {
		if !s.hasSaid(truth, py.Lower(out)) {
			r.Missing = append(r.Missing, out)
		}
	}
	if r.Database && len(r.Missing) == 0 {
		r.Reward = 1
	}
	return r
}

// hasSaid looks for an output in what was said. What the ground truth says
// counts, too, as in the original, which appends its actions to the agent's.
func (s *Session) hasSaid(truth *Session, out string) bool {
	contains := func(text string) bool { return strings.Contains(text, out) }
	for _, said := range [][]string{s.said, truth.said} {
		for _, text := range said {
			if contains(text) {
				return true
			}
		}
	}
	return false
}

// Hash is [State.Hash] of the session's database.
func (s *Session) Hash() string { return s.State().Hash() }
