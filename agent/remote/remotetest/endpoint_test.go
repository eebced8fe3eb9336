package remotetest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stepgym/agent"
)

// TestConversation checks the toy's own promise: a prompt that repeats an answer
// begins with the tokens of the prompt before it and of that answer, unless they
// drift.
func TestConversation(t *testing.T) {
	for _, drift := range []bool{false, true} {
		first := []Message{{Role: "system", Content: "Be good."}, {Role: "user", Content: "é?"}}
		sequence := append(PromptIDs(first, drift), CompletionIDs("Yes.", false)...)
		next := PromptIDs(append(first, Message{Role: "assistant", Content: "Yes."}, Message{Role: "user", Content: "So?"}), drift)
		if begins := slices.Equal(next[:min(len(next), len(sequence))], sequence); begins == drift {
			t.Errorf("drift %v: the prompt goes on with the sequence: %v", drift, begins)
		}
	}
}

func post(t *testing.T, e *Endpoint, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := e.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// TestRefuses checks what the endpoint says no to.
func TestRefuses(t *testing.T) {
	const ask = `{"messages":[{"role":"user","content":"a"}],"logprobs":true,"top_logprobs":0,"return_token_ids":true}`
	for _, tt := range []struct {
		options Options
		body    string
		status  int
	}{
		{Options{}, ask, 200},
		{Options{}, "{", 400},
		{Options{}, `{"messages":[]}`, 400},
		{Options{Key: "k"}, ask, 401},
		{Options{Strict: true}, ask, 400},
		{Options{Strict: true, Level: agent.LevelTokens}, ask, 200},
		{Options{Strict: true}, strings.Replace(ask, "return_token_ids", "x", 1), 422},
		{Options{Strict: true, Level: agent.LevelLogProbs}, strings.Replace(ask, "return_token_ids", "x", 1), 200},
	} {
		e := New(tt.options)
		if status, body := post(t, e, "/v1/chat/completions", tt.body); status != tt.status || !json.Valid([]byte(body)) {
			t.Errorf("%+v, %s: %d %s", tt.options, tt.body, status, body)
		}
		post(t, e, "/other", "b")
		if len(e.Calls()) != 1 || len(e.Posted()) != 1 || e.Most() != 1 {
			t.Errorf("calls %v, posted %v", e.Calls(), e.Posted())
		}
	}
}
