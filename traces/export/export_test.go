package export

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/internal/pyvenv"
	"stepgym/traces"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// cases are trajectories that have between them everything that is exported.
func cases() map[string]*traces.Trajectory {
	obs := func(text string) traces.Observation { return traces.Observation{Text: text, State: "s:" + text} }
	final := func(text string) *traces.Observation { o := obs(text); return &o }
	base := func(id string) traces.Trajectory {
		return traces.Trajectory{
			ID: id, GroupID: "g1", TaskID: "goal:7", Family: "f", Env: "webshop-v1", Split: "train", Policy: "p", Version: 3, Iteration: 2, Index: 1,
			EnvSeed: 1<<64 - 1, SampleSeed: 5, Goal: "Buy <a> \"lamp\" & more.",
		}
	}
	text := base("text")
	text.Return, text.Score, text.Success, text.Terminated, text.Turns, text.Invalid = 0.75, 0.5, true, true, 2, 1
	text.Metrics = map[string]float64{"score": 0.5, "price": 1}
	text.Parent, text.ForkAt, text.Client = "other", 1, &traces.Client{Protocol: "v1", Owner: "ann"}
	text.Steps = []traces.Step{
		{Observation: obs("page é <1>"), Action: "search[lamp]", Reward: 0.25, Invalid: true, LogProb: -0.5, Entropy: 1, Advantages: map[string]float64{"gigpo": -1.5}},
		{Observation: obs("page 2"), Action: "click[buy]", Reward: 0.5, Terminated: true, Raw: "<think>so</think> click[buy]"},
	}
	text.Final = final("bye")

	calls := base("calls")
	calls.Truncated, calls.Turns = true, 2
	calls.Steps = []traces.Step{
		{Observation: obs("start"), Action: envs.Action{Calls: []envs.ToolCall{{ID: "c1", Name: "find", Args: json.RawMessage(`{"q":"a b","n":[1]}`)}}}.String()},
		{Observation: obs("found"), Action: envs.Action{Text: "both", Calls: []envs.ToolCall{{Name: "a", Args: json.RawMessage(`{}`)}, {Name: "b", Args: json.RawMessage(`7`)}}}.String(), Truncated: true},
	}
	calls.Final = final("cut")

	lost := base("lost")
	lost.Err, lost.Stage, lost.Turns = "the browser died", "env", 1
	lost.Steps = []traces.Step{{Observation: obs("start"), Action: `search[[{"a":1}]]`}}

	tokens := base("tokens")
	tokens.Terminated, tokens.Turns = true, 3
	call := func(sequence int, prompt, completion []int32, ms ...envs.Message) *traces.Call {
		return &traces.Call{
			Level: "tokens", Sequence: sequence, Model: "m", PromptTokens: 9, CompletionTokens: len(completion), PromptIDs: prompt,
			CompletionIDs: completion, LogProbs: make([]float64, len(completion)), Messages: ms,
		}
	}
	system := envs.Message{Role: "system", Content: "Act."}
	user := func(s string) envs.Message { return envs.Message{Role: "user", Content: s} }
	tokens.Steps = []traces.Step{
		{Observation: obs("a"), Action: "x", Raw: "I do x", Call: call(0, []int32{1, 2}, []int32{3}, system, user("a!"))},
		{Observation: obs("b"), Action: "y", Raw: "I do y", Call: call(0, []int32{4}, []int32{5, 6}, user("b!"))},
		{Observation: obs("c"), Action: "z", Raw: "I do z", Terminated: true, Call: call(1, []int32{7}, []int32{8}, system, user("c!"))},
	}
	tokens.Final = final("d")

	empty := base("empty")
	empty.Truncated, empty.Final = true, final("only this")
	return map[string]*traces.Trajectory{"text": &text, "calls": &calls, "lost": &lost, "tokens": &tokens, "empty": &empty}
}

func TestGolden(t *testing.T) {
	for name, tr := range cases() {
		for _, f := range Formats() {
			if f.Whole() {
				continue // TestInspectGolden
			}
			var b bytes.Buffer
			if err := Write(&b, f, tr); err != nil {
				t.Fatal(err)
			}
			got := indent(t, b.Bytes())
			golden(t, name+"."+string(f)+".json", got)
		}
	}
}

// golden compares got with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", path, d)
	}
}

func indent(t *testing.T, lines []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(lines) {
		if err := json.Indent(&out, line, "", "  "); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestFormats(t *testing.T) {
	for _, f := range Formats() {
		if !f.Valid() || f.ContentType() == "" {
			t.Errorf("%s is no format", f)
		}
	}
	if Format("xml").Valid() || Write(io.Discard, "xml", cases()["text"]) == nil {
		t.Error("xml is a format")
	}
}

// TestNative reads back what was written.
func TestNative(t *testing.T) {
	for name, tr := range cases() {
		var b bytes.Buffer
		if err := Write(&b, Native, tr); err != nil {
			t.Fatal(err)
		}
		got := new(traces.Trajectory)
		if err := json.Unmarshal(b.Bytes(), got); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tr, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestPackages gives what is written to the packages whose formats these are.
func TestPackages(t *testing.T) {
	python := pyvenv.Open(t, "atif==1.8.0", "openenv==0.10.0")
	dir := t.TempDir()
	for name, tr := range cases() {
		for _, f := range Formats() {
			var b bytes.Buffer
			if err := Write(&b, f, tr); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+"."+string(f)), b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if out := python.Run(t, "testdata/check.py", dir); strings.TrimSpace(out) != "5 atif, 5 openenv, 6 messages" {
		t.Errorf("the packages say: %s", out)
	}
}

// TestHarbor lets Harbor's own validator read the ATIF documents.
func TestHarbor(t *testing.T) {
	python := pyvenv.OpenSince(t, 12, "pydantic==2.14.4").With(t, "harbor==0.25.0")
	dir := t.TempDir()
	for name, tr := range cases() {
		var b bytes.Buffer
		if err := Write(&b, ATIF, tr); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "wrong"), []byte(`{"schema_version":"ATIF-v1.8","steps":[]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := python.Run(t, "testdata/check_harbor.py", dir); strings.TrimSpace(out) != "5 atif" {
		t.Errorf("Harbor says: %s", out)
	}
}
