// Package remotetest has an endpoint of the chat completions protocol with a toy
// for a model, to test what talks to such endpoints: it tells token ids,
// log-probabilities or nothing of them, it refuses fields it does not know if it
// is told to, and its answers can be spoiled.
//
// The toy's tokens are the bytes of the text and a few marks around messages, so
// that everything about them can be checked by hand. It acts at random among the
// actions that the last message lists; equal requests get equal answers.
package remotetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"stepgym/agent"
)

// Options say how an endpoint behaves. The zero value tells the text alone.
type Options struct {
	Level agent.Level // what it tells; "" for agent.LevelText

	// ByChoice puts the ids of the prompt into the choice and not beside it.
	ByChoice bool

	// Strict refuses fields of a request that the level does not need, with 400.
	Strict bool

	// Drift has the endpoint read its own earlier answers in other tokens than
	// it wrote them in, as happens where text is tokenised a second time.
	Drift bool

	// Key is the bearer token that calls must have; "" for none.
	Key string

	// Answer replaces the toy's choice of what to write.
	Answer func(Request) Reply

	// Spoil replaces the answer to the call with that number, from 0, if it
	// writes one and returns true. The probe is a call too.
	Spoil func(call int, w http.ResponseWriter, r *http.Request) bool
}

// Endpoint is an http.Handler for the protocol. It is safe for concurrent use.
type Endpoint struct {
	options Options

	mu     sync.Mutex // guards what follows
	calls  []Call
	open   int
	most   int
	posted []Call
}

// Call is a call as it came in.
type Call struct {
	Path string
	Body string
	Auth string
}

// New returns an endpoint. Its completions are at any path that ends in
// /chat/completions; what is posted anywhere else is kept, see Posted.
func New(o Options) *Endpoint { return &Endpoint{options: o} }

// Calls returns the calls for completions so far, in the order they came in.
func (e *Endpoint) Calls() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.calls)
}

// Posted returns what was posted to other paths.
func (e *Endpoint) Posted() []Call {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.posted)
}

// Most returns how many calls were open at once, at most.
func (e *Endpoint) Most() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.most
}

// Transport carries requests to the endpoint without a network.
func (e *Endpoint) Transport() http.RoundTripper { return transport{e} }

type transport struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	t.handler.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil { // the caller has left meanwhile
		return nil, err
	}
	return w.Result(), nil
}

// Request is the body of a call, as far as the toy reads it.
type Request struct {
	Model       string    `json:"model"`
	Messages    []Message `json:"messages"`
	Tools       []any     `json:"tools"`
	Temperature float64   `json:"temperature"`
	Seed        uint64    `json:"seed"`
	LogProbs    bool      `json:"logprobs"`
	TopLogProbs *int      `json:"top_logprobs"`
	TokenIDs    bool      `json:"return_token_ids"`
	TokensAsIDs bool      `json:"return_tokens_as_token_ids"`
	MaxTokens   int       `json:"max_tokens"`
	Stop        []string  `json:"stop"`
}

// Message is a message of a request or an answer.
type Message struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
	ToolCalls  []ToolCall `json:"tool_calls,omitempty"`
}

// ToolCall is a call in a message.
type ToolCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"function"`
}

// Reply is what the model writes.
type Reply struct {
	Text   string
	Action string // in a call of the tool act; "" for none
	Finish string // "" for "stop"
}

// ServeHTTP implements http.Handler.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := new(strings.Builder)
	if _, err := copyAll(body, r); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c := Call{Path: r.URL.EscapedPath(), Body: body.String(), Auth: r.Header.Get("Authorization")}
	n, last := e.begin(c)
	defer e.end()
	switch {
	case e.options.Spoil != nil && n >= 0 && e.options.Spoil(n, w, r):
	case e.options.Key != "" && c.Auth != "Bearer "+e.options.Key:
		refuse(w, http.StatusUnauthorized, "Incorrect API key provided: "+strings.TrimPrefix(c.Auth, "Bearer "))
	case last:
		e.complete(w, c.Body)
	}
}

// begin counts a call in. completion is false for what is posted elsewhere.
func (e *Endpoint) begin(c Call) (n int, completion bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open++
	e.most = max(e.most, e.open)
	if !strings.HasSuffix(c.Path, "/chat/completions") {
		e.posted = append(e.posted, c)
		return -1, false
	}
	e.calls = append(e.calls, c)
	return len(e.calls) - 1, true
}

func (e *Endpoint) end() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open--
}

// refuse answers as endpoints do.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	b, _ := json.Marshal(map[string]any{"error": map[string]any{"message": text, "type": "invalid_request_error"}})
	_, _ = w.Write(b) // a caller that has left hears nothing
}

// complete answers a call.
func (e *Endpoint) complete(w http.ResponseWriter, body string) {
	var r Request
	if err := json.Unmarshal([]byte(body), &r); err != nil || len(r.Messages) == 0 {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("no messages to answer: %v", err))
		return
	}
	o := e.options
	if o.Strict && o.Level != agent.LevelTokens && (r.TokenIDs || r.TokensAsIDs) {
		refuse(w, http.StatusBadRequest, "Unrecognized request argument supplied: return_token_ids")
		return
	}
	if o.Strict && (o.Level == "" || o.Level == agent.LevelText) && r.LogProbs {
		refuse(w, http.StatusUnprocessableEntity, "logprobs are not supported")
		return
	}
	reply := toy(r)
	if o.Answer != nil {
		reply = o.Answer(r)
	}
	w.Header().Set("Content-Type", "application/json")
	b, err := json.Marshal(e.answer(r, reply))
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	_, _ = w.Write(b) // a caller that has left hears nothing
}
