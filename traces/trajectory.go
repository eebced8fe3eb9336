package traces

import "stepgym/envs"

// Trajectory is the record of one episode. It is written once, when the
// episode has ended, and not changed afterwards. The JSON keys come in the
// order of the fields: small ones first, so that a reader can stop early.
type Trajectory struct {
	ID      string `json:"id"`      // unique in the run: "it12/goal:7/3"
	GroupID string `json:"group"`   // the rollouts of one task, env seed and policy version
	TaskID  string `json:"task"`    // envs.Task.ID
	Family  string `json:"family"`  // envs.Task.Family
	Env     string `json:"env"`     // envs.Spec.ID()
	Split   string `json:"split"`   // "train", "dev", "test", ...
	Policy  string `json:"policy"`  // name of the policy that acted
	Version int    `json:"version"` // its version at the first decision

	Iteration  int    `json:"iteration"`   // of the training run; -1 outside of one
	Index      int    `json:"index"`       // place within the group, from 0
	EnvSeed    uint64 `json:"env_seed"`    // given to Env.Reset
	SampleSeed uint64 `json:"sample_seed"` // given to Policy.Play

	Return     float64 `json:"return"` // undiscounted sum of rewards
	Score      float64 `json:"score"`  // the environment's dense score at the end, in [0, 1]
	Success    bool    `json:"success"`
	Terminated bool    `json:"terminated"`
	Truncated  bool    `json:"truncated"`
	Turns      int     `json:"turns"` // len(Steps)
	Invalid    int     `json:"invalid_steps"`

	// Err is the reason why the episode was lost before its end; such a
	// trajectory keeps its steps but never counts as reward 0.
	Err   string `json:"error,omitempty"`
	Stage string `json:"error_stage,omitempty"` // the boundary that failed: env, policy, tool, reward, storage

	// EvalOnly says why the episode must not be trained on: what its model read
	// and wrote is not known token by token. Empty if nothing stands against it.
	EvalOnly string `json:"eval_only,omitempty"`

	Parent string `json:"parent,omitempty"` // ID of the trajectory this one branched from
	ForkAt int    `json:"fork_at,omitempty"`

	Client *Client `json:"client,omitempty"` // who played it, if it was served

	Goal    string             `json:"goal"`
	Metrics map[string]float64 `json:"metrics,omitempty"` // of the last step

	Steps []Step       `json:"steps"`
	Final *Observation `json:"final,omitempty"` // what was seen after the last step

	Bootstrap float64 `json:"bootstrap,omitempty"` // value estimate of Final when truncated
}

// Step is one transition: what was seen, what was done, what came of it.
type Step struct {
	Observation Observation `json:"observation"`
	Action      string      `json:"action"` // envs.Action.String()
	Reward      float64     `json:"reward"`
	Terminated  bool        `json:"terminated,omitempty"`
	Truncated   bool        `json:"truncated,omitempty"`
	Invalid     bool        `json:"invalid,omitempty"`

	LogProb float64   `json:"logprob"` // of the action under the behaviour policy
	Entropy float64   `json:"entropy"`
	Value   float64   `json:"value,omitempty"`
	Tokens  int       `json:"tokens"` // written by the model for this action
	Options []string  `json:"options,omitempty"`
	Probs   []float32 `json:"probs,omitempty"` // over Options
	Raw     string    `json:"raw,omitempty"`   // what the model wrote, if it writes

	// Call is the call of a language model that wrote Raw; nil if there was none.
	Call *Call `json:"call,omitempty"`

	// Advantages holds the credit that training gave this step, by method.
	// Derived: it may be recomputed from the rest at any time.
	Advantages map[string]float64 `json:"advantages,omitempty"`

	Metrics map[string]float64 `json:"metrics,omitempty"`
}

// Observation is what is kept of an envs.Observation.
type Observation struct {
	Text   string `json:"text"`
	Anchor string `json:"anchor,omitempty"` // empty when equal to Text
	State  string `json:"state"`            // envs.Observation.StateKey
	Place  string `json:"place,omitempty"`
	Focus  string `json:"focus,omitempty"`
}

// Observe keeps of o what a trajectory needs.
func Observe(o envs.Observation) Observation {
	k := Observation{Text: o.Text(), Anchor: o.Anchor, State: o.StateKey, Place: o.Place, Focus: o.Focus}
	if k.Anchor == k.Text {
		k.Anchor = ""
	}
	return k
}

// AnchorText returns what the papers group by: the observation without history.
func (o Observation) AnchorText() string { return o.key(false) }

// Group is the trajectories of one (task, env seed) under one policy version.
type Group struct {
	ID           string
	Trajectories []*Trajectory
}
