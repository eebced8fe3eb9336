package remotetest

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strings"

	"stepgym/agent"
)

// maxBody bounds what the endpoint reads.
const maxBody = 16 << 20

func copyAll(w io.Writer, r *http.Request) (int64, error) {
	return io.Copy(w, io.LimitReader(r.Body, maxBody))
}

// Tokens of the toy: 0 to 255 are bytes.
const (
	tokenEnd   = 256 // closes a message
	tokenRole  = 257 // and the four roles behind it
	tokenDrift = 300 // two bytes at once, where the tokens drift
)

// PromptIDs returns the tokens that the toy reads: each message as a mark of its
// role, its text and a mark of its end, then the mark of the answer to write.
func PromptIDs(messages []Message, drift bool) []int32 {
	var ids []int32
	for _, m := range messages {
		ids = append(ids, roleID(m.Role))
		if m.Role == "assistant" {
			ids = append(ids, CompletionIDs(spoken(m), drift)...)
			continue
		}
		ids = append(append(ids, bytesIDs(m.Content)...), tokenEnd)
	}
	return append(ids, roleID("assistant"))
}

// CompletionIDs returns the tokens of an answer: its bytes and a mark of the end.
// With drift the first two bytes are one token.
func CompletionIDs(text string, drift bool) []int32 {
	ids := append(bytesIDs(text), tokenEnd)
	if drift && len(text) >= 2 {
		return append([]int32{tokenDrift}, ids[2:]...)
	}
	return ids
}

func bytesIDs(text string) []int32 {
	ids := make([]int32, len(text), len(text)+1)
	for i := range len(text) {
		ids[i] = int32(text[i])
	}
	return ids
}

func roleID(role string) int32 {
	for i, r := range []string{"system", "user", "assistant", "tool"} {
		if r == role {
			return tokenRole + int32(i)
		}
	}
	return tokenRole
}

// spoken is a message of the assistant as its tokens spell it.
func spoken(m Message) string {
	text := m.Content
	for _, c := range m.ToolCalls {
		text += "\x01" + c.Function.Name + c.Function.Arguments
	}
	return text
}

// LogProb is the log-probability of a token of an answer.
func LogProb(id int32) float64 { return -float64(id%7+1) / 10 }

// toy picks one of the actions that the last message lists.
func toy(r Request) Reply {
	var actions []string
	for line := range strings.Lines(r.Messages[len(r.Messages)-1].Content) {
		line = strings.TrimSpace(line)
		if a, ok := strings.CutPrefix(line, "'"); ok && strings.HasSuffix(a, "',") {
			actions = append(actions, strings.TrimSuffix(a, "',"))
		}
	}
	if len(actions) == 0 {
		return Reply{Text: "Word"}
	}
	h := fnv.New64a()
	for _, m := range r.Messages {
		fmt.Fprintf(h, "%s %q\n", m.Role, spoken(m)+m.Content)
	}
	if r.Temperature > 0 {
		fmt.Fprint(h, r.Seed)
	}
	action := actions[int(h.Sum64()>>33)%len(actions)]
	if i := strings.IndexByte(action, '<'); i >= 0 {
		if j := strings.IndexByte(action[i:], '>'); j >= 0 {
			action = action[:i] + "lamp" + action[i+j+1:]
		}
	}
	if len(r.Tools) > 0 {
		return Reply{Action: action, Finish: "tool_calls"}
	}
	return Reply{Text: "<think>Why not.</think>\n<action>" + action + "</action>"}
}

// answer is the body of an answer.
func (e *Endpoint) answer(r Request, reply Reply) map[string]any {
	m := Message{Role: "assistant", Content: reply.Text}
	if reply.Action != "" {
		c := ToolCall{ID: fmt.Sprintf("call-%d", len(r.Messages)), Type: "function"}
		args, _ := json.Marshal(map[string]string{"action": reply.Action}) // strings never fail
		c.Function.Name, c.Function.Arguments = "act", string(args)
		m.ToolCalls = append(m.ToolCalls, c)
	}
	if reply.Finish == "" {
		reply.Finish = "stop"
	}
	prompt, completion := PromptIDs(r.Messages, e.options.Drift), CompletionIDs(spoken(m), false)
	choice := map[string]any{"index": 0, "message": m, "finish_reason": reply.Finish, "logprobs": nil}
	body := map[string]any{
		"id": "toy", "object": "chat.completion", "created": 1, "model": r.Model + "-toy", "system_fingerprint": "bytes",
		"choices": []any{choice},
		"usage":   map[string]any{"prompt_tokens": len(prompt), "completion_tokens": len(completion), "total_tokens": len(prompt) + len(completion)},
	}
	level := e.options.Level
	if (level == agent.LevelLogProbs || level == agent.LevelTokens) && r.LogProbs && r.TopLogProbs != nil {
		choice["logprobs"] = map[string]any{"content": scores(completion, level == agent.LevelTokens && r.TokensAsIDs)}
	}
	if level == agent.LevelTokens && r.TokenIDs {
		choice["token_ids"] = completion
		if e.options.ByChoice {
			choice["prompt_token_ids"] = prompt
		} else {
			body["prompt_token_ids"] = prompt
		}
	}
	return body
}

// scores lists the tokens of an answer with their log-probabilities.
func scores(ids []int32, asIDs bool) []map[string]any {
	var out []map[string]any
	for _, id := range ids {
		text := "<end>"
		if id < tokenEnd {
			text = string(id)
		}
		if asIDs {
			text = fmt.Sprintf("token_id:%d", id)
		}
		out = append(out, map[string]any{"token": text, "logprob": LogProb(id), "bytes": nil, "top_logprobs": []any{}})
	}
	return out
}
