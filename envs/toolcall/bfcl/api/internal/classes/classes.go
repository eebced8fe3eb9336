// Package classes lists the classes of BFCL's multi-turn categories for tests,
// which play runs of entries whose calls are of several classes.
package classes

import (
	"stepgym/envs/toolcall/bfcl/api"
	"stepgym/envs/toolcall/bfcl/api/apitest"
)

// All returns the eight classes.
func All() []apitest.Subject {
	var all []apitest.Subject
	for _, c := range api.All() {
		all = append(all, apitest.Subject{Class: c.Tools, Load: c.Load})
	}
	return all
}
