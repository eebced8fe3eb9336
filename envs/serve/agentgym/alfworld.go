package agentgym

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// house speaks the dialect of AgentGym's ALFWorld server. What goes wrong there
// is answered with 200 and {"error": ...}; here too, but for what the server
// does not know: requests of another shape (422), and a server that is full or
// shuts down (503).
type house struct{ *place }

// played is what /detail tells of the episode besides its observation.
type played struct {
	mu   sync.Mutex // guards what follows
	kind string     // world_type
	game any        // as the client named it
}

func (h *house) mount(site *serve.Site) {
	hello := func(w http.ResponseWriter, _ *http.Request) {
		write(w, http.StatusOK, "This is environment "+h.title()+".")
	}
	site.Handle("GET ", hello)
	site.Handle("GET /{$}", hello)
	site.Handle("POST /create", h.create)
	site.Handle("POST /reset", h.reset)
	site.Handle("POST /step", h.step)
	site.Handle("POST /close", h.close)
	site.Handle("GET /observation", h.look(func(_ *session.Session, a *session.Answer) any { return seen(a) }))
	site.Handle("GET /available_actions", h.look(func(_ *session.Session, a *session.Answer) any { return commands(&a.Observation) }))
	site.Handle("GET /detail", h.look(detail))
}

func (h *house) title() string {
	if h.site.Env == "alfworld" {
		return "AlfWorld"
	}
	return h.site.Env
}

func (h *house) create(w http.ResponseWriter, r *http.Request) {
	s, err := h.place.create(r, nil, new(played))
	if err != nil {
		h.fail(w, 0, err)
		return
	}
	write(w, http.StatusOK, struct {
		ID uint64 `json:"id"`
	}{s.Number()})
}

func (h *house) reset(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	n, t, kind := in.integer("id"), in.task("game", false), in.text("world_type")
	if !in.ok(w) {
		return
	}
	if kind != "Text" && kind != "Embody" && kind != "Hybrid" {
		refuse(w, `world_type must be one of "Text", "Embody" and "Hybrid"`)
		return
	}
	s, err := h.find(r, n)
	var start session.Start
	if err == nil {
		start, err = h.start(t)
	}
	var a session.Answer
	if err == nil {
		a, err = s.Reset(r.Context(), start)
	}
	var task envs.Task
	if err == nil {
		task, _, _, err = s.Task(r.Context())
	}
	if err != nil {
		h.fail(w, n, err)
		return
	}
	if p, ok := s.Data().(*played); ok {
		p.mu.Lock()
		p.kind, p.game = kind, t.label()
		p.mu.Unlock()
	}
	write(w, http.StatusOK, struct {
		ID          int64    `json:"id"`
		Observation string   `json:"observation"`
		Available   []string `json:"available_actions"`
		Type        string   `json:"task_type"`
	}{n, seen(&a), commands(&a.Observation), lastTwo(task.ID)})
}

func (h *house) step(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	n, action := in.integer("id"), in.text("action")
	if !in.ok(w) {
		return
	}
	s, err := h.find(r, n)
	var a session.Answer
	if err == nil {
		a, err = h.place.step(r, s, action)
	}
	if err != nil {
		h.fail(w, n, err)
		return
	}
	write(w, http.StatusOK, struct {
		Observation string   `json:"observation"`
		Reward      number   `json:"reward"`
		Available   []string `json:"available_actions"`
		Done        bool     `json:"done"`
	}{a.Observation.Text(), number(a.Result.Reward), commands(&a.Observation), a.Result.Done()})
}

func (h *house) close(w http.ResponseWriter, r *http.Request) {
	in := readBody(w, r)
	if in == nil {
		return
	}
	if n := in.integer("id"); in.ok(w) {
		h.place.close(w, r, n)
	}
}

// look returns a handler that shows something of an environment. As in the
// server there is nothing to see after the end.
func (h *house) look(show func(*session.Session, *session.Answer) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in, n := fromQuery(r, "id")
		if !in.ok(w) {
			return
		}
		s, err := h.find(r, n)
		var a session.Answer
		if err == nil {
			a, err = s.Observe(r.Context())
		}
		if err == nil && a.Result.Done() {
			err = session.ErrDone
		}
		if err != nil {
			h.fail(w, n, err)
			return
		}
		write(w, http.StatusOK, show(s, &a))
	}
}

// detail is the answer of /detail.
func detail(s *session.Session, a *session.Answer) any {
	d := struct {
		Kind        string   `json:"world_type"`
		Game        any      `json:"game"`
		Observation string   `json:"observation"`
		Available   []string `json:"available_actions"`
		Done        bool     `json:"done"`
		Reward      number   `json:"reward"`
		Deleted     bool     `json:"deleted"`
	}{Observation: seen(a), Available: commands(&a.Observation), Done: a.Result.Done(), Reward: number(a.Result.Reward)}
	if p, ok := s.Data().(*played); ok {
		p.mu.Lock()
		d.Kind, d.Game = p.kind, p.game
		p.mu.Unlock()
	}
	return d
}

// fail answers with an error about environment n, in the server's words where
// it has some.
func (h *house) fail(w http.ResponseWriter, n int64, err error) {
	switch e := session.AsError(err); {
	case e.Retryable(), e.Code == session.CodeTooLarge:
		writeError(w, err)
	case errors.Is(err, session.ErrNotFound):
		refuse(w, fmt.Sprintf("The id %d is not valid.", n))
	case errors.Is(err, session.ErrGone):
		refuse(w, fmt.Sprintf("The task with environment %d has been deleted.", n))
	case errors.Is(err, session.ErrDone):
		refuse(w, fmt.Sprintf("The task with environment %d has finished.", n))
	default:
		refuse(w, e.Message)
	}
}

// refuse answers with an error as the server does.
func refuse(w http.ResponseWriter, message string) {
	write(w, http.StatusOK, map[string]string{"error": message})
}

// seen is the observation as the server shows it: at the start without the
// greeting, and with single newlines.
func seen(a *session.Answer) string {
	text := a.Observation.Text()
	if a.Step > 0 || !strings.HasPrefix(text, "-= ") {
		return text
	}
	_, rest, ok := strings.Cut(text, "\n\n")
	if !ok {
		return text
	}
	return strings.ReplaceAll(rest, "\n\n", "\n")
}

// commands lists the actions of an observation.
func commands(o *envs.Observation) []string {
	list := make([]string, len(o.Admissible))
	for i, c := range o.Admissible {
		list[i] = c.Action.Text
	}
	return list
}

// lastTwo returns the last two parts of a task's ID: for a game of ALFWorld the
// folders that the server names.
func lastTwo(id string) string {
	parts := strings.Split(id, "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
