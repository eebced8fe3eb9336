// Package classes lists the classes of BFCL's multi-turn categories. It is for
// tests that play runs of entries, whose calls are of several classes.
package classes

import (
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/bfcl/api/mathapi"
	"stepgym/envs/toolcall/bfcl/api/message"
	"stepgym/envs/toolcall/bfcl/api/posting"
	"stepgym/envs/toolcall/bfcl/api/ticket"
	"stepgym/envs/toolcall/bfcl/api/trading"
	"stepgym/envs/toolcall/bfcl/api/travel"
	"stepgym/envs/toolcall/bfcl/api/vehicle"
)

// All returns the eight classes.
func All() []apitest.Subject {
	return []apitest.Subject{
		{Class: filesystem.Class(), Load: filesystem.Load},
		{Class: mathapi.Class(), Load: mathapi.Load},
		{Class: message.Class(), Load: message.Load},
		{Class: posting.Class(), Load: posting.Load},
		{Class: ticket.Class(), Load: ticket.Load},
		{Class: trading.Class(), Load: trading.Load},
		{Class: travel.Class(), Load: travel.Load},
		{Class: vehicle.Class(), Load: vehicle.Load},
	}
}
