package main

import (
	"encoding/json"
	"testing"

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
	for _, bad := range []string{`{"env": "alfworld", "policy_config": {"hiden": 32}}`, `{"env": "alfworld", "train": {"taskz": 1}}`, `{"env": 3}`, `{"env": "webshop", "x": 1}`, `{"env": "webshop", "train": 3}`} {
		if _, err := parseRunConfig(json.RawMessage(bad), ""); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}
