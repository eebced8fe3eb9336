package alfworld_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
)

func TestParseConfig(t *testing.T) {
	change := func(f func(*alfworld.Config)) alfworld.Config {
		c := alfworld.DefaultConfig()
		f(&c)
		return c
	}
	for _, tt := range []struct {
		json string
		want alfworld.Config
	}{
		{``, alfworld.DefaultConfig()},
		{`{}`, alfworld.DefaultConfig()},
		{`{"friendly": true}`, change(func(c *alfworld.Config) { c.Compat, c.Friendly = false, true })},
		{`{"compat": false}`, change(func(c *alfworld.Config) { c.Compat, c.Friendly = false, true })},
		{`{"compat": true, "friendly": false}`, alfworld.DefaultConfig()},
		{`{"max_turns": 20, "preset": "verl-agent"}`, change(func(c *alfworld.Config) {
			c.Preset, c.MaxTurns, c.Reward, c.Help = "verl-agent", 20, "verl-agent", false
		})},
		{`{"task_types": ["look_at_obj_in_light"], "goals": "human", "data": "x", "randomize_numbers": true, "cache_mb": 5}`, change(func(c *alfworld.Config) {
			c.TaskTypes, c.Goals, c.Data, c.RandomizeNumbers, c.CacheMB = []string{"look_at_obj_in_light"}, "human", "x", true, 5
		})},
	} {
		got, err := alfworld.ParseConfig(json.RawMessage(tt.json))
		if err != nil {
			t.Errorf("%s: %v", tt.json, err)
		}
		if diff := cmp.Diff(got, tt.want); diff != "" {
			t.Errorf("%s: %s", tt.json, diff)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, tt := range []struct {
		json string
		want []string
	}{
		{`[]`, []string{"want a JSON object"}},
		{`{"date": 1, "max_turns": -1, "goals": "all", "reward": 7, "task_types": ["cook"], "preset": "x", "cache_mb": 0}`, []string{
			`unknown key "date"; the keys are cache_mb, compat`, "max_turns: -1 is below 0", `goals: "all" is none of template, human`,
			"reward: got a number, want a string", `task_types: "cook" is none of pick_and_place_simple`, `preset: "x" is none of verl-agent`, "cache_mb: 0 is below 1",
		}},
		{`{"compat": true, "friendly": true}`, []string{"compat and friendly are both true"}},
		{`{"compat": false, "friendly": false}`, []string{"compat and friendly are both false"}},
		{`{"compat": "yes", "task_types": "look", "max_turns": "many"}`, []string{"compat: got a string, want true or false", "task_types: got a string, want a list of strings", "max_turns: got a string, want a whole number"}},
	} {
		_, err := alfworld.Open(t.Context(), json.RawMessage(tt.json))
		if _, ok := errors.AsType[*envs.ConfigError](err); !ok {
			t.Errorf("%s: got %v, want an envs.ConfigError", tt.json, err)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %q in it", tt.json, err, want)
			}
		}
	}
}
