package bfcl

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs"
)

// tiny opens the tiny data.
func tiny(t *testing.T, change func(*Config)) *Env {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.Categories = filepath.Join("testdata", "mini"), []string{"multi_turn_base", "multi_turn_miss_func"}
	if change != nil {
		change(&c)
	}
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// tell takes actions, texts each, and returns the last result.
func tell(t *testing.T, ep envs.Episode, texts ...string) (r envs.Result) {
	t.Helper()
	for _, text := range texts {
		var err error
		if r, err = ep.Step(t.Context(), envs.Action{Text: text}); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return r
}

func resetTiny(t *testing.T, env *Env, id string) envs.Episode {
	t.Helper()
	ep, err := env.Reset(t.Context(), envs.Task{ID: id}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return ep
}

// TestStepLimit has one step too many: in the last turn the entry is judged as it
// is, before that it fails.
func TestStepLimit(t *testing.T) {
	env := tiny(t, func(c *Config) { c.StepLimit = 3 })
	ls := "[ls()]"
	ep := resetTiny(t, env, "multi_turn_base_3")
	if r := tell(t, ep, "[cat(file_name='diary.txt')]", ls, ls); r.Done() {
		t.Fatal("it ended within the limit")
	}
	r := tell(t, ep, ls)
	if !r.Terminated || r.Success || r.Metrics["step_limit"] != 1 || r.Metrics[ErrorTerminated] != 1 {
		t.Errorf("in the first turn: %+v", r)
	}
	if o := ep.Observation(); len(o.Messages) != 1 || o.Messages[0].Role != "tool" {
		t.Errorf("the last result is not seen: %+v", o.Messages)
	}
	ep = resetTiny(t, env, "multi_turn_base_3")
	tell(t, ep, "[cat(file_name='diary.txt')]", "so it says", "[echo(content='rain at last', file_name='diary.txt')]", ls, ls)
	if r = tell(t, ep, ls); !r.Terminated || !r.Success || r.Reward != 1 || r.Metrics["step_limit"] != 1 {
		t.Errorf("in the last turn: %+v", r)
	}
}

// TestRevealed has a function that is missing at first.
func TestRevealed(t *testing.T) {
	env := tiny(t, nil)
	ep := resetTiny(t, env, "multi_turn_miss_func_0")
	has := func(o envs.Observation, name string) bool {
		for _, s := range o.Tools {
			if s.Name == name {
				return true
			}
		}
		return false
	}
	if o := ep.Observation(); has(o, "mv") || !has(o, "sort") {
		t.Error("the first turn offers mv, or does not offer sort")
	}
	tell(t, ep, "[sort(file_name='plants.txt')]", "sorted")
	if o := ep.Observation(); o.Tools != nil || !strings.Contains(o.Text(), "move plants.txt") {
		t.Errorf("the second turn: tools %v, text %q", o.Tools, o.Text())
	}
	tell(t, ep, "I cannot move things.")
	o := ep.Observation()
	if !has(o, "mv") || !has(o, "sort") || o.Text() != revealed {
		t.Errorf("the third turn: %d tools, text %q", len(o.Tools), o.Text())
	}
	r := tell(t, ep, "[mv('plants.txt', destination='old')]", "moved", "[cd(folder='old'), ls()]", "only plants.txt")
	if r.Success {
		t.Error("a positional argument in a text counts, which the original drops")
	}
	ep = resetTiny(t, env, "multi_turn_miss_func_0")
	r = tell(t, ep, "[sort(file_name='plants.txt')]", "", "", "[mv(source='plants.txt', destination='old')]", "", "[cd(folder='old'), ls()]", "")
	if !r.Success || r.Reward != 1 || r.Metrics["turns_right"] != 3 || r.Metrics["turns_judged"] != 3 {
		t.Errorf("%+v", r)
	}
}

// TestTurnReward pays for turns, also for those after one that failed.
func TestTurnReward(t *testing.T) {
	env := tiny(t, func(c *Config) { c.Reward = RewardTurn })
	ep := resetTiny(t, env, "multi_turn_base_1")
	var sum float64
	for _, text := range []string{"[cat(file_name='harvest.txt')]", "", "[add(a=12, b=15)]", "", "[touch(file_name='mean.txt'), echo(content='15', file_name='mean.txt')]", ""} {
		sum += tell(t, ep, text).Reward
	}
	if v := ep.(*Episode).Verdict(); sum < 0.66 || sum > 0.67 || v.Valid || v.Type != ErrorResponse || v.Turn != 1 {
		t.Errorf("rewards %v, verdict %+v", sum, v)
	}
}

// TestParallelCalls runs calls in JSON in order and answers each by its ID; one
// that cannot be run does not stop the others.
func TestParallelCalls(t *testing.T) {
	env := tiny(t, func(c *Config) { c.EndTurnTool = true })
	ep := resetTiny(t, env, "multi_turn_base_2")
	call := func(id, name, args string) envs.ToolCall {
		return envs.ToolCall{ID: id, Name: name, Args: json.RawMessage(args)}
	}
	r, err := ep.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{
		call("1", "cd", `{"folder": "seeds"}`), call("2", "fly", `{}`), call("3", "cp", `[1]`), call("4", "cp", `{"source": "tomato.csv", "destination": "tomato2.csv"}`),
	}})
	if err != nil || r.Invalid {
		t.Fatalf("%+v, error %v", r, err)
	}
	want := []string{
		`1 {"current_working_directory": "seeds"}`, "2 Error during execution: name 'fly' is not defined",
		"3 Error during execution: GorillaFileSystem.cp() missing 1 required positional argument: 'destination'", `4 {"result": "'tomato.csv' copied to 'tomato2.csv'"}`,
	}
	for i, m := range ep.Observation().Messages {
		if got := m.ToolCallID + " " + m.Content; m.Role != "tool" || got != want[i] {
			t.Errorf("message %d is %s %q, want %q", i, m.Role, got, want[i])
		}
	}
	if r, err = ep.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{call("5", "end_turn", `{}`)}}); err != nil || r.Done() {
		t.Fatalf("%+v, error %v", r, err)
	}
	if o := ep.Observation(); !strings.Contains(o.Text(), "spring") {
		t.Errorf("after end_turn: %q", o.Text())
	}
	if r, err = ep.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{call("", "fly", `{}`)}}); err != nil || !r.Invalid {
		t.Errorf("a call of nothing: %+v, error %v", r, err)
	}
}
