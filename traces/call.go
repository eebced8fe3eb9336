package traces

import (
	"encoding/json"

	"stepgym/envs"
)

// Call is the call of a language model behind a step: what it read and wrote, in
// its own tokens. In JSON, small fields first:
//
//	{"level":"tokens","sequence":0,"model":"m","finish":"stop",
//	 "sampling":{"temperature":1,"seed":7,"max_tokens":512},
//	 "prompt_tokens":120,"completion_tokens":3,"latency_ms":81.5,"attempts":1,
//	 "prompt_ids":[1,2],"completion_ids":[3,4,5],"logprobs":[-0.1,-2,-0.5],
//	 "messages":[{"role":"user","content":"..."}],"extra":{"system_fingerprint":"f"}}
//
// prompt_ids are those that the call added to its sequence before the completion,
// not all that the model read: the ids of a sequence are prompt_ids and
// completion_ids of its calls, one call after the other; see [Trajectory.Sequences].
type Call struct {
	Level    string `json:"level"`    // what is known: "tokens", "logprobs" or "text"
	Sequence int    `json:"sequence"` // of the episode, from 0
	Model    string `json:"model,omitempty"`
	Finish   string `json:"finish,omitempty"`    // why the completion ended, as the endpoint says
	EvalOnly string `json:"eval_only,omitempty"` // why it must not be trained on; empty if it may
	Fault    string `json:"fault,omitempty"`     // what was wrong with the form of what was written

	Sampling Sampling `json:"sampling"`

	PromptTokens     int     `json:"prompt_tokens,omitempty"` // of the whole prompt; 0 if unknown
	CompletionTokens int     `json:"completion_tokens,omitempty"`
	LatencyMS        float64 `json:"latency_ms"` // of the attempt that was answered
	Attempts         int     `json:"attempts"`   // those that had to be repeated included

	PromptIDs     []int32   `json:"prompt_ids,omitempty"`
	CompletionIDs []int32   `json:"completion_ids,omitempty"`
	LogProbs      []float64 `json:"logprobs,omitempty"` // natural logarithms, of the sampled tokens

	// Messages are those that the call added to the conversation, or the whole
	// of a conversation that it began. Kept where the run keeps everything.
	Messages []envs.Message `json:"messages,omitempty"`

	Extra map[string]json.RawMessage `json:"extra,omitempty"` // further fields of the answer
}

// Sampling is how a completion was drawn.
type Sampling struct {
	Temperature float64  `json:"temperature"`
	Seed        uint64   `json:"seed"`
	MaxTokens   int      `json:"max_tokens,omitempty"`
	Stop        []string `json:"stop,omitempty"`
}

// Sequence is tokens as a model saw them in one go: the unit of training.
// The slices have one entry for each token.
type Sequence struct {
	IDs      []int32
	LogProbs []float64 // 0 where the token was not sampled
	Steps    []int     // the step that sampled the token; -1 for those of prompts
}

// Sequences puts together the token sequences of the episode, in order. There
// are none where a call without ids is among its steps, for then the episode
// cannot be trained on. A call whose log-probabilities do not fit its ids counts
// as one without ids.
func (t *Trajectory) Sequences() []Sequence {
	var out []Sequence
	last := -1
	for i := range t.Steps {
		c := t.Steps[i].Call
		if c == nil || c.Level != "tokens" || len(c.LogProbs) != len(c.CompletionIDs) {
			return nil
		}
		if len(out) == 0 || c.Sequence != last {
			out = append(out, Sequence{})
			last = c.Sequence
		}
		s := &out[len(out)-1]
		s.IDs = append(append(s.IDs, c.PromptIDs...), c.CompletionIDs...)
		s.LogProbs = append(append(s.LogProbs, make([]float64, len(c.PromptIDs))...), c.LogProbs...)
		for range c.PromptIDs {
			s.Steps = append(s.Steps, -1)
		}
		for range c.CompletionIDs {
			s.Steps = append(s.Steps, i)
		}
	}
	return out
}
