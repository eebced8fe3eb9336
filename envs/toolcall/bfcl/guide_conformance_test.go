package bfcl

import (
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
)

// TestGuidedConformance runs the suite on episodes that are played by choices.
func TestGuidedConformance(t *testing.T) {
	for _, category := range []string{"multi_turn_miss_func", "multi_turn_long_context"} {
		t.Run(category, func(t *testing.T) {
			envtest.Run(t, func(t testing.TB) envs.Env { return guided(t, category) }, envtest.Config{Tasks: 3, Seeds: 2})
		})
	}
}
