package ors

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"stepgym/envs/serve"
)

// Protocol is the Open Reward Standard; it implements [serve.Protocol].
type Protocol struct{}

// New returns the protocol.
func New() *Protocol { return &Protocol{} }

// Name implements serve.Protocol.
func (*Protocol) Name() string { return "ors" }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "" }

// Snippet implements serve.Snippeter. The SDK leaves out the path of an address,
// so that the environment is named, and takes the address from the process's
// environment alone.
func (*Protocol) Snippet(base string) string {
	server, env := base, ""
	if i := strings.Index(base, "/envs/"); i >= 0 {
		server, env = base[:i], base[i+len("/envs/"):]
	}
	return fmt.Sprintf(snippet, server, env)
}

const snippet = `import os  # pip install openreward
os.environ["OPENREWARD_SESSION_URL"] = os.environ["OPENREWARD_API_URL"] = "%[1]s"
from openreward import OpenReward

env = OpenReward(api_key="none").environments.get("%[2]s")
with env.session(split="train", index=0) as session:
    print(session.list_tools(), *(block.text for block in session.get_prompt()))
# TRL: spec = trl.experimental.openreward.OpenRewardSpec("%[1]s", env_name="%[2]s"), then GRPOTrainer(train_dataset=spec.train_dataset,
#      environment_factory=spec.environment_factory, reward_funcs=spec.reward_funcs, ...)
`

// Mount implements serve.Protocol. The site of the root has all environments,
// another site has its own.
func (p *Protocol) Mount(site *serve.Site) {
	pl := &place{site: site, name: p.Name(), envs: []string{site.Env}}
	if site.Base == "" {
		for _, env := range site.Host.Envs() {
			if env != site.Env {
				pl.envs = append(pl.envs, env)
			}
		}
	}
	pl.learn = make([]learned, len(pl.envs))
	for route, h := range map[string]http.HandlerFunc{
		"POST /create_session":   pl.createSession,
		"POST /create":           pl.create,
		"POST /ping":             pl.ping,
		"POST /delete":           pl.delete,
		"POST /delete_session":   pl.delete,
		"GET /list_environments": pl.list,
		"GET /version":           version,
	} {
		site.Handle(route, h)
	}
	for route, h := range map[string]func(http.ResponseWriter, *http.Request, int){
		"GET tools":        pl.tools,
		"GET task_tools":   pl.taskTools,
		"GET prompt":       pl.prompt,
		"GET messages":     pl.messages,
		"GET splits":       pl.splits,
		"POST call":        pl.call,
		"POST num_tasks":   pl.numTasks,
		"POST tasks":       pl.tasks,
		"POST task":        pl.task,
		"POST task_range":  pl.taskRange,
		"POST score_group": pl.scoreGroup,
	} {
		method, path, _ := strings.Cut(route, " ")
		site.Handle(method+" /"+path, pl.redirect)
		site.Handle(method+" /{env}/"+path, pl.withEnv(h))
	}
}

// place is a site of the protocol.
type place struct {
	site  *serve.Site
	name  string    // of the protocol
	envs  []string  // the default one first
	learn []learned // tools of envs
}

// find returns the place of an environment in p.envs, whatever the case of its
// name, or -1.
func (p *place) find(name string) int {
	return slices.IndexFunc(p.envs, func(env string) bool { return strings.EqualFold(env, name) })
}

// withEnv hands a handler the environment of the path.
func (p *place) withEnv(h func(http.ResponseWriter, *http.Request, int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("env")
		i := p.find(name)
		if i < 0 {
			writeDetail(w, http.StatusNotFound, unknownEnv(name))
			return
		}
		h(w, r, i)
	}
}

// redirect sends a request without the name of an environment to the right one.
//
// Differs: the reference server always takes its first environment, so that a
// client can reach the others by their paths alone.
func (p *place) redirect(w http.ResponseWriter, r *http.Request) {
	path := p.site.Base + "/" + p.envs[p.meant(r)] + strings.TrimPrefix(r.URL.Path, p.site.Base)
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", path)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusPermanentRedirect)
}

// meant returns the environment that a request without its name is about.
func (p *place) meant(r *http.Request) int {
	if _, l, err := p.session(r); err == nil {
		if i := p.find(l.environment()); i >= 0 {
			return i
		}
	}
	return max(p.deployment(r), 0)
}

// deployment returns the environment that the header X-Deployment names, as
// "webshop" or "owner/webshop", or -1.
func (p *place) deployment(r *http.Request) int {
	name := strings.TrimSpace(r.Header.Get("X-Deployment"))
	return p.find(name[strings.LastIndexByte(name, '/')+1:])
}

// list serves /list_environments.
func (p *place) list(w http.ResponseWriter, _ *http.Request) {
	serve.WriteJSON(w, http.StatusOK, p.envs)
}

// version serves /version: that of the SDK whose protocol this is.
func version(w http.ResponseWriter, _ *http.Request) {
	serve.WriteJSON(w, http.StatusOK, struct {
		Version string  `json:"version"`
		Build   *string `json:"build_sha"`
	}{Version: "0.1.167"})
}
