// Package api lists the classes of functions that BFCL's multi-turn entries
// involve. Each has a package of its own below.
package api

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/bfcl/api/mathapi"
	"stepgym/envs/toolcall/bfcl/api/message"
	"stepgym/envs/toolcall/bfcl/api/posting"
	"stepgym/envs/toolcall/bfcl/api/ticket"
	"stepgym/envs/toolcall/bfcl/api/trading"
	"stepgym/envs/toolcall/bfcl/api/travel"
	"stepgym/envs/toolcall/bfcl/api/vehicle"
	"stepgym/envs/toolcall/py"
)

// Class is a class of functions and what goes with it.
type Class struct {
	Tools *toolcall.Class

	// Load makes the state of a scenario; long holds the literals of the
	// original's long_context and is nil in the other categories. It raises
	// what the original raises for a scenario that is not well formed.
	Load func(scenario, long *py.Dict) toolcall.State

	Doc string // the data's file about its functions, in multi_turn_func_doc
}

// All returns the eight classes, in the order of their names.
func All() []Class {
	return []Class{
		{filesystem.Class(), filesystem.Load, "gorilla_file_system.json"},
		{mathapi.Class(), mathapi.Load, "math_api.json"},
		{message.Class(), message.Load, "message_api.json"},
		{ticket.Class(), ticket.Load, "ticket_api.json"},
		{trading.Class(), trading.Load, "trading_bot.json"},
		{travel.Class(), travel.Load, "travel_booking.json"},
		{posting.Class(), posting.Load, "posting_api.json"},
		{vehicle.Class(), vehicle.Load, "vehicle_control.json"},
	}
}
