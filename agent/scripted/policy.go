package scripted

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/agent"
	"stepgym/envs"
)

// Options configure a scripted policy.
type Options struct {
	// Env is the environment's name, envs.Spec.Name. It says which policies
	// there are.
	Env string

	// MaxTurns is the environment's turn limit, envs.Spec.MaxTurns, by which
	// some policies budget; 0 means that there is none.
	MaxTurns int

	// Prior says where things are, for explorer+prior: Prior[object][receptacle]
	// is how many of that class of object there are in a receptacle of that
	// class, on average; classes as in "mug 1" and "coffeemachine 1", without
	// the number. It comes from tasks to train on. Not modified.
	Prior map[string]map[string]float64
}

// Policy is a scripted policy. It is immutable.
type Policy struct {
	name     string
	informed bool
	start    starter
}

// starter starts a player.
type starter func(task envs.Task, seed uint64) (agent.Player, error)

// Environments that policies are written for.
const (
	shops      = "webshop"
	households = "alfworld"
)

// entry is a policy that New knows.
type entry struct {
	name string
	env  string // the environment that it is written for, "" for any that has no other of the name
	make func(o Options) (starter, error)
}

// entries lists the policies, for each environment the weakest first.
func entries() []entry {
	always := func(s starter) func(Options) (starter, error) {
		return func(Options) (starter, error) { return s, nil }
	}
	verifier := func(features bool, names func(text, attribute string) bool) func(Options) (starter, error) {
		return func(o Options) (starter, error) {
			return minded(func(t envs.Task) (mind, error) { return newVerify(t, o.MaxTurns, features, names), nil }), nil
		}
	}
	return []entry{
		{"random", "", always(startRandom)},
		{"first", shops, always(minded(func(envs.Task) (mind, error) { return &first{}, nil }))},
		{"rule", shops, always(minded(func(t envs.Task) (mind, error) { return newRule(t), nil }))},
		{"verify", shops, verifier(false, strings.Contains)},
		{"verify+features", shops, verifier(true, strings.Contains)},
		{"reader", shops, verifier(true, namesStem)},
		{"explorer", households, always(minded(func(t envs.Task) (mind, error) { return newExplorer(t, nil), nil }))},
		{"explorer+prior", households, func(o Options) (starter, error) {
			if len(o.Prior) == 0 {
				return nil, errors.New("scripted: explorer+prior needs Options.Prior: where things are in other houses")
			}
			return minded(func(t envs.Task) (mind, error) { return newExplorer(t, o.Prior), nil }), nil
		}},
		{nameExpert, shops, func(o Options) (starter, error) {
			return minded(func(t envs.Task) (mind, error) { return newExpert(t, o.MaxTurns) }), nil
		}},
		{nameExpert, "", always(startHinted)},
	}
}

const nameExpert = "expert"

// fitting returns the policies for an environment.
func fitting(env string) []entry {
	var out []entry
	for _, e := range entries() {
		if (e.env == "" || e.env == env) && !slices.ContainsFunc(out, func(f entry) bool { return f.name == e.name }) {
			out = append(out, e)
		}
	}
	return out
}

// Names returns the names of the policies for the environment of that name
// (envs.Spec.Name), the weakest first.
func Names(env string) []string {
	var out []string
	for _, e := range fitting(env) {
		out = append(out, e.name)
	}
	return out
}

// New returns the policy of that name for the environment Options.Env. One that
// there is not, or not for that environment, is an error that says so and lists
// those there are.
func New(name string, o Options) (*Policy, error) {
	for _, e := range fitting(o.Env) {
		if e.name != name {
			continue
		}
		start, err := e.make(o)
		if err != nil {
			return nil, err
		}
		return &Policy{name: name, informed: name == nameExpert, start: start}, nil
	}
	list := strings.Join(Names(o.Env), ", ")
	for _, e := range entries() {
		if e.name == name {
			return nil, fmt.Errorf("scripted: policy %q is for %s and makes nothing of %s: choose one of %s", name, e.env, orUnnamed(o.Env), list)
		}
	}
	return nil, fmt.Errorf("scripted: no policy %q: choose one of %s", name, list)
}

// orUnnamed names an environment that has no name.
func orUnnamed(env string) string {
	if env == "" {
		return "an environment without a name"
	}
	return env
}

// Name implements agent.Policy.
func (p *Policy) Name() string { return p.name }

// Version implements agent.Policy; it is always 0.
func (p *Policy) Version() int { return 0 }

// Informed implements agent.Informed: only the expert is.
func (p *Policy) Informed() bool { return p.informed }

// Play implements agent.Policy. The players are agent.Followers, and but for
// random agent.Labelers. Greedy or not makes a difference to random alone.
func (p *Policy) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	if greedy {
		seed = textSeed(task.ID)
	}
	return p.start(task, seed)
}

// Close implements agent.Policy.
func (p *Policy) Close() error { return nil }

// textSeed hashes text into a seed (FNV-1a, 64 bits).
func textSeed(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

var (
	_ agent.Policy   = (*Policy)(nil)
	_ agent.Informed = (*Policy)(nil)
)
