package bfcl

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

func mini(t testing.TB, categories []string, change func(*Config)) *Env {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Categories = filepath.Join("testdata", "mini"), categories
	if change != nil {
		change(&c)
	}
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func reset(t testing.TB, env *Env, id string) envs.Episode {
	t.Helper()
	ep, err := env.Reset(t.Context(), envs.Task{ID: id}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ep
}

func act(t testing.TB, ep envs.Episode, a envs.Action) envs.Result {
	t.Helper()
	r, err := ep.Step(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func toolCall(name, args string) envs.Action {
	return envs.Action{Calls: []envs.ToolCall{{ID: "c1", Name: name, Args: json.RawMessage(args)}}}
}

// chosen sets the categories.
func chosen(names ...string) func(*Config) { return func(c *Config) { c.Categories = names } }

func TestPartConfigErrors(t *testing.T) {
	broken := t.TempDir()
	for name, text := range map[string]string{"student": `{"core_memory": {}}`, "customer": `[]`, "finance": `{`} {
		if err := os.WriteFile(filepath.Join(broken, name+"_final.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		change func(*Config)
		want   string
	}{
		{chosen("memory_vector"), "memory_vector is not supported: it needs a model"},
		{chosen("web_search_base"), "it needs a live search service"},
		{chosen("simple"), `no category "simple"; there are multi_turn_base, `},
		{chosen(), "categories is empty"},
		{func(c *Config) { c.Categories, c.Guided = []string{"simple_python"}, true }, "guided is for the multi-turn categories"},
		{func(c *Config) { c.Memory = "" }, "memory is empty"},
		{func(c *Config) { c.Categories, c.Memory = Memory(), t.TempDir() }, "holds no student_final.json for memory_kv"},
		{func(c *Config) { c.Categories, c.Memory = Memory(), broken }, "it is no memory of sort kv: KeyError"},
		{chosen("simple_javascript"), "BFCL_v4_simple_javascript.json"},
		{chosen("simple_python", "multi_turn_long_context"), "multi_turn_long_context needs"},
	}
	for _, tt := range tests {
		c := DefaultConfig()
		c.Data = filepath.Join("testdata", "mini")
		tt.change(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// TestPartSnapshots refuses snapshots of other data and settings.
func TestPartSnapshots(t *testing.T) {
	env := mini(t, []string{"simple_python", "memory_kv"}, nil)
	for _, id := range []string{"simple_python_0", "memory_kv_0-customer-0"} {
		ep := reset(t, env, id)
		act(t, ep, envs.Action{Text: "one"})
		b, err := ep.(envs.Snapshotter).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		again, err := env.Restore(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ep.Observation(), again.Observation()); diff != "" {
			t.Errorf("%s: -want +got:\n%s", id, diff)
		}
		for name, r := range map[string]record{
			"another print":     {Task: id, Print: 1},
			"another task":      {Task: "x"},
			"no action":         {Task: id, Print: env.owner[id].fingerprint(id), Steps: []step{{Calls: []string{"f()"}}}},
			"more than the end": {Task: id, Print: env.owner[id].fingerprint(id), Steps: slices.Repeat([]step{{Said: &envs.Action{Text: "a"}}}, 9)},
		} {
			b, err := r.seal()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := env.Restore(t.Context(), b); !errors.Is(err, envs.ErrSnapshot) {
				t.Errorf("%s: %s: %v", id, name, err)
			}
		}
	}
}
