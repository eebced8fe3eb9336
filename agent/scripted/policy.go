package scripted

import (
	"fmt"
	"slices"
	"strings"

	"stepgym/agent"
	"stepgym/envs"
)

// Options configure a scripted policy.
type Options struct {
	// MaxTurns is the environment's turn limit, envs.Spec.MaxTurns, by which
	// some policies budget; 0 means that there is none.
	MaxTurns int
}

// Policy is a scripted policy. It is immutable.
type Policy struct {
	name     string
	informed bool
	start    func(task envs.Task, seed uint64) (agent.Player, error)
}

// Names returns the names that New knows, weakest policy first.
func Names() []string {
	return []string{"random", "first", "rule", "verify", "verify+features", "reader", "expert"}
}

// New returns the policy of that name. An unknown name is an error that lists
// the known ones.
func New(name string, o Options) (*Policy, error) {
	p := &Policy{name: name}
	switch name {
	case "random":
		p.start = startRandom
	case "first":
		p.start = minded(func(envs.Task) (mind, error) { return &first{}, nil })
	case "rule":
		p.start = minded(func(t envs.Task) (mind, error) { return newRule(t), nil })
	case "verify", "verify+features":
		features := name == "verify+features"
		p.start = minded(func(t envs.Task) (mind, error) { return newVerify(t, o.MaxTurns, features, strings.Contains), nil })
	case "reader":
		p.start = minded(func(t envs.Task) (mind, error) { return newVerify(t, o.MaxTurns, true, namesStem), nil })
	case "expert":
		p.informed = true
		p.start = minded(func(t envs.Task) (mind, error) { return newExpert(t, o.MaxTurns) })
	default:
		return nil, fmt.Errorf("scripted: no policy %q: choose one of %s", name, strings.Join(Names(), ", "))
	}
	return p, nil
}

// Known reports whether New knows the name.
func Known(name string) bool { return slices.Contains(Names(), name) }

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
