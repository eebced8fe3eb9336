package nemogym

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// function is a tool as the Responses API wants it.
type function struct {
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Strict      bool            `json:"strict"`
}

func functions(schemas []envs.ToolSchema) []function {
	out := make([]function, len(schemas))
	for i, s := range schemas {
		out[i] = function{"function", s.Name, s.Description, s.Params, false}
	}
	return out
}

// listTools serves /tools: what belongs into a row's responses_create_params.
func (p *place) listTools(w http.ResponseWriter, r *http.Request) {
	set, err := p.tools(r.Context())
	if err != nil {
		writeError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, functions(set.Schemas()))
}

// maxRows bounds the rows of one answer, each of which may start an episode.
const maxRows = 10_000

// dataRow is a row of a data set.
type dataRow struct {
	Params params `json:"responses_create_params"`
	Task   string `json:"task_id"`
}

type params struct {
	Input []message  `json:"input"`
	Tools []function `json:"tools,omitempty"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// rows serves /rows?split=&from=&limit=&tools=1: a data set for NeMo Gym, one
// JSON object a line. With tools=1 the rows are for simple_agent: they have the
// tools and the first observation, which that agent would not see.
func (p *place) rows(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	split, limit, from := q.Get("split"), maxRows, 0
	if split == "" {
		split = "train"
	}
	for name, n := range map[string]*int{"limit": &limit, "from": &from} {
		if !q.Has(name) {
			continue
		}
		v, err := strconv.Atoi(q.Get(name))
		if err != nil || v < 0 || name == "limit" && v > maxRows {
			writeFaults(w, []fault{{"int_parsing", []string{"query", name}, "Input should be a whole number of at least 0; limit is at most " + strconv.Itoa(maxRows)}})
			return
		}
		*n = v
	}
	tasks, err := p.site.Host.Tasks(p.site.Env, split)
	if err != nil {
		writeError(w, err)
		return
	}
	tasks = tasks[min(from, len(tasks)):]
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, t := range tasks[:min(limit, len(tasks))] {
		row := dataRow{Params: params{Input: []message{}}, Task: t.ID}
		if err == nil && q.Get("tools") == "1" {
			row.Params, err = p.withTools(r, t)
		}
		if err == nil {
			err = e.Encode(row)
		}
	}
	if err != nil {
		writeError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/jsonl")
	w.Write(b.Bytes()) //nolint:errcheck // the client has left
}

// withTools returns what a model is told that calls tools on a task.
func (p *place) withTools(r *http.Request, t envs.Task) (out params, err error) {
	ctx := r.Context()
	set, err := p.tools(ctx)
	if err != nil {
		return out, err
	}
	s, err := p.site.Host.Create(ctx, session.Request{
		Env: p.site.Env, Owner: serve.Owner(ctx), Protocol: p.name, Unrecorded: true, Start: &session.Start{Task: t.ID},
	})
	if err != nil {
		return out, err
	}
	a, err := s.Observe(ctx)
	if cerr := s.Close(context.WithoutCancel(ctx), session.ReasonClosed); err == nil {
		err = cerr
	}
	return params{Input: []message{{"user", a.Observation.Text()}}, Tools: functions(set.Schemas())}, err
}
