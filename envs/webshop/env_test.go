package webshop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

// open opens the catalogue of testdata/mini with changes to the defaults.
func open(t testing.TB, change ...func(*webshop.Config)) *webshop.Env {
	t.Helper()
	c := webshop.DefaultConfig()
	c.Data = "testdata/mini"
	for _, f := range change {
		f(&c)
	}
	e, err := webshop.OpenConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func reset(t testing.TB, env envs.Env, goal int) envs.Episode {
	t.Helper()
	ep, err := env.Reset(t.Context(), envs.Task{ID: fmt.Sprintf("goal:%d", goal)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return ep
}

func step(t testing.TB, ep envs.Episode, text string) envs.Result {
	t.Helper()
	r, err := ep.Step(t.Context(), envs.Action{Text: text})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

func TestConfigFaults(t *testing.T) {
	tests := []struct {
		name, config string
		want         []string
	}{
		{"no object", `[1]`, []string{"want a JSON object"}},
		{"unknown keys", `{"date":"x","Data":"x"}`, []string{`unknown key "date"`, `unknown key "Data"`, "history_actions"}},
		{"types", `{"max_turns":"many","compat":3,"shuffle_seed":-1,"data":[]}`, []string{"max_turns: got a string, want a whole number", "compat: got a number, want true or false", "shuffle_seed: got a number -1, want a whole number of at least 0", "data: got a array, want a string"}},
		{"types, keys and values", `{"compat":3,"date":1,"goals":"all"}`, []string{"compat", "date", "goals"}},
		{"too large", `{"products":100000000000}`, []string{"products"}},
		{"values", `{"goals":"all","observation":"pdf","reward":"big","split":"x","max_turns":-1,"folds":3,"fold":7,"products":0}`,
			[]string{"goals", "observation", "reward", "split", "max_turns", "folds: 3", "fold: 7", "products"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := webshop.Open(t.Context(), json.RawMessage(tt.config))
			if _, ok := errors.AsType[*envs.ConfigError](err); !ok {
				t.Fatalf("got %v, want a ConfigError", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q is not named in: %v", w, err)
				}
			}
		})
	}
	if _, err := webshop.Open(t.Context(), json.RawMessage(`{"data":"testdata/no such folder"}`)); err == nil || !strings.Contains(err.Error(), "no such folder") {
		t.Errorf("missing folder: got %v", err)
	}
	c, err := webshop.ParseConfig(nil)
	if err != nil || c != webshop.DefaultConfig() {
		t.Errorf("nil: got %+v, %v", c, err)
	}
}

func TestTasks(t *testing.T) {
	env := open(t)
	family := map[string]string{}
	total := 0
	for _, split := range []string{"train", "dev", "test"} {
		for task, err := range env.Tasks(split) {
			if err != nil {
				t.Fatal(err)
			}
			if was := family[task.Family]; was != "" && was != split {
				t.Errorf("family %s is in %s and %s", task.Family, was, split)
			}
			family[task.Family] = split
			total++
			var data struct {
				ASIN    string      `json:"asin"`
				Options [][2]string `json:"options"`
			}
			if err := json.Unmarshal(task.Data, &data); err != nil || data.ASIN == "" || task.Goal == "" {
				t.Errorf("incomplete task %+v: %v", task, err)
			}
		}
	}
	if total != env.Catalog().NumGoals() {
		t.Errorf("got %d tasks in all, want %d", total, env.Catalog().NumGoals())
	}
	for _, err := range env.Tasks("valid") {
		if !errors.Is(err, envs.ErrNoSplit) {
			t.Errorf("got %v, want ErrNoSplit", err)
		}
	}
}

// quirks opens the page of the product with odd options.
func quirks(t *testing.T, env envs.Env) envs.Episode {
	t.Helper()
	ep := reset(t, env, 0)
	step(t, ep, "search[odd headphones]")
	if r := step(t, ep, "click[bquirks001]"); r.Invalid {
		t.Fatalf("the product is not found: %s", ep.Observation().Text())
	}
	return ep
}

func TestOddOptions(t *testing.T) {
	kinds := func(o envs.Observation) map[string]string {
		m := map[string]string{}
		for _, c := range o.Admissible {
			m[c.Action.Text] = c.Kind + " " + c.Slot
		}
		return m
	}
	compat := kinds(quirks(t, open(t)).Observation())
	want := map[string]string{
		"click[back to search]": "back ", "click[< prev]": "prev ", "click[description]": "page ", "click[features]": "page ",
		"click[reviews]": "page ", "click[buy now]": "buy ", "click[red]": "option pattern", "click[search]": "noop ",
		"click[next >]": "option color", "click[with [brackets]]": "noop ", `click[5" x 7"]`: "option color",
		"click[café]": "option color", "click[]": "noop ", "click[item_page]": "option color", "click[plain]": "option pattern",
	}
	if diff := cmp.Diff(compat, want); diff != "" {
		t.Errorf("compat (-got +want):\n%s", diff)
	}
	repaired := kinds(quirks(t, open(t, func(c *webshop.Config) { c.Compat = false })).Observation())
	delete(want, "click[search]")
	delete(want, "click[]")
	want["click[with [brackets]]"] = "option color"
	if diff := cmp.Diff(repaired, want); diff != "" {
		t.Errorf("repaired (-got +want):\n%s", diff)
	}
}

// TestMisrouting checks that the original's look at the address is reproduced,
// and repaired without compat.
func TestMisrouting(t *testing.T) {
	for _, compat := range []bool{true, false} {
		env := open(t, func(c *webshop.Config) { c.Compat = compat })
		ep := quirks(t, env)
		step(t, ep, "click[item_page]") // the value gets into the address
		step(t, ep, "click[features]")
		step(t, ep, "click[< prev]")
		want := map[bool]string{true: "results", false: "item"}[compat]
		if got := ep.Observation().Place; got != want {
			t.Errorf("compat %v: '< prev' of a sub-page leads to %s, want %s", compat, got, want)
		}
	}
	ep := reset(t, open(t), 0)
	step(t, ep, "search[search_results odd headphones]")
	step(t, ep, "click[bquirks001]")
	step(t, ep, "click[< prev]")
	if o := ep.Observation(); !strings.Contains(o.Text(), "Page 0 (Total") || len(o.Admissible) != 2 {
		t.Errorf("got %q, want the empty page 0", o.Text())
	}
}

func TestRandomSearch(t *testing.T) {
	env := open(t)
	ep := reset(t, env, 0)
	if r := step(t, ep, "search[<r>]"); !r.Invalid {
		t.Error("a catalogue with fewer than 50 products answered a random search")
	}
	for _, q := range []string{"<a> dry skin", "<c>", "<a>"} {
		if r := step(t, ep, "search["+q+"]"); !r.Invalid || ep.Observation().Place != "search" {
			t.Errorf("%q was not refused", q)
		}
	}
	step(t, ep, "search[<c> electronics]")
	if !strings.Contains(ep.Observation().Text(), "BQUIRKS001") {
		t.Errorf("no electronics in %q", ep.Observation().Text())
	}
}

func TestSuccessReward(t *testing.T) {
	dense := open(t)
	success := open(t, func(c *webshop.Config) { c.Reward = webshop.RewardSuccess })
	for task, err := range dense.Tasks("all") {
		if err != nil {
			t.Fatal(err)
		}
		var data struct {
			ASIN    string      `json:"asin"`
			Query   string      `json:"query"`
			Options [][2]string `json:"options"`
		}
		if err := json.Unmarshal(task.Data, &data); err != nil {
			t.Fatal(err)
		}
		buy := []string{"search[<q> " + data.Query + "]", "click[" + strings.ToLower(data.ASIN) + "]"}
		for _, o := range data.Options {
			buy = append(buy, "click["+o[1]+"]")
		}
		if slices.Contains(buy, "click[features]") || slices.Contains(buy, "click[search]") {
			continue // option values that cannot be chosen
		}
		buy = append(buy, "click[buy now]")
		var last [2]envs.PlayLine
		for i, env := range []envs.Env{dense, success} {
			err := envs.Play(t.Context(), env, task, 1, append(buy, "click[buy now]"), func(l envs.PlayLine) error {
				last[i] = l
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		dense, success := last[0], last[1]
		if !dense.Terminated || dense.Reward != dense.Metrics["score"] || dense.Success != (dense.Reward == 1) {
			t.Errorf("%s: dense: got %+v", task.ID, dense)
		}
		want := 0.0
		if dense.Success {
			want = 10
		}
		if success.Reward != want || success.Success != dense.Success || success.Metrics["score"] != dense.Reward {
			t.Errorf("%s: success: got %+v, want reward %v", task.ID, success, want)
		}
	}
}

func TestRestoreElsewhere(t *testing.T) {
	ep := quirks(t, open(t))
	step(t, ep, "click[red]")
	b, err := ep.(envs.Snapshotter).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 300 {
		t.Errorf("a snapshot takes %d bytes", len(b))
	}
	twin, err := open(t).Restore(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(twin.Observation(), ep.Observation()); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	human := open(t, func(c *webshop.Config) { c.Goals = "human" })
	if _, err := human.Restore(t.Context(), b); !errors.Is(err, envs.ErrSnapshot) {
		t.Errorf("another catalogue: got %v, want ErrSnapshot", err)
	}
	for i := range b {
		broken := slices.Clone(b)
		broken[i] ^= 4
		if _, err := open(t).Restore(t.Context(), broken); !errors.Is(err, envs.ErrSnapshot) {
			t.Fatalf("byte %d broken: got %v, want ErrSnapshot", i, err)
		}
	}
}

func TestPlayStopsAtTheEnd(t *testing.T) {
	env := open(t, func(c *webshop.Config) { c.MaxTurns = 2 })
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := envs.Play(context.Background(), env, envs.Task{ID: "goal:0"}, 1, []string{"a", "b", "c"}, func(l envs.PlayLine) error {
		return enc.Encode(l)
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 || !strings.Contains(lines[2], `"truncated":true,"invalid":true`) || !strings.Contains(lines[0], `"forms":["search[<query>]"]`) {
		t.Errorf("got %s", out.String())
	}
}
