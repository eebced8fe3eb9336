package webshop_test

import (
	"encoding/json"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/envs/webshop"
)

// refused are the actions that the original lists although it ignores them.
func refused(a envs.Action) bool {
	arg := strings.TrimSuffix(strings.TrimPrefix(a.Text, "click["), "]")
	return arg == "search" || arg == "" || strings.Contains(arg, "[")
}

func TestConformance(t *testing.T) {
	for name, change := range map[string]func(*webshop.Config){
		"text":      func(*webshop.Config) {},
		"rich":      func(c *webshop.Config) { c.Observation = webshop.ModeRich; c.ShowAttributes = true },
		"html":      func(c *webshop.Config) { c.Observation = webshop.ModeHTML },
		"url":       func(c *webshop.Config) { c.Observation = webshop.ModeURL },
		"history":   func(c *webshop.Config) { c.HistoryActions, c.HistoryObservations = 3, 2 },
		"success":   func(c *webshop.Config) { c.Reward = webshop.RewardSuccess },
		"unlimited": func(c *webshop.Config) { c.MaxTurns = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			envtest.Run(t, func(t testing.TB) envs.Env { return openUnmanaged(t, change) }, envtest.Config{Refused: refused})
		})
	}
	t.Run("generated", func(t *testing.T) {
		open := func(t testing.TB) envs.Env {
			e, err := webshop.Open(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		envtest.Run(t, open, envtest.Config{Refused: refused})
	})
	t.Run("repaired", func(t *testing.T) {
		change := func(c *webshop.Config) { c.Compat = false }
		envtest.Run(t, func(t testing.TB) envs.Env { return openUnmanaged(t, change) }, envtest.Config{})
	})
}

// openUnmanaged leaves closing to the caller.
func openUnmanaged(t testing.TB, change func(*webshop.Config)) envs.Env {
	t.Helper()
	c := webshop.DefaultConfig()
	c.Data = "testdata/mini"
	change(&c)
	raw, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	e, err := webshop.Open(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	return e
}
