package v1

import (
	"net/http"
	"strconv"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// page is how many a list holds if the request does not say.
const page = 1000

func infoOf(i *session.Info) EpisodeInfo {
	out := EpisodeInfo{
		ID: i.ID, Trajectory: i.Episode, Group: i.Group, Index: i.Index, Env: i.Env, Protocol: i.Protocol,
		State: string(i.State), Outcome: string(i.Outcome), Task: i.Task, Split: i.Split, Seed: i.Seed,
		Parent: i.Parent, ForkAt: i.ForkStep, Steps: i.Steps, Invalid: i.Invalid, Return: i.Return,
		Attached: i.Attached, Created: i.Created.UTC(),
	}
	if !i.Expires.IsZero() {
		ends := i.Expires.UTC()
		out.Expires = &ends
	}
	return out
}

func (p *place) get(r *http.Request) (any, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	i := s.Info()
	return infoOf(&i), nil
}

// whole reads a whole number from the query.
func whole(r *http.Request, name string, or uint64) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return or, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, invalid("%s is %q, want a whole number of at least 0", name, text)
	}
	return n, nil
}

func oneOf(name, value string, words ...string) error {
	for _, w := range words {
		if value == w {
			return nil
		}
	}
	return invalid("%s is %q, want one of %q", name, value, words[1:])
}

func (p *place) list(r *http.Request) (any, error) {
	q := r.URL.Query()
	f := session.Filter{
		Env: q.Get("env"), Group: q.Get("group"), Protocol: q.Get("protocol"),
		State: session.State(q.Get("state")), Outcome: session.Outcome(q.Get("outcome")),
	}
	if err := oneOf("state", q.Get("state"), "", "new", "running", "done"); err != nil {
		return nil, err
	}
	if err := oneOf("outcome", q.Get("outcome"), "", "success", "failure", "truncated", "lost"); err != nil {
		return nil, err
	}
	after, err := whole(r, "after", 0)
	if err != nil {
		return nil, err
	}
	limit, err := whole(r, "limit", page)
	if err != nil {
		return nil, err
	}
	f.After, f.Limit = after, int(min(max(limit, 1), 10*page))
	infos := p.site.Host.List(serve.Owner(r.Context()), f)
	out := EpisodeList{Episodes: make([]EpisodeInfo, len(infos))}
	for k := range infos {
		out.Episodes[k] = infoOf(&infos[k])
	}
	if n := len(infos); n == f.Limit {
		out.Next = infos[n-1].Number + 1
	}
	return out, nil
}

func (p *place) getGroup(r *http.Request) (any, error) {
	g, err := p.site.Host.Group(serve.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	infos := p.site.Host.List(serve.Owner(r.Context()), session.Filter{Group: g.ID()})
	out := GroupInfo{ID: g.ID(), Episodes: make([]EpisodeInfo, len(infos))}
	for k := range infos {
		out.Episodes[k] = infoOf(&infos[k])
	}
	return out, nil
}

func (p *place) envs(*http.Request) (any, error) {
	out := EnvList{Envs: []Env{}}
	for _, name := range p.site.Host.Envs() {
		e, err := p.envOf(name)
		if err != nil {
			return nil, err
		}
		out.Envs = append(out.Envs, e)
	}
	return out, nil
}

func (p *place) envOf(name string) (Env, error) {
	e, err := p.site.Host.Env(name)
	if err != nil {
		return Env{}, err
	}
	return Env{Name: name, Default: name == p.site.Host.Default(), Spec: e.Spec()}, nil
}

func (p *place) env(r *http.Request) (any, error) { return p.envOf(r.PathValue("env")) }

func (p *place) tasks(r *http.Request) (any, error) {
	e, err := p.envOf(r.PathValue("env"))
	if err != nil {
		return nil, err
	}
	split := r.URL.Query().Get("split")
	if split == "" && len(e.Spec.Splits) > 0 {
		split = e.Spec.Splits[0]
	}
	offset, err := whole(r, "offset", 0)
	if err != nil {
		return nil, err
	}
	limit, err := whole(r, "limit", page)
	if err != nil {
		return nil, err
	}
	all, err := p.site.Host.Tasks(e.Name, split)
	if err != nil {
		return nil, err
	}
	from := min(offset, uint64(len(all)))
	to := from + min(limit, uint64(10*page), uint64(len(all))-from)
	return TaskList{Split: split, Total: len(all), Tasks: all[from:to]}, nil
}
