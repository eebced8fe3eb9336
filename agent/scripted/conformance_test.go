package scripted_test

import (
	"testing"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/agent/scripted"
)

// TestConformance runs the suite on the one policy that is at home in any
// environment.
func TestConformance(t *testing.T) {
	policytest.Run(t, func(t testing.TB) agent.Policy {
		p, err := scripted.New("random", scripted.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	})
}
