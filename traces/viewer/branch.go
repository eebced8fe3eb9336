package viewer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/index"
)

// forkAble says whether episodes of r can be branched off.
func (v *Viewer) forkAble(r *run) forkAble {
	f := forkAble{Policies: []string{}}
	switch {
	case v.options.ReadOnly:
		f.Why = "this viewer writes nothing"
	case r.worlds.Open == nil:
		f.Why = "this viewer opens no environments"
	default:
		f.Able = true
	}
	for _, env := range r.envs() {
		for _, p := range r.players(env) {
			if !slices.Contains(f.Policies, p) {
				f.Policies = append(f.Policies, p)
			}
		}
	}
	return f
}

// players lists the policies that can go on with an episode of env.
func (r *run) players(env string) []string {
	if r.worlds.Players == nil {
		return []string{}
	}
	return r.worlds.Players(env)
}

// choiceDoc is an action that could be taken.
type choiceDoc struct {
	Action string   `json:"action"`
	Kind   string   `json:"kind,omitempty"`
	Desc   string   `json:"desc,omitempty"`
	Ref    string   `json:"ref,omitempty"`
	With   string   `json:"with,omitempty"`
	Slot   string   `json:"slot,omitempty"`
	Prob   *float32 `json:"prob,omitempty"`
	Taken  bool     `json:"taken,omitempty"`
}

// formDoc is an action with a free slot.
type formDoc struct {
	Template   string      `json:"template"`
	Kind       string      `json:"kind,omitempty"`
	Candidates []choiceDoc `json:"candidates,omitempty"`
}

// canDo is what can be done somewhere.
type canDo struct {
	Admissible []choiceDoc `json:"admissible"`
	Forms      []formDoc   `json:"forms"`
}

// canDoAt lists what o offers. s is the step that was recorded there, or nil.
func canDoAt(o *envs.Observation, s *traces.Step) canDo {
	probs := map[string]*float32{}
	if s != nil && len(s.Probs) == len(s.Options) {
		for i, a := range s.Options {
			probs[a] = &s.Probs[i]
		}
	}
	doc := func(c *envs.Choice) choiceDoc {
		a := c.Action.String()
		return choiceDoc{a, c.Kind, c.Desc, c.Ref, c.With, c.Slot, probs[a], s != nil && s.Action == a}
	}
	out := canDo{[]choiceDoc{}, []formDoc{}}
	for _, c := range o.Admissible {
		out.Admissible = append(out.Admissible, doc(c))
	}
	for _, f := range o.Forms {
		form := formDoc{Template: f.Template, Kind: f.Kind}
		for _, c := range f.Candidates {
			form.Candidates = append(form.Candidates, doc(c))
		}
		out.Forms = append(out.Forms, form)
	}
	return out
}

// optionsDoc is what could have been done at a step.
type optionsDoc struct {
	Step  int  `json:"step"`
	Exact bool `json:"exact"` // the replay saw what was recorded
	canDo
	Hint     []string `json:"hint,omitempty"`
	Policies []string `json:"policies"` // that can go on
}

// stored loads an episode and opens its environment.
func (r *run) stored(ctx context.Context, id string) (*traces.Trajectory, envs.Env, error) {
	if id == "" {
		return nil, nil, badRequest("id is missing: which episode?")
	}
	x, err := r.index()
	if err != nil {
		return nil, nil, err
	}
	v := x.View()
	n, err := v.Find(id)
	if err != nil {
		return nil, nil, err
	}
	t, err := v.Load(n)
	if err != nil {
		return nil, nil, err
	}
	env, err := r.world(ctx, x.Manifest(), t.Env)
	return t, env, err
}

func getOptions(r *run, q *http.Request) (_ any, err error) {
	step, err := intOf(q, "step", 0, 0, 1<<31-1)
	if err != nil {
		return nil, err
	}
	t, env, err := r.stored(q.Context(), q.URL.Query().Get("id"))
	if err != nil {
		return nil, err
	}
	p, err := replay(q.Context(), env, t, step)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.ep.Close()) }()
	var was *traces.Step
	if step < len(t.Steps) {
		was = &t.Steps[step]
	}
	o := p.ep.Observation()
	d := optionsDoc{Step: step, Exact: p.exact, canDo: canDoAt(&o, was), Policies: r.players(t.Env)}
	if h, ok := p.ep.(envs.Hinter); ok && !p.last.Done() {
		way, err := h.Hint(q.Context())
		if err != nil && !errors.Is(err, envs.ErrNoHint) {
			return nil, err
		}
		for _, a := range way {
			d.Hint = append(d.Hint, a.String())
		}
	}
	return d, nil
}

// forkDoc is a branch.
type forkDoc struct {
	Stored  bool        `json:"stored"`
	Done    bool        `json:"done"`
	Exact   bool        `json:"exact"`
	Episode *episodeDoc `json:"episode"`
	Next    *canDo      `json:"next,omitempty"`
}

func (v *Viewer) postFork(r *run, q *http.Request) (any, error) {
	var f ForkRequest
	if err := readBody(q, &f); err != nil {
		return nil, err
	}
	if f.Store && v.options.ReadOnly {
		return nil, notAble("this viewer writes nothing: ask with store false")
	}
	parent, env, err := r.stored(q.Context(), f.ID)
	if err != nil {
		return nil, err
	}
	b, err := play(q.Context(), env, r.worlds, parent, f)
	if err != nil {
		return nil, err
	}
	n := -1
	if f.Store {
		if n, err = r.store(q.Context(), b.Trajectory); err != nil {
			return nil, err
		}
	}
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	view := x.View()
	if n >= len(view.Rows) {
		n = -1
	}
	d := forkDoc{Stored: f.Store, Done: !b.Open, Exact: b.Exact, Episode: docOf(x, view, n, b.Trajectory)}
	if b.Open {
		next := canDoAt(&b.Next, nil)
		d.Next = &next
	}
	return d, nil
}

// store gives a branch its ID, appends it to the forks of the run and returns
// its row.
func (r *run) store(ctx context.Context, t *traces.Trajectory) (int, error) {
	r.forkMu.Lock()
	defer r.forkMu.Unlock()
	x, err := r.index()
	if err != nil {
		return 0, err
	}
	if err := r.refresh(ctx); err != nil {
		return 0, err
	}
	v := x.View()
	for k := 1; ; k++ {
		t.ID = fmt.Sprintf("%s~%d.%d", t.Parent, t.ForkAt, k)
		if _, err := v.Find(t.ID); errors.Is(err, index.ErrNoEpisode) {
			break
		}
	}
	if err := x.AppendFork(t); err != nil {
		return 0, notAble("the branch cannot be stored: %v", err)
	}
	if err := r.refresh(ctx); err != nil {
		return 0, err
	}
	return x.View().Find(t.ID)
}

// readBody reads a body of JSON into v. Unknown keys are errors.
func readBody(q *http.Request, v any) error {
	if kind := q.Header.Get("Content-Type"); kind != "application/json" {
		return badRequest("the content type is %q, want application/json", kind)
	}
	d := json.NewDecoder(q.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return tooLarge("the request is larger than %d bytes", maxBody)
		}
		return badRequest("the request is not the JSON that is wanted: %v", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return badRequest("there is something after the JSON object")
	}
	return nil
}
