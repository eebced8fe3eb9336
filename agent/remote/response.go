package remote

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"stepgym/agent"
	"stepgym/agent/prompt"
)

// response is an answer, as far as it is read.
type response struct {
	Model     string   `json:"model"`
	PromptIDs []int32  `json:"prompt_token_ids"`
	Choices   []choice `json:"choices"`
	Usage     struct {
		Prompt     int `json:"prompt_tokens"`
		Completion int `json:"completion_tokens"`
	} `json:"usage"`

	extra map[string]json.RawMessage
}

type choice struct {
	Message   answer  `json:"message"`
	Finish    string  `json:"finish_reason"`
	PromptIDs []int32 `json:"prompt_token_ids"` // where an endpoint gives them by choice
	IDs       []int32 `json:"token_ids"`
	LogProbs  struct {
		Content []scored `json:"content"`
	} `json:"logprobs"`
}

type answer struct {
	Content   content      `json:"content"`
	Reasoning string       `json:"reasoning"`
	Reasoned  string       `json:"reasoning_content"`
	Calls     []answerCall `json:"tool_calls"`
}

type answerCall struct {
	ID       string `json:"id"`
	Function struct {
		Name      string    `json:"name"`
		Arguments arguments `json:"arguments"`
	} `json:"function"`
}

// scored is a token of the completion.
type scored struct {
	Token   string   `json:"token"`
	LogProb *float64 `json:"logprob"`
}

// content is text, or the text of its parts.
type content string

// UnmarshalJSON reads a string, null, or a list of parts with texts.
func (c *content) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		var parts []struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(b, &parts); err != nil {
			return err
		}
		for _, p := range parts {
			*c += content(p.Text)
		}
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*c = content(s)
	return nil
}

// arguments is JSON in a string, or, as some endpoints have it, plainly.
type arguments string

// UnmarshalJSON reads either form.
func (a *arguments) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '"' && string(b) != "null" {
		*a = arguments(b)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*a = arguments(s)
	return nil
}

// maxExtra bounds the bytes that are kept of one unknown field.
const maxExtra = 1 << 10

// parseResponse reads an answer. Fields it does not know are kept where they are
// small.
func parseResponse(body []byte) (*response, error) {
	r := &response{}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("the answer is not a chat completion: %w", err)
	}
	if len(r.Choices) == 0 {
		return nil, fmt.Errorf("the answer has no choices: %s", complaint(body))
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fmt.Errorf("the answer is not a chat completion: %w", err)
	}
	for _, known := range []string{"model", "prompt_token_ids", "choices", "usage", "object", "created", "id"} {
		delete(all, known)
	}
	for key, value := range all {
		if len(key)+len(value) <= maxExtra && string(value) != "null" && len(r.extra) < 32 {
			if r.extra == nil {
				r.extra = map[string]json.RawMessage{}
			}
			r.extra[key] = slices.Clone(value)
		}
	}
	return r, nil
}

// reply is what the model wrote.
func (r *response) reply() prompt.Reply {
	m := r.Choices[0].Message
	out := prompt.Reply{Text: string(m.Content), Reasoned: m.Reasoning+m.Reasoned != ""}
	for i, c := range m.Calls {
		id := c.ID
		if id == "" { // what is not named cannot be answered
			id = "call_" + strconv.Itoa(i)
		}
		out.Calls = append(out.Calls, prompt.Call{ID: id, Name: c.Function.Name, Arguments: string(c.Function.Arguments)})
	}
	return out
}

// tokens is what an answer says about the tokens of prompt and completion.
type tokens struct {
	level              agent.Level
	prompt, completion []int32
	logProbs           []float64
	missing            string // why the level is not LevelTokens
}

// tokens reads ids and log-probabilities and checks them against each other.
func (r *response) tokens() tokens {
	c := r.Choices[0]
	t := tokens{level: agent.LevelText}
	if t.logProbs, t.missing = logProbs(c.LogProbs.Content); t.missing != "" {
		return t
	}
	ids := c.IDs
	spelled, spells := spelledIDs(c.LogProbs.Content)
	if ids == nil && spells {
		ids = spelled
	}
	prompt := r.PromptIDs
	if prompt == nil {
		prompt = c.PromptIDs
	}
	empty := ids != nil && len(ids) == 0 && len(prompt) > 0 // an answer of no tokens, all of which are known
	if len(t.logProbs) == 0 && !empty {
		t.logProbs, t.missing = nil, "the endpoint gives no log-probabilities"
		return t
	}
	t.level = agent.LevelLogProbs
	switch {
	case ids == nil || len(prompt) == 0:
		t.missing = "the endpoint gives no token ids"
	case len(ids) != len(t.logProbs):
		t.missing = fmt.Sprintf("the endpoint gives %d token ids but %d log-probabilities", len(ids), len(t.logProbs))
	case spells && !slices.Equal(ids, spelled):
		t.missing = "the endpoint gives two different lists of token ids"
	case negative(ids) || negative(prompt):
		t.missing = "the endpoint gives a token id below 0"
	default:
		t.level, t.prompt, t.completion = agent.LevelTokens, prompt, ids
	}
	return t
}

// logProbs returns the log-probabilities of the tokens, or what is wrong with
// them.
func logProbs(content []scored) ([]float64, string) {
	out := make([]float64, len(content))
	for i, s := range content {
		const rounding = 1e-3
		if s.LogProb == nil || math.IsNaN(*s.LogProb) || *s.LogProb > rounding {
			return nil, fmt.Sprintf("the endpoint gives no log-probability for token %d", i)
		}
		out[i] = min(*s.LogProb, 0)
	}
	return out, ""
}

// spelledIDs returns the ids of tokens that are written as "token_id:17"; ok is
// false if one is not.
func spelledIDs(content []scored) (ids []int32, ok bool) {
	for _, s := range content {
		text, found := strings.CutPrefix(s.Token, "token_id:")
		id, err := strconv.ParseInt(text, 10, 32)
		if !found || err != nil {
			return nil, false
		}
		ids = append(ids, int32(id))
	}
	return ids, len(ids) > 0
}

func negative(ids []int32) bool {
	return slices.ContainsFunc(ids, func(id int32) bool { return id < 0 })
}
