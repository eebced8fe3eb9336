// Package message is the class MessageAPI of BFCL: the users of a workspace
// and the messages that one of them sends to the others.
//
// It answers as the original does, with CPython's exceptions for arguments of
// odd types. The numbers of messages are drawn from a generator that the
// scenario seeds.
package message

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Class returns the class and its methods in the order of their declaration.
func Class() *toolcall.Class {
	p := toolcall.P
	return toolcall.NewClass("MessageAPI",
		toolcall.Def("list_users", (*State).listUsers),
		toolcall.Def("get_user_id", (*State).userID, p("user")),
		toolcall.Def("message_login", (*State).login, p("user_id")),
		toolcall.Def("message_get_login_status", (*State).loginStatus),
		toolcall.Def("send_message", (*State).send, p("receiver_id"), p("message")),
		toolcall.Def("delete_message", (*State).remove, p("receiver_id")),
		toolcall.Def("view_messages_sent", (*State).sent),
		toolcall.Def("add_contact", (*State).addContact, p("user_name")),
		toolcall.Def("search_messages", (*State).search, p("keyword")),
		toolcall.Def("get_message_stats", (*State).stats),
	)
}

// The forms of results, made once.
var (
	errorForm    = py.NewShape("error")
	usersForm    = py.NewShape("user_list")
	userForm     = py.NewShape("user_id")
	loggedInForm = py.NewShape("login_status", "message")
	loginForm    = py.NewShape("login_status")
	sentForm     = py.NewShape("sent_status", "message_id", "message")
	numberForm   = py.NewShape("new_id")
	deletedForm  = py.NewShape("deleted_status", "receiver_id", "message")
	messagesForm = py.NewShape("messages")
	addedForm    = py.NewShape("added_status", "user_id", "message")
	foundForm    = py.NewShape("receiver_id", "message")
	resultsForm  = py.NewShape("results")
	statsForm    = py.NewShape("stats")
	countsForm   = py.NewShape("received_count", "total_contacts")
)

// failed is {"error": text}.
func failed(text string) py.Value { return errorForm.D(py.Str(text)) }

// nobody is the answer where a user must be logged in.
func nobody() py.Value { return failed("No user is currently logged in.") }
