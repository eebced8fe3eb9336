package alfworld_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest"
	"stepgym/internal/testdata"
)

// variants are configurations that differ in what is seen or done.
func variants() map[string]func(*alfworld.Config) {
	return map[string]func(*alfworld.Config){
		"compat":     func(*alfworld.Config) {},
		"friendly":   func(c *alfworld.Config) { c.Compat, c.Friendly = false, true },
		"verl-agent": func(c *alfworld.Config) { c.MaxTurns, c.Reward, c.Help = 50, alfworld.RewardVerlAgent, false },
		"human":      func(c *alfworld.Config) { c.Goals = alfworld.GoalsHuman },
		"shuffled":   func(c *alfworld.Config) { c.RandomizeNumbers = true },
		"unlimited":  func(c *alfworld.Config) { c.MaxTurns = 0 },
		"forgetful":  func(c *alfworld.Config) { c.CacheMB, c.MaxTurns = 1, 10 },
	}
}

// openUnmanaged leaves closing to the caller.
func openUnmanaged(t testing.TB, change func(*alfworld.Config)) envs.Env {
	t.Helper()
	c := alfworld.DefaultConfig()
	c.House.Games = 60
	change(&c)
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	e, err := alfworld.Open(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestConformance checks the generated games.
func TestConformance(t *testing.T) {
	for name, change := range variants() {
		if testing.Short() && name != "compat" && name != "friendly" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			envtest.Run(t, func(t testing.TB) envs.Env { return openUnmanaged(t, change) }, envtest.Config{})
		})
	}
}

// TestConformanceOriginal checks games as they are published.
func TestConformanceOriginal(t *testing.T) {
	root := testdata.Shared(t, "alfworld")
	for _, data := range []string{"games", "real/valid_seen.jsonl.xz", "real/valid_unseen.jsonl.xz"} {
		for _, name := range []string{"compat", "friendly"} {
			change := variants()[name]
			if testing.Short() {
				t.Skip("the generated games are checked with -short, too")
			}
			t.Run(data+" "+name, func(t *testing.T) {
				open := func(t testing.TB) envs.Env {
					return openUnmanaged(t, func(c *alfworld.Config) {
						change(c)
						c.Data = filepath.Join(root, data)
					})
				}
				envtest.Run(t, open, envtest.Config{})
			})
		}
	}
}
