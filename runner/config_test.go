package runner

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConfigRoundTrip(t *testing.T) {
	c := DefaultConfig()
	c.Iterations, c.Credit, c.CreditParams = 30, "gigpo", json.RawMessage(`{"gamma":1}`)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseConfig(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, c); d != "" {
		t.Errorf("(-got +want)\n%s", d)
	}
	var nested struct{ Train Config }
	if err := json.Unmarshal([]byte(`{"train":{"tasks":3}}`), &nested); err != nil || nested.Train.Tasks != 3 || nested.Train.GroupSize != 8 {
		t.Errorf("nested: %+v, %v", nested.Train, err)
	}
}

func TestParseConfigFaults(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{`{"taskz":1,"zeed":2,"gamma":"much"}`, []string{`unknown key "taskz"`, `unknown key "zeed"`, "gamma"}},
		{`{"tasks":1.5}`, []string{"tasks"}},
		{`[]`, []string{"config"}},
		{`{} {}`, []string{"more after"}},
		{``, []string{"config"}},
	} {
		_, err := ParseConfig([]byte(tt.in))
		for _, want := range tt.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v lacks %q", tt.in, err, want)
			}
		}
	}
}

func TestValidateReportsAllFaults(t *testing.T) {
	c := DefaultConfig()
	c.Iterations, c.Minutes = 1, 1
	c.Split, c.Sampler, c.Tasks, c.GroupSize = "", "luck", 0, -1
	c.Credit, c.Grouping, c.Gamma, c.Penalty = "magic", "colour", 2, -1
	c.Imitate, c.ImitateBatch, c.Dagger, c.DaggerBatch, c.DaggerMix = 1, 0, 1, 0, 7
	c.DevSplit, c.CheckpointEvery, c.MaxLost, c.MaxTurns = "", 0, 3, -1
	c.RecordEvery, c.RecordGroups, c.EvalFamily, c.Parallel, c.CreditWorkers = -1, -1, -1, -1, -1
	c.Update, c.TurnsPerUpdate, c.Steps = "sideways", 0, -1
	err := c.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"iterations", "minutes", "split", "sampler", "tasks", "group_size", "magic", "grouping", "gamma", "penalty",
		"imitate_batch", "dagger_batch", "dagger_mix", "dev_split", "checkpoint_every", "max_lost", "max_turns",
		"record_every", "record_groups", "eval_family", "parallel", "credit_workers", "sideways", "turns_per_update", "steps",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not reported in:\n%v", want, err)
		}
	}
	if err := DefaultConfig().Validate(); err == nil {
		t.Error("no error without a budget")
	}
	c = DefaultConfig()
	c.Iterations, c.Tasks, c.GroupSize, c.DaggerBatch = 1, 1<<62, 4, 1<<40
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "tasks times group_size") || !strings.Contains(err.Error(), "dagger_batch") {
		t.Errorf("more episodes than fit the memory: %v", err)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"tasks":3,"credit_params":{"k":1},"grouping":"anchor"}`))
	f.Add([]byte(`{"minutes":1e400}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseConfig(data)
		if err != nil {
			return
		}
		_ = c.Validate()
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseConfig(again); err != nil {
			t.Errorf("written config does not read: %v\n%s", err, again)
		}
	})
}
