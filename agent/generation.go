package agent

import (
	"encoding/json"
	"errors"
	"time"

	"stepgym/envs"
)

// Level is how much of a model's own view of a text is known. Below
// [LevelTokens] nothing can be trained on: text that is tokenised a second time
// need not give the tokens that were sampled.
type Level string

// The levels, the most first.
const (
	LevelTokens   Level = "tokens"   // ids of prompt and completion, log-probabilities of the completion
	LevelLogProbs Level = "logprobs" // log-probabilities without ids
	LevelText     Level = "text"     // the text alone
)

// Sampling is how a completion was drawn.
type Sampling struct {
	Temperature float64  `json:"temperature"`
	Seed        uint64   `json:"seed"`
	MaxTokens   int      `json:"max_tokens,omitempty"` // 0: the endpoint's own limit
	Stop        []string `json:"stop,omitempty"`
}

// Generation is one call of a language model: what it read and what it wrote, in
// its own tokens. It is not modified after the decision that carries it.
//
// The calls of an episode are cut into sequences, numbered from 0. A call goes
// on with the sequence of the one before it exactly if the ids of its whole
// prompt begin with all the ids of that sequence; otherwise, and without ids, it
// starts a new one. A sequence therefore is, call after call, Prompt followed by
// Completion, and its sampled ids are those of the completions.
type Generation struct {
	Level    Level
	Sequence int

	// Prompt are the ids that the call added to its sequence before the
	// completion: all of the prompt where the sequence begins. Completion are
	// the ids that were sampled. Both are nil below LevelTokens.
	Prompt, Completion []int32

	// LogProbs are the natural logarithms of the probabilities of the sampled
	// tokens, one for each; nil at LevelText.
	LogProbs []float64

	// PromptTokens and CompletionTokens count the whole prompt and the
	// completion, as far as the endpoint says; 0 if unknown.
	PromptTokens, CompletionTokens int

	Finish   string // why the completion ended: "stop", "length", "tool_calls", ...
	Model    string // as the endpoint names it
	Sampling Sampling
	Latency  time.Duration // of the attempt that was answered
	Attempts int           // calls made, those that had to be repeated included

	// Messages are those that the call added to the conversation; where every
	// call starts a new one, all of it.
	Messages []envs.Message

	// EvalOnly says why the call must not be trained on: its ids are not known,
	// or the log-probabilities are not those that it was drawn by. Empty if
	// nothing stands against it.
	EvalOnly string

	// Fault says what was wrong with the form of the answer, see
	// Decision.Malformed.
	Fault string

	// Extra is what the endpoint said beyond the fields known here.
	Extra map[string]json.RawMessage
}

// ErrContext is wrapped by Act where the conversation does not fit the model's
// context any more. That is no fault of the endpoint but a limit, and cuts the
// episode off as a limit of turns does.
var ErrContext = errors.New("agent: the conversation does not fit the model's context")

// Addressed is implemented by players that need to know which episode they are
// part of: for a model behind a URL of its own for each.
type Addressed interface {
	Player

	// TakeID gives the player the ID of its episode (traces.Trajectory.ID). Who
	// plays the episode calls it once, before the first Act.
	TakeID(id string)
}
