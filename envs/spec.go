package envs

import (
	"encoding/json"
	"fmt"
)

// Spec is the static description of an environment.
type Spec struct {
	Name     string `json:"name"`      // "webshop"
	Version  int    `json:"version"`   // raised when dynamics or rewards change
	MaxTurns int    `json:"max_turns"` // turns before truncation; 0 means no limit

	// RewardMin and RewardMax bound the reward of one step.
	RewardMin float64 `json:"reward_min"`
	RewardMax float64 `json:"reward_max"`

	Splits           []string     `json:"splits"`          // what Tasks accepts, in order
	Tools            []ToolSchema `json:"tools,omitempty"` // callable from the start
	Nondeterministic bool         `json:"nondeterministic,omitempty"`

	// Talk says that there is a user to talk to: an action without calls is
	// something said to the user, whatever it says, and never refused.
	Talk bool `json:"talk,omitempty"`
}

// ID returns the versioned name, such as "webshop-v1".
func (s Spec) ID() string { return fmt.Sprintf("%s-v%d", s.Name, s.Version) }

// Task is one problem to solve.
type Task struct {
	ID   string `json:"id"`             // unique in its Env, such as "goal:17"
	Goal string `json:"goal,omitempty"` // what is asked, in words

	// Family names what varies little between tasks (one product, one
	// scenario). Tasks of one family are never in two of train, dev and test,
	// and samplers may draw families uniformly instead of tasks. Empty means
	// that the task is a family of its own.
	Family string `json:"family,omitempty"`

	Data json.RawMessage `json:"data,omitempty"` // the environment's own, for people and tools
}

// ToolSchema describes a callable tool.
type ToolSchema struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Params      json.RawMessage `json:"params"` // a JSON Schema of the arguments
}
