package nemogym

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// afterlife is how long a session whose episode has ended waits for a repeated
// request. The agent of version 0.4.0 does not close its sessions.
const afterlife = time.Minute

// stepAnswer is the answer of /step; that of /reset has its first and last field.
type stepAnswer struct {
	Observation *string `json:"observation"`
	Reward      float64 `json:"reward"`
	Terminated  bool    `json:"terminated"`
	Truncated   bool    `json:"truncated"`
	Info        info    `json:"info"`
}

// resetAnswer is the answer of /reset.
type resetAnswer struct {
	Observation string    `json:"observation"`
	Info        resetInfo `json:"info"`
}

// resetInfo tells an agent what it may do, and what it plays.
type resetInfo struct {
	Close       bool     `json:"supports_explicit_close"`
	Idempotency bool     `json:"supports_step_idempotency"`
	Episode     string   `json:"episode_id"`
	Task        string   `json:"task_id"`
	Split       string   `json:"split,omitempty"`
	Seed        uint64   `json:"seed"`
	Available   []string `json:"available_actions"`
	Forms       []string `json:"forms,omitempty"`
}

// info is what a step tells besides its observation.
type info struct {
	Outputs   []toolOutput       `json:"tool_outputs,omitempty"`
	Invalid   bool               `json:"invalid"` // some action of the step was refused
	Success   bool               `json:"success"`
	Available []string           `json:"available_actions"`
	Metrics   map[string]float64 `json:"metrics,omitempty"`
}

// toolOutput is the answer to a call of a function.
type toolOutput struct {
	Call   string `json:"call_id"`
	Output string `json:"output"`
}

// reset serves /reset.
func (p *place) reset(w http.ResponseWriter, r *http.Request) {
	in := readRow(w, r, "responses_create_params")
	if in == nil {
		return
	}
	if a, ok := p.open(w, r, in); ok {
		serve.WriteJSON(w, http.StatusOK, a)
	}
}

// open starts the episode that a row asks for, and sets the cookie. It answers
// itself after an error.
func (p *place) open(w http.ResponseWriter, r *http.Request, in *row) (out resetAnswer, ok bool) {
	start := in.start()
	if len(in.faults) > 0 {
		writeFaults(w, in.faults)
		return out, false
	}
	s, a, err := p.begin(w, r, start)
	var task envs.Task
	if err == nil {
		task, out.Info.Split, out.Info.Seed, err = s.Task(r.Context())
	}
	if err != nil {
		writeError(w, err)
		return out, false
	}
	out.Observation = a.Observation.Text()
	out.Info.Close, out.Info.Idempotency = true, true
	out.Info.Episode, out.Info.Task = a.Episode, task.ID
	out.Info.Available, out.Info.Forms = actions(&a.Observation), forms(&a.Observation)
	return out, true
}

// step serves /step.
func (p *place) step(w http.ResponseWriter, r *http.Request) {
	in := readRow(w, r, "response")
	if in == nil {
		return
	}
	d, ok := decide(in.in.Get("response"))
	if !ok {
		writeFaults(w, []fault{{"list_type", []string{"body", "response", "output"}, "Input should be a valid list"}})
		return
	}
	id := in.in.Get("_ng_step_request_id").String()
	s, e, err := p.find(w, r)
	var a *stepAnswer
	if err == nil {
		a, err = p.once(r.Context(), s, e, id, d)
	}
	if err != nil {
		writeError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, a)
}

// once takes the step of a decision, or answers again if it was taken before
// under the same ID. One step may be several of the environment's, so that the
// whole answer is kept here.
func (p *place) once(ctx context.Context, s *session.Session, e *episode, id string, d decision) (*stepAnswer, error) {
	if err := e.take(ctx); err != nil {
		return nil, err
	}
	defer e.give()
	sum := sha256.Sum256([]byte(envs.Action{Text: d.text, Calls: d.calls}.String()))
	if id != "" && e.id == id {
		if e.action != sum {
			return nil, &session.Error{Code: session.CodeStepID, Message: "step request ID " + id + " was used for another action before"}
		}
		return e.answer, nil
	}
	// What has begun is finished although the client leaves: it will ask again.
	a, err := p.take(context.WithoutCancel(ctx), s, d)
	if err != nil {
		return nil, err
	}
	if id != "" {
		e.id, e.action, e.answer = id, sum, a
	}
	if a.Terminated || a.Truncated {
		_, err = s.Renew(ctx, afterlife)
	}
	return a, err
}

// close serves /close. Closing what is closed is no error.
func (p *place) close(w http.ResponseWriter, r *http.Request) {
	s, _, err := p.find(w, r)
	if err == nil {
		err = s.Close(r.Context(), session.ReasonClosed)
	}
	if err != nil && session.AsError(err).Retryable() {
		writeError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, struct{}{})
}

// actions lists the actions of an observation that can be written out.
func actions(o *envs.Observation) []string {
	list := make([]string, len(o.Admissible))
	for i, c := range o.Admissible {
		list[i] = c.Action.String()
	}
	return list
}

// forms lists the actions with a free slot.
func forms(o *envs.Observation) []string {
	var list []string
	for _, f := range o.Forms {
		list = append(list, f.Template)
	}
	return list
}
