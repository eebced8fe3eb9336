package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/credit"
	"stepgym/runner"
)

// TestConfigFor checks what lies under a configuration: the settings of the
// environment that a flag or the configuration names.
func TestConfigFor(t *testing.T) {
	house, shop := configFor("alfworld"), configFor("webshop")
	if house.PolicyConfig == shop.PolicyConfig || house.Train.Credit == shop.Train.Credit {
		t.Fatal("the environments have the same settings: this test tests nothing")
	}
	for _, tt := range []struct {
		name, raw, env string
		want           runConfig
	}{
		{"nothing", ``, "", shop},
		{"a flag", ``, "alfworld", house},
		{"an environment's configuration", `{"data": "x"}`, "alfworld", house},
		{"named inside", `{"env": "alfworld"}`, "", house},
		{"inside a run.json", `{"format": 1, "config": {"env": "alfworld", "train": {}}}`, "", house},
		{"a flag over it", `{"env": "webshop"}`, "alfworld", house},
	} {
		var raw json.RawMessage
		if tt.raw != "" {
			raw = json.RawMessage(tt.raw)
		}
		got, err := parseRunConfig(raw, tt.env)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got.PolicyConfig != tt.want.PolicyConfig || got.Train.Credit != tt.want.Train.Credit || got.Train.Gamma != tt.want.Train.Gamma {
			t.Errorf("%s: other settings than those of %s", tt.name, tt.want.Env)
		}
	}
	got, err := parseRunConfig(json.RawMessage(`{"env": "alfworld", "policy_config": {"hidden": 32}, "train": {"sampler": "family"}}`), "")
	if err != nil {
		t.Fatal(err)
	}
	want := house.PolicyConfig
	want.Hidden = 32
	if got.PolicyConfig != want || got.Train.Sampler != runner.ByFamily || got.Train.Tasks != house.Train.Tasks {
		t.Errorf("a part that is given: %+v", got)
	}
	for raw, want := range map[string]struct {
		loss     string
		high     float64
		resample int
	}{
		`{"env": "webshop"}`: {"ppo", 0.2, 0},
		`{"env": "webshop", "policy_config": {"clip": 0.3}}`:                                                    {"ppo", 0.3, 0}, // as runs had it once
		`{"env": "webshop", "policy_config": {"loss": {"name": "dapo"}}}`:                                       {"dapo", 0.28, 4},
		`{"env": "webshop", "policy_config": {"loss": {"name": "dapo"}}, "train": {"resample": 0}}`:             {"dapo", 0.28, 0},
		`{"env": "webshop", "policy_config": {"loss": {"name": "cispo", "high": 2}}, "train": {"resample": 2}}`: {"cispo", 2, 2},
	} {
		c, err := parseRunConfig(json.RawMessage(raw), "")
		if err != nil {
			t.Fatal(err)
		}
		if l := c.PolicyConfig.Loss; l.Name != want.loss || l.High != want.high || c.Train.Resample != want.resample {
			t.Errorf("%s: loss %+v, resample %d, want %+v", raw, l, c.Train.Resample, want)
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parseRunConfig(text, ""); err != nil || again.PolicyConfig != c.PolicyConfig || again.Train.Resample != c.Train.Resample {
			t.Errorf("%s: written and read it is %+v, %v", raw, again, err)
		}
	}
	for _, bad := range []string{`{"env": "alfworld", "policy_config": {"hiden": 32}}`, `{"env": "webshop", "policy_config": {"loss": {"nam": "ppo"}}}`, `{"env": "webshop", "policy_config": {"loss": 3}}`, `{"env": "alfworld", "train": {"taskz": 1}}`, `{"env": 3}`, `{"env": "webshop", "x": 1}`, `{"env": "webshop", "train": 3}`} {
		if _, err := parseRunConfig(json.RawMessage(bad), ""); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

// TestConfigRoundTrip checks that what run.json holds is what a run had, for
// every method in every environment: a run that is gone on with, or read, must
// not take up settings that it was not given.
func TestConfigRoundTrip(t *testing.T) {
	for _, env := range envNames() {
		for _, preset := range append(credit.Presets(), configFor(env).Train.Credit) {
			for _, params := range []json.RawMessage{nil, configFor(env).Train.CreditParams} {
				c := configFor(env)
				c.Train.Credit, c.Train.CreditParams = preset, params
				raw, err := json.Marshal(c)
				if err != nil {
					t.Fatal(err)
				}
				got, err := parseRunConfig(raw, "")
				if err != nil {
					t.Errorf("%s, %s: %v", env, preset, err)
					continue
				}
				if diff := cmp.Diff(c, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s, %s: parsed differently (-run +read):\n%s", env, preset, diff)
				}
			}
		}
	}
}
