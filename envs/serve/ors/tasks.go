package ors

import (
	"encoding/json"
	"net/http"
	"strings"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// taskSpec is a task as clients see it and hand it back to /create, where ID
// alone counts. Its fields become columns of a trainer's data set. What else a
// task has would give its solution away.
type taskSpec struct {
	ID     string `json:"id"`
	Goal   string `json:"goal"`
	Family string `json:"family"`
}

func specOf(t *envs.Task) taskSpec { return taskSpec{t.ID, t.Goal, t.Family} }

// specs never returns nil.
func specs(tasks []envs.Task) []taskSpec {
	out := make([]taskSpec, len(tasks))
	for i := range tasks {
		out[i] = specOf(&tasks[i])
	}
	return out
}

// splits serves /splits.
func (p *place) splits(w http.ResponseWriter, _ *http.Request, env int) {
	type split struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	e, err := p.site.Host.Env(p.envs[env])
	if err != nil {
		writeError(w, err)
		return
	}
	out := []split{}
	for _, name := range e.Spec().Splits {
		kind := "validation"
		if name == "train" || name == "test" {
			kind = name
		}
		out = append(out, split{name, kind})
	}
	serve.WriteJSON(w, http.StatusOK, out)
}

// numTasks serves /num_tasks.
func (p *place) numTasks(w http.ResponseWriter, r *http.Request, env int) {
	if _, tasks, ok := p.readSplit(w, r, env); ok {
		serve.WriteJSON(w, http.StatusOK, map[string]int{"num_tasks": len(tasks)})
	}
}

// taskList is the answer of /tasks and /task_range.
type taskList struct {
	Tasks []taskSpec `json:"tasks"`
	Env   string     `json:"env_name"`
}

// tasks serves /tasks.
func (p *place) tasks(w http.ResponseWriter, r *http.Request, env int) {
	if _, tasks, ok := p.readSplit(w, r, env); ok {
		serve.WriteJSON(w, http.StatusOK, taskList{specs(tasks), p.envs[env]})
	}
}

// task serves /task. An index below 0 counts from the end, as in Python.
func (p *place) task(w http.ResponseWriter, r *http.Request, env int) {
	b, tasks, ok := p.readSplit(w, r, env, "index")
	if !ok {
		return
	}
	i, ok := fromEnd(*b.index("index"), len(tasks))
	if !ok {
		writeDetail(w, http.StatusBadRequest, invalidIndex)
		return
	}
	serve.WriteJSON(w, http.StatusOK, struct {
		Task taskSpec `json:"task"`
		Env  string   `json:"env_name"`
	}{specOf(&tasks[i]), p.envs[env]})
}

// taskRange serves /task_range: a slice of Python's, of which both ends may be
// left out.
func (p *place) taskRange(w http.ResponseWriter, r *http.Request, env int) {
	b, tasks, ok := p.readSplit(w, r, env, "start", "stop")
	if !ok {
		return
	}
	from, to := 0, len(tasks)
	if n := b.index("start"); n != nil {
		from = clamp(*n, len(tasks))
	}
	if n := b.index("stop"); n != nil {
		to = clamp(*n, len(tasks))
	}
	serve.WriteJSON(w, http.StatusOK, taskList{specs(tasks[from:max(from, to)]), p.envs[env]})
}

// readSplit reads a body that names a split and has these numbers besides; of
// them "index" must be there. It returns the tasks of the split. If ok is false
// the request was answered.
func (p *place) readSplit(w http.ResponseWriter, r *http.Request, env int, numbers ...string) (b *body, tasks []envs.Task, ok bool) {
	if b = readBody(w, r, append([]string{"split"}, numbers...)...); b == nil {
		return nil, nil, false
	}
	split := b.text("split")
	for _, key := range numbers {
		n := b.index(key)
		if key == "index" && n == nil {
			b.need(key)
			if raw, there := b.fields[key]; there && string(raw) == "null" {
				b.fault("int_type", "Input should be a valid integer", raw, key)
			}
		}
	}
	if b.answer(w) {
		return nil, nil, false
	}
	tasks, err := p.site.Host.Tasks(p.envs[env], split)
	if err != nil {
		writeError(w, err)
		return nil, nil, false
	}
	return b, tasks, true
}

// fromEnd returns the index that i means in a list of n.
func fromEnd(i, n int) (int, bool) {
	if i < 0 {
		i += n
	}
	return i, i >= 0 && i < n
}

// clamp returns the end of a slice that i means in a list of n.
func clamp(i, n int) int {
	if i < 0 {
		i = max(i, -n) + n
	}
	return min(i, n)
}

// choice is what /create chooses to play.
type choice struct {
	spec  json.RawMessage // nil for split and index
	split string
	index int
}

// start returns how to start the choice in an environment.
func (p *place) start(env int, c *choice) (*session.Start, error) {
	name := p.envs[env]
	if c.spec != nil {
		var t struct {
			ID *string `json:"id"`
		}
		if err := json.Unmarshal(c.spec, &t); err != nil || t.ID == nil || strings.TrimSpace(*t.ID) == "" {
			return nil, &session.Error{Code: session.CodeInvalid, Message: `the task_spec has no "id": send one of those that /tasks lists`}
		}
		return &session.Start{Env: name, Task: *t.ID}, nil
	}
	tasks, err := p.site.Host.Tasks(name, c.split)
	if err != nil {
		return nil, err
	}
	i, ok := fromEnd(c.index, len(tasks))
	if !ok {
		return nil, &session.Error{Code: session.CodeNoTask, Message: invalidIndex}
	}
	return &session.Start{Env: name, Split: c.split, Index: &i}, nil
}
