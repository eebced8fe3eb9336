package v1

import (
	"encoding/json"
	"time"

	"stepgym/envs"
	"stepgym/envs/serve"
)

// Start says which episode to play; the fields are those of session.Start.
type Start struct {
	Env      string  `json:"env,omitempty" doc:"Name of the environment; default the server's first."`
	Task     string  `json:"task,omitempty" doc:"ID of the task. Without it, index or seed pick one of the split."`
	Split    string  `json:"split,omitempty" doc:"Split that index or seed pick from; default train, or the environment's first."`
	Index    *int    `json:"index,omitempty" doc:"Place of the task in its split, from 0."`
	Seed     *uint64 `json:"seed,omitempty" doc:"Given to the environment; without task and index it picks the task too. Default 0 for a task that is named, else drawn."`
	MaxTurns int     `json:"max_turns,omitempty" doc:"Truncate after so many steps, if the environment does not do so earlier." min:"0"`
	Client   string  `json:"client_id,omitempty" doc:"The client's own name for the episode; written into the trajectory."`
}

// Show says what of an observation and a result to send. Sending less is faster.
type Show struct {
	Observation string   `json:"observation,omitempty" enum:"none,text,actions,full" doc:"How much of observations to send: nothing, the text, also the legal actions (the default), or everything."`
	Fields      []string `json:"fields,omitempty" doc:"Send these fields alone, whatever observation says: those of Observation, of Info, episode_id, reward, terminated, truncated."`
}

// Create is the body of POST /v1/episodes.
type Create struct {
	Start
	Show
	Snapshot string  `json:"snapshot_id,omitempty" doc:"Go on from this snapshot; then no task is given."`
	Lease    float64 `json:"lease_s,omitempty" doc:"Seconds without a call after which the episode is ended." min:"0"`
	Key      string  `json:"idempotency_key,omitempty" doc:"While what was made with a key is open, the key gives it again."`
	Policy   string  `json:"policy,omitempty" doc:"Name of what acts; written into the trajectory."`
}

// CreateGroup is the body of POST /v1/groups.
type CreateGroup struct {
	Create
	N int `json:"n" doc:"Number of episodes that start alike. All are made or none." min:"1"`
}

// Reset is the body of POST /v1/episodes/{id}/reset.
type Reset struct {
	Start
	Show
}

// Fork is the body of POST /v1/episodes/{id}/fork.
type Fork struct {
	Show
	N  int  `json:"n,omitempty" doc:"Number of copies, all or none; default 1." min:"0"`
	At *int `json:"at_step,omitempty" doc:"Copy the episode as it was after so many steps; default as it is." min:"0"`
}

// Renew is the body of POST /v1/episodes/{id}/renew.
type Renew struct {
	Lease float64 `json:"lease_s,omitempty" doc:"Length of the lease from now on; default as it was." min:"0"`
}

// Action is what an agent does: a text, or {"text", "calls"} where tools are called.
type Action struct{ envs.Action }

// StepItem is one step.
type StepItem struct {
	ID     string `json:"episode_id"`
	Action Action `json:"action"`
	StepID string `json:"step_id,omitempty" doc:"The step is taken once, however often it is sent with this ID: the latest one gives its answer again."`
}

// StepBatch is the body of POST /v1/step.
type StepBatch struct {
	Items []StepItem `json:"items" doc:"At most 65,536. Those of one episode are taken in order."`
	Show
	Deadline  float64 `json:"deadline_ms,omitempty" doc:"Steps whose turn has not come by then are not taken; their error is canceled." min:"0"`
	Autoreset string  `json:"autoreset,omitempty" enum:"draw,same" doc:"Start another episode where one ended: a task drawn from the split, or the same task and seed again. It is in next."`
}

// StepOne is the body of POST /v1/episodes/{id}/step.
type StepOne struct {
	Action Action `json:"action"`
	StepID string `json:"step_id,omitempty" doc:"As of an item of /v1/step."`
	Show
}

// Observation is what the agent sees. Which fields are sent Show says.
type Observation struct {
	Text     string            `json:"text,omitempty" doc:"What was said since the latest step, in one text."`
	Actions  []string          `json:"actions,omitempty" doc:"Legal actions. If actions and forms are empty before the end, any text may be tried."`
	Forms    []string          `json:"forms,omitempty" doc:"Legal actions with a free slot, such as search[<query>]."`
	Messages []envs.Message    `json:"messages,omitempty" doc:"The messages that text is made of."`
	Choices  []*envs.Choice    `json:"choices,omitempty" doc:"The legal actions, and what can be said of each."`
	Tools    []envs.ToolSchema `json:"tools,omitempty" doc:"The callable tools from here on, if they change."`
	Place    string            `json:"place,omitempty" doc:"Class of the situation."`
	Focus    string            `json:"focus,omitempty" doc:"What the observation is about."`
	Body     string            `json:"body,omitempty" doc:"The part of the text that tells of focus or place."`
	Anchor   string            `json:"anchor,omitempty" doc:"The observation without its history: what step-level grouping compares."`
	StateKey string            `json:"state_key,omitempty" doc:"Name of the true state."`
}

// Info is what else is known of a step.
type Info struct {
	Step       int                 `json:"step,omitempty" doc:"Steps taken so far."`
	Trajectory string              `json:"trajectory_id,omitempty" doc:"The record that the episode becomes."`
	Invalid    bool                `json:"invalid,omitempty" doc:"The environment refused the action."`
	Success    bool                `json:"success,omitempty" doc:"The task's own criterion is met."`
	Metrics    map[string]*float64 `json:"metrics,omitempty" doc:"Parts of the reward and other measurements."`
}

// Seen is an observation and the result that goes with it. After a start the
// reward is 0.
type Seen struct {
	Observation *Observation `json:"observation,omitempty"`
	Reward      float64      `json:"reward,omitempty"`
	Terminated  bool         `json:"terminated,omitempty" doc:"The task ended, well or badly."`
	Truncated   bool         `json:"truncated,omitempty" doc:"A limit cut it short."`
	Info        *Info        `json:"info,omitempty"`
}

// Episode is an episode at its start, or as it is now.
type Episode struct {
	ID     string `json:"episode_id"`
	Group  string `json:"group_id,omitempty"`
	Index  int    `json:"index" doc:"Place in the group, from 0."`
	Env    string `json:"env"`
	Task   string `json:"task_id"`
	Split  string `json:"split"`
	Seed   uint64 `json:"seed"`
	Parent string `json:"parent_id,omitempty" doc:"The trajectory that it branched from."`
	ForkAt int    `json:"fork_step,omitempty" doc:"After so many steps."`
	Seen
}

// Group is a group of episodes that started alike, and their forks.
type Group struct {
	ID       string        `json:"group_id"`
	Episodes []EpisodeItem `json:"episodes"`
}

// EpisodeItem is an episode, or why there is none any more: then it is written
// as Failed.
type EpisodeItem struct {
	Episode
	Error *serve.ErrorBody `json:"error,omitempty"`
}

func (EpisodeItem) forms() []any { return []any{Episode{}, Failed{}} }

// Failed is an item that has an error.
type Failed struct {
	ID    string          `json:"episode_id"`
	Error serve.ErrorBody `json:"error"`
}

// Forked is the answer to a fork.
type Forked struct {
	Episodes []EpisodeItem `json:"episodes"`
}

// Stepped is what came of a step. Where it failed it has episode_id and error
// alone, and the episode is as it was, unless the code is episode_lost.
type Stepped struct {
	ID string `json:"episode_id,omitempty"`
	Seen
	Next     *EpisodeItem     `json:"next,omitempty" doc:"The episode that autoreset started."`
	Replayed bool             `json:"replayed,omitempty" doc:"This is the stored answer to a step that was taken before."`
	Error    *serve.ErrorBody `json:"error,omitempty"`
}

// SteppedBatch is the answer to POST /v1/step, in the order of the items.
type SteppedBatch struct {
	Items []Stepped `json:"items"`
}

// EpisodeInfo is how an episode stands.
type EpisodeInfo struct {
	ID         string     `json:"episode_id"`
	Trajectory string     `json:"trajectory_id,omitempty"`
	Group      string     `json:"group_id,omitempty"`
	Index      int        `json:"index"`
	Env        string     `json:"env"`
	Protocol   string     `json:"protocol"`
	State      string     `json:"state" enum:"new,running,done"`
	Outcome    string     `json:"outcome,omitempty" enum:"success,failure,truncated,lost"`
	Task       string     `json:"task_id,omitempty"`
	Split      string     `json:"split,omitempty"`
	Seed       uint64     `json:"seed"`
	Parent     string     `json:"parent_id,omitempty"`
	ForkAt     int        `json:"fork_step,omitempty"`
	Steps      int        `json:"steps"`
	Invalid    int        `json:"invalid_steps"`
	Return     float64    `json:"return" doc:"Sum of the rewards so far."`
	Attached   bool       `json:"attached" doc:"A socket holds it."`
	Created    time.Time  `json:"created"`
	Expires    *time.Time `json:"expires,omitempty" doc:"End of the lease if nothing more is called."`
}

// EpisodeList is one page of episodes in the order of their making.
type EpisodeList struct {
	Episodes []EpisodeInfo `json:"episodes"`
	Next     uint64        `json:"next,omitempty" doc:"What to pass as after for the next page; absent after the last."`
}

// GroupInfo is how a group stands.
type GroupInfo struct {
	ID       string        `json:"group_id"`
	Episodes []EpisodeInfo `json:"episodes" doc:"Those that are open."`
}

// Closed is the answer to a deletion.
type Closed struct {
	Closed bool `json:"closed"`
}

// Renewed is the answer to a renewal.
type Renewed struct {
	ID      string    `json:"episode_id"`
	Expires time.Time `json:"expires"`
}

// Snapshot is a state kept aside.
type Snapshot struct {
	ID    string `json:"snapshot_id"`
	Bytes int    `json:"bytes"`
	Step  int    `json:"step"`
}

// Env is an environment.
type Env struct {
	Name    string    `json:"name"`
	Default bool      `json:"default"`
	Spec    envs.Spec `json:"spec"`
}

// EnvList is the answer to GET /v1/envs.
type EnvList struct {
	Envs []Env `json:"envs"`
}

// TaskList is one page of the tasks of a split.
type TaskList struct {
	Split string      `json:"split"`
	Total int         `json:"total"`
	Tasks []envs.Task `json:"tasks"`
}

// Credit is the body of POST /v1/groups/{id}/credit.
type Credit struct {
	Method     string          `json:"method" doc:"Such as gigpo, or gigpo/verl-agent for a preset."`
	Preset     string          `json:"preset,omitempty"`
	Params     json.RawMessage `json:"params,omitempty" doc:"An object laid over the preset."`
	Transforms json.RawMessage `json:"transforms,omitempty" doc:"A list of transforms of rewards."`
}

// Failure is the body of every answer with a status of 400 and more.
type Failure struct {
	Error serve.ErrorBody `json:"error"`
}
