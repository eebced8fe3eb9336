package export

import (
	"encoding/json"
	"strconv"

	"stepgym/envs"
	"stepgym/traces"
)

// act returns the action of step i. Every call has an ID, made of the step's
// number where the agent gave none.
func act(t *traces.Trajectory, i int) envs.Action {
	a := envs.ParseAction(t.Steps[i].Action)
	for k := range a.Calls {
		if a.Calls[k].ID == "" {
			a.Calls[k].ID = "call_" + strconv.Itoa(i) + "_" + strconv.Itoa(k)
		}
	}
	return a
}

// written returns what the agent wrote at step i: the model's words if they are
// known, else the action.
func written(t *traces.Trajectory, i int, a *envs.Action) string {
	if raw := t.Steps[i].Raw; raw != "" {
		return raw
	}
	return a.Text
}

// after returns what was seen after step i; false if the episode was lost there.
func after(t *traces.Trajectory, i int) (text string, ok bool) {
	switch {
	case i+1 < len(t.Steps):
		return t.Steps[i+1].Observation.Text, true
	case t.Final != nil:
		return t.Final.Text, true
	}
	return "", false
}

// before returns what was seen first.
func before(t *traces.Trajectory) string {
	switch {
	case len(t.Steps) > 0:
		return t.Steps[0].Observation.Text
	case t.Final != nil:
		return t.Final.Text
	}
	return t.Goal
}

// arguments returns the arguments of a call as an object.
func arguments(c *envs.ToolCall) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if json.Unmarshal(c.Args, &out) != nil || out == nil {
		return map[string]json.RawMessage{"value": c.Args}
	}
	return out
}

// Extra is what the formats have no place for.
type Extra struct {
	GroupID    string             `json:"group_id,omitempty"`
	TaskID     string             `json:"task_id"`
	Family     string             `json:"family,omitempty"`
	Env        string             `json:"env"`
	Split      string             `json:"split,omitempty"`
	Index      int                `json:"index"`
	Iteration  int                `json:"iteration"`
	EnvSeed    uint64             `json:"env_seed"`
	SampleSeed uint64             `json:"sample_seed"`
	Return     float64            `json:"return"`
	Score      float64            `json:"score"`
	Success    bool               `json:"success"`
	Terminated bool               `json:"terminated"`
	Truncated  bool               `json:"truncated"`
	Invalid    int                `json:"invalid_steps"`
	Err        string             `json:"error,omitempty"`
	Stage      string             `json:"error_stage,omitempty"`
	EvalOnly   string             `json:"eval_only,omitempty"`
	Parent     string             `json:"parent,omitempty"`
	ForkAt     int                `json:"fork_at,omitempty"`
	Metrics    map[string]float64 `json:"metrics,omitempty"`
	Client     *traces.Client     `json:"client,omitempty"`
}

func extraOf(t *traces.Trajectory) Extra {
	return Extra{
		GroupID: t.GroupID, TaskID: t.TaskID, Family: t.Family, Env: t.Env, Split: t.Split, Index: t.Index, Iteration: t.Iteration,
		EnvSeed: t.EnvSeed, SampleSeed: t.SampleSeed, Return: t.Return, Score: t.Score, Success: t.Success,
		Terminated: t.Terminated, Truncated: t.Truncated, Invalid: t.Invalid, Err: t.Err, Stage: t.Stage, EvalOnly: t.EvalOnly,
		Parent: t.Parent, ForkAt: t.ForkAt, Metrics: t.Metrics, Client: t.Client,
	}
}

// StepExtra is what the formats have no place for in a step.
type StepExtra struct {
	Reward     float64            `json:"reward"`
	Invalid    bool               `json:"invalid,omitempty"`
	Terminated bool               `json:"terminated,omitempty"`
	Truncated  bool               `json:"truncated,omitempty"`
	Action     string             `json:"action"`
	State      string             `json:"state"` // before the action
	LogProb    float64            `json:"logprob,omitempty"`
	Entropy    float64            `json:"entropy,omitempty"`
	Value      float64            `json:"value,omitempty"`
	Advantages map[string]float64 `json:"advantages,omitempty"`
	Metrics    map[string]float64 `json:"metrics,omitempty"`
}

func stepExtraOf(s *traces.Step) *StepExtra {
	return &StepExtra{
		Reward: s.Reward, Invalid: s.Invalid, Terminated: s.Terminated, Truncated: s.Truncated, Action: s.Action, State: s.Observation.State,
		LogProb: s.LogProb, Entropy: s.Entropy, Value: s.Value, Advantages: s.Advantages, Metrics: s.Metrics,
	}
}
