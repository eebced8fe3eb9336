package remote

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/agent/remote/remotetest"
	"stepgym/envs"
)

// spoilt answers the calls after the probe one by one with what the functions
// write; nil and the end of the list leave an answer as it is.
func spoilt(ways ...func(http.ResponseWriter, *http.Request)) func(int, http.ResponseWriter, *http.Request) bool {
	return func(call int, w http.ResponseWriter, r *http.Request) bool {
		if i := call - 1; i >= 0 && i < len(ways) && ways[i] != nil {
			ways[i](w, r)
			return true
		}
		return false
	}
}

// status answers with a status, a body, and headers as name and value in turn.
func status(code int, body string, headers ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// slow answers when the caller has left.
func slow(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func repeat(way func(http.ResponseWriter, *http.Request), n int) (out []func(http.ResponseWriter, *http.Request)) {
	for range n {
		out = append(out, way)
	}
	return out
}

// act asks for one decision, in a bubble whose clock jumps.
func act(t *testing.T, c Config) (agent.Decision, error) {
	t.Helper()
	p := newPolicy(t, c)
	x, err := p.Play(envs.Task{ID: "t", Goal: "go"}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	return x.Act(t.Context(), envs.Observation{
		Messages:   []envs.Message{{Role: "user", Content: "Here."}},
		Admissible: []*envs.Choice{{Action: envs.Action{Text: "left"}}},
	})
}

func TestFaults(t *testing.T) {
	const good = `{"choices":[{"message":{"content":"<action>left</action>"},"finish_reason":"stop"}]}`
	type ways = []func(http.ResponseWriter, *http.Request)
	for _, tt := range []struct {
		name     string
		ways     ways
		attempts int           // of an answer, or of the error
		min, max time.Duration // until then
		err      string
		status   int
	}{
		{"good", nil, 1, 0, 0, "", 0},
		{"429 with a pause", ways{status(429, `{"error":{"message":"slow down"}}`, "Retry-After", "7")}, 2, 7 * time.Second, 7 * time.Second, "", 0},
		{"429 with a pause in ms", ways{status(429, "", "Retry-After-Ms", "250", "Retry-After", "9")}, 2, 250 * time.Millisecond, 250 * time.Millisecond, "", 0},
		{"429 with a date", ways{status(429, "", "Retry-After", "Sat, 01 Jan 2000 00:00:30 GMT")}, 2, 30 * time.Second, 30 * time.Second, "", 0},
		{"429 with a date gone by", ways{status(429, "", "Retry-After", "Sat, 01 Jan 1999 00:00:30 GMT")}, 2, 0, 0, "", 0},
		{"429 with nonsense", ways{status(429, "", "Retry-After", "soon")}, 2, 250 * time.Millisecond, 500 * time.Millisecond, "", 0},
		{"429 for an hour", ways{status(429, "", "Retry-After", "3600")}, 1, 0, 0, "longer than max_wait_s", 429},
		{"500 twice", ways{status(500, "oh"), status(503, "oh")}, 3, 750 * time.Millisecond, 1500 * time.Millisecond, "", 0},
		{"500 for good", repeat(status(500, "<html>\n  oh  no"), 9), 6, 7750 * time.Millisecond, 15500 * time.Millisecond, "the endpoint answered 500: <html> oh no (after 6 attempts)", 500},
		{"501", ways{status(501, "no")}, 1, 0, 0, "501", 501},
		{"400", ways{status(400, `{"error":{"message":"the context is too long"}}`)}, 1, 0, 0, "the context is too long", 400},
		{"400, said otherwise", ways{status(400, `{"detail":[{"msg":"no"}]}`)}, 1, 0, 0, `[{"msg":"no"}]`, 400},
		{"404 with nothing", ways{status(404, "")}, 1, 0, 0, "it says nothing", 404},
		{"401 with the key", ways{status(401, `{"error":{"message":"bad key sk-secret!"}}`)}, 1, 0, 0, "bad key [API key]!", 401},
		{"slow once", ways{slow}, 2, 20*time.Second + 250*time.Millisecond, 20*time.Second + 500*time.Millisecond, "", 0},
		{"slow for good", repeat(slow, 9), 6, 120 * time.Second, 136 * time.Second, "context deadline exceeded", 0},
		{"cut off", ways{status(200, good[:40])}, 2, 250 * time.Millisecond, 500 * time.Millisecond, "", 0},
		{"nothing", ways{status(200, "")}, 2, 250 * time.Millisecond, 500 * time.Millisecond, "", 0},
		{"cut off for good", repeat(status(200, good[:40]), 9), 6, 7750 * time.Millisecond, 15500 * time.Millisecond, "not a chat completion", 200},
		{"wrong types", repeat(status(200, `{"choices":[{"message":{"content":{"a":1}}}]}`), 9), 6, 7750 * time.Millisecond, 15500 * time.Millisecond, "not a chat completion", 200},
		{"ids of a wrong type", repeat(status(200, `{"choices":[{"message":{},"token_ids":["a"]}]}`), 9), 6, 7750 * time.Millisecond, 15500 * time.Millisecond, "not a chat completion", 200},
		{"no choices", repeat(status(200, `{"choices":[],"error":{"message":"no provider"}}`), 9), 6, 7750 * time.Millisecond, 15500 * time.Millisecond, "no choices: no provider", 200},
		{"huge", ways{status(200, `{"choices":"`+strings.Repeat("x", 1<<16)+`"}`)}, 1, 0, 0, "longer than 65536 bytes", 200},
		{"without tags", ways{status(200, `{"choices":[{"message":{"content":null},"finish_reason":null}]}`)}, 1, 0, 0, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := remotetest.New(remotetest.Options{Level: agent.LevelTokens, Key: "sk-secret", Spoil: spoilt(tt.ways...)})
				c := against(e)
				c.APIKey, c.TimeoutS, c.MaxBytes = "sk-secret", 20, 1<<16
				start := time.Now()
				d, err := act(t, c)
				took := time.Since(start)
				if took < tt.min || took > tt.max {
					t.Errorf("it took %v, want %v to %v", took, tt.min, tt.max)
				}
				if tt.err == "" {
					if err != nil || d.Generation.Attempts != tt.attempts {
						t.Fatalf("%+v, %v; want %d attempts", d.Generation, err, tt.attempts)
					}
					return
				}
				x, ok := errors.AsType[*Error](err)
				if !ok || x.Status != tt.status || x.Attempts != tt.attempts || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v (%+v), want %q", err, x, tt.err)
				}
				if n := len(e.Calls()) - 1; n != tt.attempts {
					t.Errorf("%d attempts, want %d", n, tt.attempts)
				}
			})
		})
	}
}

// TestContextFull tells what is too long from what is wrong.
func TestContextFull(t *testing.T) {
	for _, tt := range []struct {
		status int
		text   string
		want   bool
	}{
		{400, "This model's maximum context length is 2048 tokens. However, you requested 2211 tokens", true},
		{400, "the request exceeds the available context size, try increasing it", true},
		{422, "Input is longer than the model's context window", true},
		{400, "logprobs are not supported", false},
		{400, "the context is wrong", false},
		{500, "maximum context length", false},
		{429, "too many tokens", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			e := remotetest.New(remotetest.Options{Spoil: spoilt(repeat(status(tt.status, `{"error":{"message":"`+tt.text+`"}}`), 9)...)})
			if _, err := act(t, against(e)); err == nil || errors.Is(err, agent.ErrContext) != tt.want {
				t.Errorf("%d %s: %v", tt.status, tt.text, err)
			}
		})
	}
}

// TestBrokenOff ends the context while the endpoint is slow, and while a pause
// is made.
func TestBrokenOff(t *testing.T) {
	for name, way := range map[string]func(http.ResponseWriter, *http.Request){"slow": slow, "pause": status(500, "oh")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPolicy(t, against(remotetest.New(remotetest.Options{Spoil: spoilt(repeat(way, 99)...)})))
				x, err := p.Play(envs.Task{}, 1, false)
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				_, err = x.Act(ctx, envs.Observation{})
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			})
		})
	}
}

// TestConcurrency lets many players ask an endpoint that takes its time.
func TestConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := remotetest.New(remotetest.Options{Spoil: func(_ int, _ http.ResponseWriter, r *http.Request) bool {
			time.Sleep(time.Second) // the bubble's clock
			return false
		}})
		c := against(e)
		c.Concurrency = 3
		p := newPolicy(t, c)
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				x, err := p.Play(envs.Task{}, uint64(i), false)
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := x.Act(t.Context(), envs.Observation{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if e.Most() != 3 || time.Since(start) != 5*time.Second { // the probe, then 12 by threes
			t.Errorf("%d at once, %v", e.Most(), time.Since(start))
		}
	})
}

// TestNetwork talks over a real connection that is closed without an answer.
func TestNetwork(t *testing.T) {
	e := remotetest.New(remotetest.Options{Level: agent.LevelTokens, Spoil: func(call int, w http.ResponseWriter, _ *http.Request) bool {
		if call != 1 {
			return false
		}
		panic(http.ErrAbortHandler)
	}})
	s := httptest.NewServer(e)
	defer s.Close()
	c := against(e)
	c.BaseURL, c.Transport, c.MaxWaitS = s.URL+"/v1/", nil, 0.01
	p := newPolicy(t, c)
	decisions := play(t, p, "x")
	if n := decisions[0].Generation.Attempts; n != 2 {
		t.Errorf("%d attempts, want 2", n)
	}
	s.Close()
	c.Retries = 1
	if _, err := newPolicy(t, c).Probe(t.Context()); err == nil || !strings.Contains(err.Error(), "after 2 attempts") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestForeignCertificate is not tried again.
func TestForeignCertificate(t *testing.T) {
	s := httptest.NewUnstartedServer(remotetest.New(remotetest.Options{}))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	defer s.Close()
	c := against(remotetest.New(remotetest.Options{}))
	c.BaseURL, c.Transport = s.URL, nil
	_, err := newPolicy(t, c).Probe(t.Context())
	if x, ok := errors.AsType[*Error](err); !ok || x.Attempts != 1 || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
}

// TestLeavesNothing checks that a policy's goroutines are gone when it is closed:
// the bubble would wait for them for ever.
func TestLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := remotetest.New(remotetest.Options{})
		p := newPolicy(t, against(e))
		env := policytest.Boxes()
		tasks, err := policytest.Tasks(env, "train", 4)
		if err != nil {
			t.Fatal(err)
		}
		var starts []policytest.Start
		for i, task := range tasks {
			starts = append(starts, policytest.Start{Task: task, Seed: uint64(i)})
		}
		if _, err := policytest.Play(t.Context(), env, p, starts); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzComplaint(f *testing.F) {
	for _, s := range []string{"", "oh", `{"error":{"message":"a"}}`, `{"error":"a"}`, `{"detail":[1]}`, `{"message":null}`, "\xff\n\n<html>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		text := complaint(body)
		if text == "" || strings.ContainsAny(text, "\n\r") || len([]rune(text)) > 403 || !bytes.Equal([]byte(text), bytes.ToValidUTF8([]byte(text), nil)) {
			t.Errorf("%q", text)
		}
	})
}
