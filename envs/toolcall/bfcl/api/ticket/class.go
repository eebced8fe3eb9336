// Package ticket is the class TicketAPI of BFCL: a queue of support tickets
// and the user who is logged in.
//
// It answers as the original does, with CPython's exceptions for arguments of
// odd types and for tickets that lack a field.
package ticket

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Class returns the class and its methods in the order of their declaration.
func Class() *toolcall.Class {
	p, opt := toolcall.P, toolcall.Opt
	return toolcall.NewClass("TicketAPI",
		toolcall.Def("create_ticket", (*State).create, p("title"), opt("description", py.Str("")), opt("priority", py.Int(1))),
		toolcall.Def("get_ticket", (*State).get, p("ticket_id")),
		toolcall.Def("close_ticket", (*State).closeTicket, p("ticket_id")),
		toolcall.Def("resolve_ticket", (*State).resolve, p("ticket_id"), p("resolution")),
		toolcall.Def("edit_ticket", (*State).edit, p("ticket_id"), p("updates")),
		toolcall.Def("ticket_login", (*State).login, p("username"), p("password")),
		toolcall.Def("ticket_get_login_status", (*State).loginStatus),
		toolcall.Def("logout", (*State).logout),
		toolcall.Def("get_user_tickets", (*State).ofUser, opt("status", py.None{})),
	)
}

// The keys of tickets and results, and values of tickets, made once.
var (
	keyError      py.Value = py.Str("error")
	keyStatus     py.Value = py.Str("status")
	keySuccess    py.Value = py.Str("success")
	keyLogin      py.Value = py.Str("login_status")
	keyID         py.Value = py.Str("id")
	keyCreatedBy  py.Value = py.Str("created_by")
	keyResolution py.Value = py.Str("resolution")

	statusOpen     py.Value = py.Str("Open")
	statusClosed   py.Value = py.Str("Closed")
	statusResolved py.Value = py.Str("Resolved")
)

// ticketForm is what a new ticket holds.
var ticketForm = py.NewShape("id", "title", "description", "status", "priority", "created_by")

// failed is {"error": text}.
func failed(text string) py.Value { return py.One(keyError, py.Str(text)) }
