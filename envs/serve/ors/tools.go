package ors

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

// learned is the tools of an environment, once they were asked for.
type learned struct {
	mu  sync.Mutex // held while they are learned
	set *tools.Set
}

// learned returns the tools of an environment at its start.
func (p *place) learned(ctx context.Context, env int) (*tools.Set, error) {
	l := &p.learn[env]
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set != nil {
		return l.set, nil
	}
	e, err := p.site.Host.Env(p.envs[env])
	if err != nil {
		return nil, err
	}
	set, err := tools.Learn(context.WithoutCancel(ctx), e)
	if err != nil {
		return nil, session.AsError(err)
	}
	l.set = set
	return set, nil
}

// toolSpec is a tool as clients see it.
type toolSpec struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Input       json.RawMessage `json:"input_schema"`
}

// toolList is the answer of /tools and /task_tools.
type toolList struct {
	Tools    []toolSpec `json:"tools"`
	Terminal *struct{}  `json:"terminal_tool"`
	Scores   bool       `json:"supports_score_group"`
	Blocks   []string   `json:"message_block_types"`
}

func writeTools(w http.ResponseWriter, set *tools.Set) {
	list := toolList{Tools: []toolSpec{}, Blocks: []string{"text", "image", "reasoning", "tool_call", "tool_result"}}
	for _, t := range set.Schemas() {
		list.Tools = append(list.Tools, toolSpec{t.Name, t.Description, t.Params})
	}
	serve.WriteJSON(w, http.StatusOK, list)
}

// tools serves /tools: those of every episode at its start.
func (p *place) tools(w http.ResponseWriter, r *http.Request, env int) {
	set, err := p.learned(r.Context(), env)
	if err != nil {
		writeError(w, err)
		return
	}
	writeTools(w, set)
}

// taskTools serves /task_tools: those that the session has now.
func (p *place) taskTools(w http.ResponseWriter, r *http.Request, env int) {
	_, l, err := p.ready(r, env)
	if err != nil {
		fail(w, err)
		return
	}
	writeTools(w, l.tools())
}
