package bfcl

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

// class is a class of tools of the multi-turn categories.
type class struct {
	tools *toolcall.Class
	load  func(scenario, long *py.Dict) toolcall.State
	doc   string // its file in multi_turn_func_doc
}

// classes are those that multi-turn entries involve, by name.
func classes() map[string]class {
	return map[string]class{
		"GorillaFileSystem": {filesystem.Class(), filesystem.Load, "gorilla_file_system.json"},
		"MathAPI":           {mathapi.Class(), mathapi.Load, "math_api.json"},
		"MessageAPI":        {message.Class(), message.Load, "message_api.json"},
		"TicketAPI":         {ticket.Class(), ticket.Load, "ticket_api.json"},
		"TradingBot":        {trading.Class(), trading.Load, "trading_bot.json"},
		"TravelAPI":         {travel.Class(), travel.Load, "travel_booking.json"},
		"TwitterAPI":        {posting.Class(), posting.Load, "posting_api.json"},
		"VehicleControlAPI": {vehicle.Class(), vehicle.Load, "vehicle_control.json"},
	}
}
