package viewer

import (
	"context"
	"strings"

	"stepgym/envs"
	"stepgym/traces"
)

// Worlds is what a viewer knows of environments beyond what was recorded. The
// caller, who knows environments and policies, fills it in; what is nil is not
// offered. The functions are called by many goroutines at a time.
//
// env is an envs.Spec.ID, such as "webshop-v1": see [EnvName].
type Worlds struct {
	// Classifier returns what says why episodes of env failed, nil if nothing
	// does.
	Classifier func(env string) envs.Classifier

	// Open opens env as it was when the run was made. The viewer closes it.
	Open func(ctx context.Context, m traces.Manifest, env string) (envs.Env, error)

	// Players lists the policies that can go on with an episode of env.
	Players func(env string) []string

	// Play starts the player called name, one of Players, at the beginning of an
	// episode of task. ep is that episode, for players that go by its hints.
	Play func(env envs.Env, name string, task envs.Task, seed uint64, ep envs.Episode) (Player, error)
}

// Player decides what to do in one episode. It is used by one goroutine.
type Player interface {
	// Act decides about the episode's next observation. Every observation is
	// shown once, in order; what the player decides need not be what is done.
	Act(ctx context.Context, o envs.Observation) (Decision, error)

	// Close ends the player.
	Close()
}

// Decision is what a player decided and how it came to it.
type Decision struct {
	Action                  envs.Action
	LogProb, Entropy, Value float64 // as in traces.Step

	Options []envs.Action // nil if it has no distribution
	Probs   []float32     // over Options

	Tokens int
	Raw    string
}

// EnvName returns the name in an envs.Spec.ID: "webshop" of "webshop-v1".
func EnvName(id string) string {
	if i := strings.LastIndex(id, "-v"); i > 0 && strings.Trim(id[i+2:], "0123456789") == "" {
		return id[:i]
	}
	return id
}

// ForkRequest says how to branch off an episode.
type ForkRequest struct {
	ID       string   `json:"id"`                  // of the episode
	Step     int      `json:"step"`                // steps that it has in common with the branch
	Actions  []string `json:"actions"`             // taken from there on
	Policy   string   `json:"policy,omitempty"`    // then this one of Worlds.Players goes on to the end; "" for nobody
	Seed     uint64   `json:"seed,omitempty"`      // of the policy
	MaxTurns int      `json:"max_turns,omitempty"` // of the whole branch; 0 leaves it to the environment
	Store    bool     `json:"store"`
}

// ForkResult is a branch.
type ForkResult struct {
	// Trajectory is the branch from the start on. It has no ID yet; its Parent
	// and ForkAt are set. One that has not ended is truncated.
	Trajectory *traces.Trajectory

	// Open says that the branch has not ended, and Next is what can be done then.
	Open bool
	Next envs.Observation

	// Exact is false if the replay of the common steps saw something else than
	// was recorded: the environment is of other data or another version.
	Exact bool
}
