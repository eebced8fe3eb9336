package remote

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/agent/prompt"
)

func TestTokens(t *testing.T) {
	const scores = `"logprobs":{"content":[{"token":"a","logprob":-1},{"token":"b","logprob":-2}]}`
	for _, tt := range []struct {
		name, top, choice string
		level             agent.Level
		says              string
	}{
		{"ids beside the choices", `"prompt_token_ids":[1,2]`, `"token_ids":[3,4],` + scores, agent.LevelTokens, ""},
		{"ids in the choice", ``, `"prompt_token_ids":[1,2],"token_ids":[3,4],` + scores, agent.LevelTokens, ""},
		{"ids in the tokens' names", `"prompt_token_ids":[1,2]`, `"logprobs":{"content":[{"token":"token_id:3","logprob":-1},{"token":"token_id:4","logprob":0.0001}]}`, agent.LevelTokens, ""},
		{"an empty answer", `"prompt_token_ids":[1,2]`, `"token_ids":[],"logprobs":{"content":[]}`, agent.LevelTokens, ""},
		{"an empty answer without log-probabilities", `"prompt_token_ids":[1,2]`, `"token_ids":[],"logprobs":null`, agent.LevelTokens, ""},
		{"two lists", `"prompt_token_ids":[1,2]`, `"token_ids":[3,5],"logprobs":{"content":[{"token":"token_id:3","logprob":-1},{"token":"token_id:4","logprob":-1}]}`, agent.LevelLogProbs, "two different lists"},
		{"no prompt", ``, `"token_ids":[3,4],` + scores, agent.LevelLogProbs, "no token ids"},
		{"an empty prompt", `"prompt_token_ids":[]`, `"token_ids":[3,4],` + scores, agent.LevelLogProbs, "no token ids"},
		{"no ids", `"prompt_token_ids":[1,2]`, scores, agent.LevelLogProbs, "no token ids"},
		{"one id too few", `"prompt_token_ids":[1,2]`, `"token_ids":[3],` + scores, agent.LevelLogProbs, "1 token ids but 2"},
		{"below 0", `"prompt_token_ids":[1,-2]`, `"token_ids":[3,4],` + scores, agent.LevelLogProbs, "below 0"},
		{"ids without log-probabilities", `"prompt_token_ids":[1,2]`, `"token_ids":[3,4]`, agent.LevelText, "no log-probabilities"},
		{"nothing", ``, `"finish_reason":"stop"`, agent.LevelText, "no log-probabilities"},
		{"null", ``, `"logprobs":null`, agent.LevelText, "no log-probabilities"},
		{"one missing", ``, `"logprobs":{"content":[{"token":"a","logprob":null}]}`, agent.LevelText, "token 0"},
		{"a probability above 1", ``, `"logprobs":{"content":[{"token":"a","logprob":-1},{"token":"a","logprob":0.7}]}`, agent.LevelText, "token 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := `{` + tt.top
			if tt.top != "" {
				body += ","
			}
			r, err := parseResponse([]byte(body + `"choices":[{"message":{"content":"ab"},` + tt.choice + `}]}`))
			if err != nil {
				t.Fatal(err)
			}
			got := r.tokens()
			if got.level != tt.level || (tt.says == "") != (got.missing == "") || !strings.Contains(got.missing, tt.says) {
				t.Errorf("got %+v, want level %s and %q", got, tt.level, tt.says)
			}
			checkTokens(t, got)
		})
	}
}

// checkTokens checks what is promised of every answer.
func checkTokens(t *testing.T, got tokens) {
	t.Helper()
	switch got.level {
	case agent.LevelTokens:
		if len(got.completion) != len(got.logProbs) || len(got.prompt) == 0 || got.missing != "" || negative(got.prompt) || negative(got.completion) {
			t.Errorf("%+v", got)
		}
	case agent.LevelLogProbs:
		if got.prompt != nil || got.completion != nil || got.logProbs == nil || got.missing == "" {
			t.Errorf("%+v", got)
		}
	default:
		if got.level != agent.LevelText || got.prompt != nil || got.completion != nil || got.logProbs != nil || got.missing == "" {
			t.Errorf("%+v", got)
		}
	}
	for _, l := range got.logProbs {
		if !(l <= 0) || math.IsInf(l, 0) {
			t.Errorf("log-probability %v", l)
		}
	}
}

func TestReply(t *testing.T) {
	for _, tt := range []struct {
		message string
		want    prompt.Reply
	}{
		{`{"content":"hi"}`, prompt.Reply{Text: "hi"}},
		{`{"content":null,"reasoning_content":"hm"}`, prompt.Reply{Reasoned: true}},
		{`{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}`, prompt.Reply{Text: "ab"}},
		{`{"content":"","tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]}`, prompt.Reply{Calls: []prompt.Call{{ID: "x", Name: "f", Arguments: `{"a":1}`}}}},
		{`{"tool_calls":[{"function":{"name":"f","arguments":{"a": 1}}},{"function":{"name":"g","arguments":null}}]}`, prompt.Reply{Calls: []prompt.Call{{ID: "call_0", Name: "f", Arguments: `{"a": 1}`}, {ID: "call_1", Name: "g"}}}},
	} {
		r, err := parseResponse([]byte(`{"choices":[{"message":` + tt.message + `}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(r.reply(), tt.want); d != "" {
			t.Errorf("%s (-got +want):\n%s", tt.message, d)
		}
	}
}

// TestExtra keeps what is not known, and no more than is reasonable.
func TestExtra(t *testing.T) {
	big := strings.Repeat("x", 2*maxExtra)
	r, err := parseResponse([]byte(`{"id":"i","choices":[{"message":{}}],"system_fingerprint":"f","weights":{"version":7},"big":"` + big + `","nothing":null}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]json.RawMessage{"system_fingerprint": json.RawMessage(`"f"`), "weights": json.RawMessage(`{"version":7}`)}
	if d := cmp.Diff(r.extra, want); d != "" {
		t.Error(d)
	}
}

// TestSequence goes through the ways in which a call can follow another.
func TestSequence(t *testing.T) {
	type ids = []int32
	var s sequence
	for _, tt := range []struct {
		name               string
		prompt, completion ids
		number             int
		added              ids
	}{
		{"begins", ids{1, 2}, ids{3}, 0, ids{1, 2}},
		{"goes on", ids{1, 2, 3, 4}, ids{5, 6}, 0, ids{4}},
		{"goes on without anything new", ids{1, 2, 3, 4, 5, 6}, ids{}, 0, ids{}},
		{"is shorter", ids{1, 2, 3, 4, 5}, ids{7}, 1, ids{1, 2, 3, 4, 5}},
		{"has another token in the middle", ids{1, 2, 3, 4, 9, 7, 8}, ids{1}, 2, ids{1, 2, 3, 4, 9, 7, 8}},
		{"has lost the end of the answer", ids{1, 2, 3, 4, 9, 7, 8, 2}, ids{1}, 3, ids{1, 2, 3, 4, 9, 7, 8, 2}},
		{"is not known", nil, nil, 4, nil},
		{"follows what is not known", ids{1, 2, 3}, ids{2}, 5, ids{1, 2, 3}},
		{"goes on again", ids{1, 2, 3, 2}, ids{2}, 5, ids{}},
		{"is empty", ids{}, ids{}, 6, ids{}},
		{"follows what is empty", ids{5}, ids{6}, 6, ids{5}},
	} {
		number, added := s.add(tt.prompt, tt.completion)
		if number != tt.number || !slices.Equal(added, tt.added) {
			t.Errorf("%s: sequence %d adds %v, want %d and %v", tt.name, number, added, tt.number, tt.added)
		}
	}
}

func FuzzResponse(f *testing.F) {
	for _, s := range []string{
		"", "null", "[]", "{}", `{"choices":[]}`, `{"choices":[{}]}`, `{"choices":[{"message":null,"logprobs":{"content":[{}]}}]}`,
		`{"model":"m","prompt_token_ids":[1],"choices":[{"message":{"content":"a","tool_calls":[{"function":{"arguments":{}}}]},"token_ids":[2],"logprobs":{"content":[{"token":"token_id:2","logprob":-1}]}}],"usage":{"prompt_tokens":1}}`,
		`{"choices":[{"message":{"content":[{"text":"a"}]}}],"x":1e999}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := parseResponse(body)
		if err != nil {
			return
		}
		checkTokens(t, r.tokens())
		for _, c := range r.reply().Calls {
			if c.ID == "" {
				t.Error("a call without a name")
			}
		}
		if _, err := json.Marshal(r.extra); err != nil {
			t.Error(err)
		}
	})
}
