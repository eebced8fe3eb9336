package bfcl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/agentic"
)

// TestMemoryEpisode plays conversations and a question.
func TestMemoryEpisode(t *testing.T) {
	env := mini(t, Memory(), func(c *Config) { c.StepLimit = 2 })
	ep := reset(t, env, "memory_kv_1-customer-1")
	o := ep.Observation()
	if len(o.Messages) != 2 || !strings.Contains(o.Messages[0].Content, "Core memory:\nThere is no content") || !strings.Contains(o.Messages[1].Content, "I live in Ely") {
		t.Fatalf("at first: %+v", o.Messages)
	}
	if len(o.Tools) != 6 {
		t.Errorf("%d tools", len(o.Tools))
	}
	act(t, ep, toolCall("core_memory_add", `{"key": "town", "value": "Ely"}`))
	o = ep.Observation()
	if diff := cmp.Diff([]envs.Message{{Role: "tool", Content: `{"status": "Key-value pair added."}`, ToolCallID: "c1"}}, o.Messages); diff != "" || o.Tools != nil {
		t.Errorf("after a call: %s", diff)
	}
	act(t, ep, envs.Action{Text: "Gladly."})
	if o = ep.Observation(); len(o.Messages) != 1 || !strings.HasPrefix(o.Messages[0].Content, "The blue one") {
		t.Errorf("the second turn: %+v", o.Messages)
	}
	for range 3 { // the third is one too many: the conversation ends
		act(t, ep, envs.Action{Text: "[archival_memory_add(key='colour', value='blue')]"})
	}
	o = ep.Observation()
	if len(o.Messages) != 2 || !strings.Contains(o.Messages[0].Content, `"town": "Ely"`) || !strings.Contains(o.Messages[1].Content, "post") {
		t.Errorf("the second conversation: %+v", o.Messages)
	}
	act(t, ep, envs.Action{Text: "Tomorrow."})
	o = ep.Observation()
	if len(o.Messages) != 2 || !strings.Contains(o.Messages[0].Content, "is looked for in your next text") || o.Messages[1].Content != "In which town do I live?" {
		t.Errorf("the question: %+v", o.Messages)
	}
	act(t, ep, toolCall("archival_memory_retrieve", `{"key": "colour"}`))
	if got := ep.Observation().Text(); got != `{"value": "blue"}` {
		t.Errorf("the archive has %s", got)
	}
	if r := act(t, ep, envs.Action{Text: "You live in Ely."}); !r.Success || r.Reward != 1 || !r.Terminated {
		t.Errorf("the end: %+v", r)
	}
}

func TestMemoryEnds(t *testing.T) {
	env := mini(t, Memory(), func(c *Config) {
		c.StepLimit, c.Memory, c.EndTurnTool = 2, filepath.Join("testdata", "memories"), true
	})
	read := envs.Action{Text: "[memory_retrieve()]"}
	tests := []struct {
		name    string
		actions []envs.Action
		success bool
		metrics map[string]float64
	}{
		{"right", []envs.Action{read, {Text: "Six"}}, true, nil},
		{"wrong", []envs.Action{read, {Text: "Seven"}}, false, map[string]float64{agentic.ErrorNotFound: 1}},
		{"nothing said", []envs.Action{{}}, false, map[string]float64{agentic.ErrorNoMessage: 1}},
		{"the turn ended", []envs.Action{toolCall("end_turn", "{}")}, false, map[string]float64{agentic.ErrorNoMessage: 1}},
		{"too many steps", []envs.Action{read, read, read}, false, map[string]float64{agentic.ErrorNoMessage: 1, "step_limit": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ep := reset(t, env, "memory_rec_sum_2-notetaker-0")
			if o := ep.Observation(); !strings.Contains(o.Messages[0].Content, "Memory:\neggs: six") || len(o.Tools) != 3 {
				t.Errorf("it begins with %+v", o)
			}
			var r envs.Result
			for _, a := range tt.actions {
				if r.Terminated {
					t.Fatal("it has ended")
				}
				r = act(t, ep, a)
			}
			if r.Success != tt.success || !r.Terminated {
				t.Errorf("%+v", r)
			}
			if diff := cmp.Diff(tt.metrics, r.Metrics); diff != "" {
				t.Errorf("metrics, -want +got:\n%s", diff)
			}
			why := Failures{}.ClassifyFailure(&envs.Attempt{Task: envs.Task{ID: "memory_rec_sum_2-notetaker-0"}, Terminated: true, Metrics: r.Metrics})
			if (why == "") != tt.success {
				t.Errorf("the failure is %q", why)
			}
		})
	}
}

// TestMemoryPlaces reads snapshots from where they may lie.
func TestMemoryPlaces(t *testing.T) {
	from := os.DirFS(filepath.Join("testdata", "memories", "kv", "memory_snapshot"))
	for _, at := range []string{"agentic/memory/kv/memory_snapshot", "kv/memory_snapshot", "kv", "memory_snapshot", "."} {
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, at), from); err != nil {
			t.Fatal(err)
		}
		env := mini(t, []string{"memory_kv"}, func(c *Config) { c.Memory = dir })
		if got := reset(t, env, "memory_kv_1-customer-1").Observation().Text(); !strings.Contains(got, `"town": "Ely"`) {
			t.Errorf("%s: it begins with %s", at, got)
		}
	}
}
