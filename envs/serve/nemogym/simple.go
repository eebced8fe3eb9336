package nemogym

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// seed serves /seed_session. Its answer is that of /reset, of which the agent
// reads nothing.
func (p *place) seed(w http.ResponseWriter, r *http.Request) {
	in := readRow(w, r)
	if in == nil {
		return
	}
	if a, ok := p.open(w, r, in); ok {
		serve.WriteJSON(w, http.StatusOK, a)
	}
}

// toolAnswer is what a model gets for calling a tool; "done" is what the agent's
// use_done_flag looks for.
type toolAnswer struct {
	Output string `json:"output"`
	Done   bool   `json:"done"`
	Error  string `json:"error,omitempty"`
}

// call serves the tools: the body is the arguments. The session comes first, for
// the agent goes on after a refusal, with the cookies of this answer.
func (p *place) call(w http.ResponseWriter, r *http.Request) {
	s, e, missing := p.find(w, r)
	body, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return
	}
	if !gjson.ValidBytes(body) {
		writeFaults(w, []fault{{"json_invalid", []string{"body"}, "JSON decode error"}})
		return
	}
	err = missing
	if err == nil {
		err = e.take(r.Context())
	}
	var a session.Answer
	var refusal string
	if err == nil {
		a, refusal, err = p.callOne(context.WithoutCancel(r.Context()), s, envs.ToolCall{Name: r.PathValue("tool"), Args: json.RawMessage(body)})
		e.give()
	}
	if err != nil {
		writeError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, toolAnswer{a.Observation.Text(), a.Result.Done(), refusal})
}

// verify serves /verify: the body comes back with the sum of the episode's
// rewards, and the session ends. An episode that was not played to its end has
// what it earned so far.
func (p *place) verify(w http.ResponseWriter, r *http.Request) {
	in := readRow(w, r, "responses_create_params", "response")
	if in == nil {
		return
	}
	s, _, err := p.find(w, r)
	var a session.Answer
	if err == nil {
		a, err = s.Observe(r.Context())
	}
	if err != nil {
		writeError(w, err)
		return
	}
	var out map[string]json.RawMessage
	if err := json.Unmarshal(in.raw, &out); err != nil {
		writeFaults(w, []fault{{"json_invalid", []string{"body"}, "JSON decode error"}})
		return
	}
	i := s.Info()
	if i.Outcome == session.OutcomeLost {
		writeError(w, session.ErrLost)
		return
	}
	for name, v := range map[string]any{
		"reward": i.Return, "success": a.Result.Success, "terminated": a.Result.Terminated, "truncated": a.Result.Truncated,
		"turns": i.Steps, "invalid_actions": i.Invalid, "episode_id": i.Episode, "task_id": i.Task,
	} {
		b, err := json.Marshal(v)
		if err != nil {
			writeError(w, err)
			return
		}
		out[name] = b
	}
	if err := s.Close(r.Context(), session.ReasonClosed); err != nil {
		writeError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, out)
}

// reverifyMode serves /reverify_mode: the state that a reward was earned in is
// gone with the session.
func reverifyMode(w http.ResponseWriter, _ *http.Request) {
	serve.WriteJSON(w, http.StatusOK, "unsupported")
}
