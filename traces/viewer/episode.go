package viewer

import (
	"net/http"
	"strconv"

	"stepgym/envs"
	"stepgym/traces"
	"stepgym/traces/index"
)

// episodeDoc is an episode with its steps.
type episodeDoc struct {
	Version int `json:"version"`
	episodeRow
	Env        string              `json:"env"`
	SampleSeed string              `json:"sample_seed"`
	Stage      string              `json:"stage,omitempty"`
	EvalOnly   string              `json:"eval_only,omitempty"`
	Client     *traces.Client      `json:"client,omitempty"`
	Metrics    map[string]num      `json:"metrics,omitempty"`
	Bootstrap  num                 `json:"bootstrap,omitempty"`
	Siblings   []string            `json:"siblings"`
	Children   []childRow          `json:"children"`
	Prev       string              `json:"prev,omitempty"` // neighbours in the order written
	Next       string              `json:"next,omitempty"`
	Failure    *failureDoc         `json:"failure,omitempty"`
	Steps      []stepDoc           `json:"steps"`
	Final      *traces.Observation `json:"final,omitempty"`
}

type childRow struct {
	ID     string `json:"id"`
	ForkAt int    `json:"fork_at"`
	Fork   bool   `json:"fork,omitempty"`
}

type failureDoc struct {
	Class string `json:"class"`
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

// stepDoc is a step.
type stepDoc struct {
	T           int                `json:"t"`
	Observation traces.Observation `json:"observation"`
	Action      string             `json:"action"`
	Calls       []envs.ToolCall    `json:"calls,omitempty"`
	Reward      num                `json:"reward"`
	Return      num                `json:"return"` // undiscounted, from here on
	Terminated  bool               `json:"terminated,omitempty"`
	Truncated   bool               `json:"truncated,omitempty"`
	Invalid     bool               `json:"invalid,omitempty"`
	LogProb     num                `json:"logprob"`
	Entropy     num                `json:"entropy"`
	Value       *num               `json:"value,omitempty"`
	Tokens      int                `json:"tokens"`
	Raw         string             `json:"raw,omitempty"`
	Metrics     map[string]num     `json:"metrics,omitempty"`
	Options     []optionDoc        `json:"options,omitempty"`
	Advantages  map[string]num     `json:"advantages,omitempty"`
	Call        *callDoc           `json:"call,omitempty"`
}

// optionDoc is an action that the policy weighed.
type optionDoc struct {
	Action string   `json:"action"`
	Prob   *float32 `json:"prob,omitempty"`
}

// callDoc is the call of a language model.
type callDoc struct {
	Level            string         `json:"level"`
	Sequence         int            `json:"sequence"`
	Model            string         `json:"model,omitempty"`
	Finish           string         `json:"finish,omitempty"`
	EvalOnly         string         `json:"eval_only,omitempty"`
	Fault            string         `json:"fault,omitempty"`
	Temperature      num            `json:"temperature"`
	Seed             string         `json:"seed"`
	MaxTokens        int            `json:"max_tokens,omitempty"`
	PromptTokens     int            `json:"prompt_tokens,omitempty"`
	CompletionTokens int            `json:"completion_tokens,omitempty"`
	LatencyMS        num            `json:"latency_ms"`
	Attempts         int            `json:"attempts"`
	PromptIDs        []int32        `json:"prompt_ids,omitempty"`
	CompletionIDs    []int32        `json:"completion_ids,omitempty"`
	LogProbs         []num          `json:"logprobs,omitempty"`
	Messages         []envs.Message `json:"messages,omitempty"`
}

func getEpisode(r *run, q *http.Request) (any, error) {
	id := q.URL.Query().Get("id")
	if id == "" {
		return nil, badRequest("id is missing: which episode?")
	}
	x, err := r.index()
	if err != nil {
		return nil, err
	}
	v := x.View()
	n, err := v.Find(id)
	if err != nil {
		return nil, err
	}
	t, err := v.Load(n)
	if err != nil {
		return nil, err
	}
	return docOf(x, v, n, t), nil
}

// docOf puts together what is known of an episode. n is its row, -1 if it is
// not stored.
func docOf(x *index.Index, v *index.View, n int, t *traces.Trajectory) *episodeDoc {
	d := &episodeDoc{
		Version: v.Version, Env: t.Env, SampleSeed: strconv.FormatUint(t.SampleSeed, 10), Stage: t.Stage, EvalOnly: t.EvalOnly,
		Client: t.Client, Metrics: numMap(t.Metrics), Bootstrap: num(t.Bootstrap), Siblings: []string{}, Children: []childRow{},
		Steps: stepDocs(t.Steps), Final: t.Final,
	}
	if n >= 0 {
		d.place(v, n)
	} else {
		d.episodeRow = rowOfTrajectory(t)
	}
	if class := x.Classify(t); class != "" {
		d.Class = &class
		d.Failure = &failureDoc{Class: class}
		for _, c := range x.Classes() {
			if c.Name == class {
				d.Failure.Title, d.Failure.Desc = c.Title, c.About
			}
		}
	}
	return d
}

// maxGroup is how many episodes a group may have to be shown as one.
const maxGroup = 512

// place fills in what is around a stored episode.
func (d *episodeDoc) place(v *index.View, n int) {
	d.episodeRow = rowOf(v, n)
	if d.Group != "" {
		siblings := v.Group(d.Group)
		for _, s := range siblings[:min(len(siblings), maxGroup)] {
			d.Siblings = append(d.Siblings, v.Rows[s].ID)
		}
	}
	children := v.Children(d.ID)
	for _, c := range children[:min(len(children), maxGroup)] {
		d.Children = append(d.Children, childRow{v.Rows[c].ID, v.Rows[c].ForkAt, v.Rows[c].Fork})
	}
	if n > 0 {
		d.Prev = v.Rows[n-1].ID
	}
	if n+1 < len(v.Rows) {
		d.Next = v.Rows[n+1].ID
	}
}

// rowOfTrajectory describes an episode that is not stored.
func rowOfTrajectory(t *traces.Trajectory) episodeRow {
	r := index.Row{Err: t.Err, Success: t.Success, Terminated: t.Terminated, Truncated: t.Truncated}
	at := t.ForkAt
	return episodeRow{
		N: -1, ID: t.ID, Group: t.GroupID, Task: t.TaskID, Family: t.Family, Split: t.Split, Policy: t.Policy, PolicyVersion: t.Version,
		Iteration: t.Iteration, Index: t.Index, EnvSeed: strconv.FormatUint(t.EnvSeed, 10), Return: num(t.Return), Score: num(t.Score),
		Turns: t.Turns, Invalid: t.Invalid, Outcome: r.Outcome(), Error: t.Err, Parent: t.Parent, ForkAt: &at, Fork: true, Goal: t.Goal,
	}
}

func stepDocs(steps []traces.Step) []stepDoc {
	out := make([]stepDoc, len(steps))
	ret := 0.0
	for i := len(steps) - 1; i >= 0; i-- {
		s := &steps[i]
		ret += s.Reward
		out[i] = stepDoc{
			T: i, Observation: s.Observation, Action: s.Action, Calls: envs.ParseAction(s.Action).Calls, Reward: num(s.Reward), Return: num(ret),
			Terminated: s.Terminated, Truncated: s.Truncated, Invalid: s.Invalid, LogProb: num(s.LogProb), Entropy: num(s.Entropy),
			Tokens: s.Tokens, Raw: s.Raw, Metrics: numMap(s.Metrics), Advantages: numMap(s.Advantages), Options: optionsOf(s), Call: callOf(s.Call),
		}
		if s.Value != 0 {
			value := num(s.Value)
			out[i].Value = &value
		}
	}
	return out
}

func numMap(m map[string]float64) map[string]num {
	if m == nil {
		return nil
	}
	out := make(map[string]num, len(m))
	for k, x := range m {
		out[k] = num(x)
	}
	return out
}

func optionsOf(s *traces.Step) []optionDoc {
	if len(s.Options) == 0 {
		return nil
	}
	out := make([]optionDoc, len(s.Options))
	for i, a := range s.Options {
		out[i].Action = a
		if len(s.Probs) == len(s.Options) {
			out[i].Prob = &s.Probs[i]
		}
	}
	return out
}

func callOf(c *traces.Call) *callDoc {
	if c == nil {
		return nil
	}
	return &callDoc{
		Level: c.Level, Sequence: c.Sequence, Model: c.Model, Finish: c.Finish, EvalOnly: c.EvalOnly, Fault: c.Fault,
		Temperature: num(c.Sampling.Temperature), Seed: strconv.FormatUint(c.Sampling.Seed, 10), MaxTokens: c.Sampling.MaxTokens,
		PromptTokens: c.PromptTokens, CompletionTokens: c.CompletionTokens, LatencyMS: num(c.LatencyMS), Attempts: c.Attempts,
		PromptIDs: c.PromptIDs, CompletionIDs: c.CompletionIDs, LogProbs: nums(c.LogProbs), Messages: c.Messages,
	}
}
