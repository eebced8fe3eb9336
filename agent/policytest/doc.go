// Package policytest checks that a policy keeps the contract of package agent,
// and has small games to try policies and learners on.
//
//	func TestPolicy(t *testing.T) {
//		policytest.Run(t, func(t testing.TB) agent.Policy { return mine.New() })
//	}
package policytest
