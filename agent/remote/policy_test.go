package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/agent/prompt"
	"stepgym/agent/remote/remotetest"
	"stepgym/envs"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// against returns settings for an endpoint that needs no network.
func against(e *remotetest.Endpoint) Config {
	c := DefaultConfig()
	c.BaseURL, c.Model, c.Transport = "http://endpoint/v1", "toy", e.Transport()
	return c
}

// newPolicy returns the policy of a configuration that is right.
func newPolicy(t testing.TB, c Config) *Policy {
	t.Helper()
	p, err := New(envs.Spec{Name: "game", Version: 1}, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func TestPolicy(t *testing.T) {
	for _, format := range prompt.Formats() {
		for _, level := range []agent.Level{agent.LevelTokens, agent.LevelText} {
			t.Run(format+" "+string(level), func(t *testing.T) {
				policytest.Run(t, func(t testing.TB) agent.Policy {
					c := against(remotetest.New(remotetest.Options{Level: level, Strict: true}))
					c.Prompt.Format = format
					return newPolicy(t, c)
				})
			})
		}
	}
}

// play plays one game and returns its decisions.
func play(t testing.TB, p *Policy, id string) []agent.Decision {
	t.Helper()
	env := policytest.Boxes()
	tasks, err := policytest.Tasks(env, "train", 1)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Play(tasks[0], 3, false)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	x.(agent.Addressed).TakeID(id)
	ep, err := env.Reset(t.Context(), tasks[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	var out []agent.Decision
	for {
		d, err := x.Act(t.Context(), ep.Observation())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
		r, err := ep.Step(t.Context(), d.Action)
		if err != nil {
			t.Fatal(err)
		}
		if r.Done() {
			return out
		}
	}
}

// TestRequests compares what is sent, byte for byte.
func TestRequests(t *testing.T) {
	var b bytes.Buffer
	for _, format := range prompt.Formats() {
		e := remotetest.New(remotetest.Options{Level: agent.LevelTokens})
		c := against(e)
		c.Prompt.Format = format
		c.Stop = []string{"STOP"}
		c.Request = map[string]json.RawMessage{"top_k": json.RawMessage("-1"), "chat_template_kwargs": json.RawMessage(`{"enable_thinking":false}`)}
		play(t, newPolicy(t, c), "game/1")
		for i, call := range e.Calls()[:4] {
			fmt.Fprintf(&b, "##### %s, call %d: %s\n", format, i, call.Path)
			if err := json.Indent(&b, []byte(call.Body), "", "  "); err != nil {
				t.Fatal(err)
			}
			b.WriteString("\n\n")
		}
	}
	path := filepath.Join("testdata", "requests.golden")
	if *update {
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(b.String(), string(want)); d != "" {
		t.Errorf("requests differ; -update rewrites them (-got +want):\n%s", d)
	}
}

// TestNoSeed leaves the seed out for endpoints that refuse it.
func TestNoSeed(t *testing.T) {
	e := remotetest.New(remotetest.Options{})
	c := against(e)
	c.NoSeed = true
	play(t, newPolicy(t, c), "x")
	for i, call := range e.Calls() {
		if strings.Contains(call.Body, "seed") {
			t.Errorf("call %d: %s", i, call.Body)
		}
	}
}

// TestSequences plays games and puts the endpoint's own view of the tokens beside
// what was recorded.
func TestSequences(t *testing.T) {
	for _, tt := range []struct {
		name    string
		format  string
		options remotetest.Options
		one     bool // all calls belong to one sequence
	}{
		{"chat", prompt.Chat, remotetest.Options{Level: agent.LevelTokens}, true},
		{"chat, ids by choice", prompt.Chat, remotetest.Options{Level: agent.LevelTokens, ByChoice: true}, true},
		{"tools", prompt.Tools, remotetest.Options{Level: agent.LevelTokens}, true},
		{"window", prompt.Window, remotetest.Options{Level: agent.LevelTokens}, false},
		{"chat, tokenised anew", prompt.Chat, remotetest.Options{Level: agent.LevelTokens, Drift: true}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := remotetest.New(tt.options)
			c := against(e)
			c.Prompt.Format = tt.format
			decisions := play(t, newPolicy(t, c), "game/1")
			calls := e.Calls()[1:] // without the probe
			if len(calls) != len(decisions) || len(calls) < 3 {
				t.Fatalf("%d calls for %d decisions", len(calls), len(decisions))
			}
			var seq []int32
			for i, d := range decisions {
				g := d.Generation
				want := i
				if tt.one {
					want = 0
				}
				if g.Sequence != want || g.Level != agent.LevelTokens || g.EvalOnly != "" {
					t.Errorf("call %d is in sequence %d, want %d; level %s, %q", i, g.Sequence, want, g.Level, g.EvalOnly)
				}
				if !tt.one {
					seq = nil
				}
				seq = append(seq, g.Prompt...)
				var r remotetest.Request
				if err := json.Unmarshal([]byte(calls[i].Body), &r); err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(seq, remotetest.PromptIDs(r.Messages, tt.options.Drift)); d != "" {
					t.Fatalf("call %d: the sequence is not what the model read:\n%s", i, d)
				}
				if g.PromptTokens != len(seq) || g.CompletionTokens != len(g.Completion) || d.Tokens != len(g.Completion) {
					t.Errorf("call %d counts %d + %d tokens", i, g.PromptTokens, g.CompletionTokens)
				}
				seq = append(seq, g.Completion...)
				sum := 0.0
				for k, id := range g.Completion {
					if g.LogProbs[k] != remotetest.LogProb(id) {
						t.Errorf("call %d, token %d: log-probability %v", i, k, g.LogProbs[k])
					}
					sum += g.LogProbs[k]
				}
				if math.Abs(sum-d.LogProb) > 1e-12 {
					t.Errorf("call %d: log-probability %v, the tokens' %v", i, d.LogProb, sum)
				}
			}
		})
	}
}

// TestProbe asks endpoints that refuse what they do not know.
func TestProbe(t *testing.T) {
	for _, tt := range []struct {
		level  agent.Level
		strict bool
		calls  int
	}{
		{agent.LevelTokens, true, 1},
		{agent.LevelLogProbs, true, 2},
		{agent.LevelText, true, 3},
		{agent.LevelLogProbs, false, 1},
		{agent.LevelText, false, 1},
	} {
		t.Run(fmt.Sprint(tt.level, tt.strict), func(t *testing.T) {
			e := remotetest.New(remotetest.Options{Level: tt.level, Strict: tt.strict})
			p := newPolicy(t, against(e))
			for range 2 {
				if level, err := p.Probe(t.Context()); err != nil || level != tt.level {
					t.Fatalf("%s, %v", level, err)
				}
			}
			if n := len(e.Calls()); n != tt.calls {
				t.Errorf("%d calls, want %d", n, tt.calls)
			}
			for i, d := range play(t, p, "x") {
				g := d.Generation
				if g.Level != tt.level || (g.EvalOnly == "") != (tt.level == agent.LevelTokens) {
					t.Errorf("call %d: level %s, %q", i, g.Level, g.EvalOnly)
				}
				if (g.LogProbs != nil) != (tt.level != agent.LevelText) || (g.Completion != nil) != (tt.level == agent.LevelTokens) {
					t.Errorf("call %d keeps %d log-probabilities and %d ids", i, len(g.LogProbs), len(g.Completion))
				}
			}
		})
	}
}

// TestProbeFails keeps what failed for the next one who asks.
func TestProbeFails(t *testing.T) {
	e := remotetest.New(remotetest.Options{Key: "secret"})
	c := against(e)
	c.APIKey = "sk-wrong"
	p := newPolicy(t, c)
	for range 2 {
		_, err := p.Probe(t.Context())
		x, ok := errors.AsType[*Error](err)
		if !ok || x.Status != 401 || strings.Contains(err.Error(), c.APIKey) {
			t.Errorf("got %v", err)
		}
	}
	if n := len(e.Calls()); n != 2 {
		t.Errorf("%d calls, want 2: a wrong key is not tried again", n)
	}
}

func TestAddressed(t *testing.T) {
	e := remotetest.New(remotetest.Options{})
	c := against(e)
	c.BaseURL = "http://gateway/sessions/{rollout}/v1/?session={rollout}"
	c.RewardURL = "http://gateway/sessions/{rollout}/reward"
	p := newPolicy(t, c)
	play(t, p, "dev/goal:7#2/1")
	for i, call := range e.Calls() {
		want := "/sessions/probe/v1/chat/completions"
		if i > 0 {
			want = "/sessions/dev%2Fgoal:7%232%2F1/v1/chat/completions"
		}
		if call.Path != want {
			t.Errorf("call %d went to %s, want %s", i, call.Path, want)
		}
	}
	if err := p.Report(t.Context(), Report{Rollout: "a/b", Reward: 1, Success: true}); err != nil {
		t.Fatal(err)
	}
	want := []remotetest.Call{{
		Path: "/sessions/a%2Fb/reward",
		Body: `{"rollout":"a/b","reward":1,"score":0,"success":true,"terminated":false,"truncated":false,"turns":0}`,
	}}
	if d := cmp.Diff(e.Posted(), want); d != "" {
		t.Error(d)
	}
}

// TestMalformed plays a model that does not keep to the form.
func TestMalformed(t *testing.T) {
	e := remotetest.New(remotetest.Options{Level: agent.LevelTokens, Answer: func(remotetest.Request) remotetest.Reply {
		return remotetest.Reply{Text: "I would rather open box A", Finish: "length"}
	}})
	for i, d := range play(t, newPolicy(t, against(e)), "x") {
		g := d.Generation
		if !d.Malformed || g.Fault == "" || d.Action.Text != "I would rather open box A" || g.Finish != "length" || d.Raw != d.Action.Text || g.EvalOnly != "" {
			t.Errorf("decision %d: %+v, %+v", i, d, g)
		}
	}
}

func TestBiased(t *testing.T) {
	for request, want := range map[string]string{
		``:                                     "",
		`{"top_p":1,"top_k":-1,"min_p":0}`:     "",
		`{"top_p":null,"user":"me"}`:           "",
		`{"top_p":0.95}`:                       "drawn with top_p 0.95",
		`{"top_k":40}`:                         "drawn with top_k 40",
		`{"response_format":{"type":"json"}}`:  "drawn with response_format",
		`{"presence_penalty":0.5,"user":"me"}`: "drawn with presence_penalty 0.5",
	} {
		c := DefaultConfig()
		if request != "" {
			if err := json.Unmarshal([]byte(request), &c.Request); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.biased(1); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
	c := DefaultConfig()
	if c.biased(0) == "" {
		t.Error("a greedy answer counts as drawn by its log-probabilities")
	}
}

func TestConfigFaults(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"no base URL":             func(c *Config) { c.BaseURL = "" },
		"base URL is not one":     func(c *Config) { c.BaseURL = "127.0.0.1:8000" },
		"user or password":        func(c *Config) { c.BaseURL = "http://me:secret@host/v1" },
		"reward URL is not one":   func(c *Config) { c.RewardURL = "x" },
		"no model":                func(c *Config) { c.Model = "" },
		"line break":              func(c *Config) { c.APIKey = "a\nb" },
		"no format":               func(c *Config) { c.Prompt.Format = "x" },
		"temperature is -1":       func(c *Config) { c.Temperature = -1 },
		"temperature is NaN":      func(c *Config) { c.Temperature = math.NaN() },
		"max_tokens is -1":        func(c *Config) { c.MaxTokens = -1 },
		`"stream" is the program`: func(c *Config) { c.Request = map[string]json.RawMessage{"stream": json.RawMessage("true")} },
		`"a" is no JSON`:          func(c *Config) { c.Request = map[string]json.RawMessage{"a": json.RawMessage("{")} },
		`level is "high"`:         func(c *Config) { c.Level = "high" },
		"concurrency is 0":        func(c *Config) { c.Concurrency = 0 },
		"timeout_s is 0":          func(c *Config) { c.TimeoutS = 0 },
		"retries is -1":           func(c *Config) { c.Retries = -1 },
		"max_wait_s is +Inf":      func(c *Config) { c.MaxWaitS = math.Inf(1) },
		"max_bytes is 0":          func(c *Config) { c.MaxBytes = 0 },
	} {
		c := against(remotetest.New(remotetest.Options{}))
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the error repeats the URL: %v", name, err)
		}
	}
	if _, err := New(envs.Spec{Name: "x", Tools: []envs.ToolSchema{{Name: "f"}}}, against(remotetest.New(remotetest.Options{}))); err == nil {
		t.Error("an environment of tools is played by text")
	}
}

// TestConfigKeepsNoKey writes a configuration as a run does.
func TestConfigKeepsNoKey(t *testing.T) {
	c := against(remotetest.New(remotetest.Options{}))
	c.APIKey = "sk-secret"
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("secret")) {
		t.Errorf("the key is in %s", b)
	}
	back := DefaultConfig()
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	back.APIKey, back.Transport = c.APIKey, c.Transport
	if d := cmp.Diff(back, c, cmpopts.IgnoreFields(Config{}, "Transport")); d != "" {
		t.Error(d)
	}
}

func BenchmarkAct(b *testing.B) {
	p := newPolicy(b, against(remotetest.New(remotetest.Options{Level: agent.LevelTokens})))
	env := policytest.Boxes()
	tasks, err := policytest.Tasks(env, "train", 1)
	if err != nil {
		b.Fatal(err)
	}
	ep, err := env.Reset(context.Background(), tasks[0], 0)
	if err != nil {
		b.Fatal(err)
	}
	x, err := p.Play(tasks[0], 1, false)
	if err != nil {
		b.Fatal(err)
	}
	o := ep.Observation()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.Act(context.Background(), o); err != nil {
			b.Fatal(err)
		}
	}
}
