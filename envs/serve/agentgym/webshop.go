package agentgym

import (
	"net/http"
	"slices"
	"strings"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// shop speaks the dialect of AgentGym's WebShop server.
type shop struct{ *place }

func (s *shop) mount(site *serve.Site) {
	ok := func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusOK, "ok") }
	site.Handle("GET ", ok)
	site.Handle("GET /{$}", ok)
	site.Handle("POST /create", s.create)
	site.Handle("POST /reset", s.reset)
	site.Handle("POST /step", s.step)
	site.Handle("POST /close", s.close)
	site.Handle("GET /observation", s.look(func(a *session.Answer, _ string) any { return a.Observation.Text() }))
	site.Handle("GET /available_actions", s.look(func(a *session.Answer, _ string) any { return available(&a.Observation) }))
	site.Handle("GET /instruction_text", s.look(func(_ *session.Answer, goal string) any { return instruction(goal) }))
	site.Handle("GET /state", s.look(func(a *session.Answer, goal string) any {
		// Differs from the server: an environment has the text of its mode alone.
		// It is shown as the page, and there is no address.
		return struct {
			URL         string `json:"url"`
			HTML        string `json:"html"`
			Instruction string `json:"instruction_text"`
		}{"", a.Observation.Text(), instruction(goal)}
	}))
}

// instruction is how the server writes a goal.
func instruction(goal string) string { return "Instruction: " + goal }

// create makes an environment at the start of some task.
func (s *shop) create(w http.ResponseWriter, r *http.Request) {
	got, err := s.place.create(r, &session.Start{Split: s.split}, nil)
	if err != nil {
		writeError(w, err)
		return
	}
	write(w, http.StatusOK, got.Number())
}

func (s *shop) reset(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	n, t := in.integer("env_idx"), in.task("session_id", true)
	if !in.ok(w) {
		return
	}
	got, err := s.find(r, n)
	var start session.Start
	if err == nil {
		start, err = s.start(t)
	}
	var a session.Answer
	if err == nil {
		a, err = got.Reset(r.Context(), start)
	}
	if err != nil {
		writeError(w, err)
		return
	}
	write(w, http.StatusOK, [2]any{a.Observation.Text(), nil})
}

func (s *shop) step(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	n, action := in.integer("env_idx"), in.text("action")
	if !in.ok(w) {
		return
	}
	got, err := s.find(r, n)
	var a session.Answer
	if err == nil {
		a, err = s.place.step(r, got, action)
	}
	if err != nil {
		writeError(w, err)
		return
	}
	write(w, http.StatusOK, struct {
		State  string `json:"state"`
		Reward number `json:"reward"`
		Done   bool   `json:"done"`
		Info   any    `json:"info"` // always null
	}{State: a.Observation.Text(), Reward: number(a.Result.Reward), Done: a.Result.Done()})
}

func (s *shop) close(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	if n := in.integer("env_idx"); in.ok(w) {
		s.place.close(w, r, n)
	}
}

// look returns a handler that shows something of an environment.
func (s *shop) look(show func(a *session.Answer, goal string) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, n := fromQuery(r, "env_idx")
		if !in.ok(w) {
			return
		}
		got, err := s.find(r, n)
		var a session.Answer
		if err == nil {
			a, err = got.Observe(r.Context())
		}
		var t envs.Task
		if err == nil {
			t, _, _, err = got.Task(r.Context())
		}
		if err != nil {
			writeError(w, err)
			return
		}
		write(w, http.StatusOK, show(&a, t.Goal))
	}
}

// actions is what can be done on a page.
type actions struct {
	HasSearchBar bool     `json:"has_search_bar"`
	Clickables   []string `json:"clickables"`
}

// available returns what can be done. The server counts the button beside the
// search bar as something to click, though clicking it does nothing.
func available(o *envs.Observation) actions {
	a := actions{Clickables: []string{}}
	a.HasSearchBar = slices.ContainsFunc(o.Forms, func(f envs.Form) bool { return strings.HasPrefix(f.Template, "search[") })
	if a.HasSearchBar {
		a.Clickables = append(a.Clickables, "search")
	}
	for _, c := range o.Admissible {
		text, ok := strings.CutPrefix(c.Action.Text, "click[")
		if text, found := strings.CutSuffix(text, "]"); ok && found && (text != "search" || !a.HasSearchBar) {
			a.Clickables = append(a.Clickables, text)
		}
	}
	return a
}
