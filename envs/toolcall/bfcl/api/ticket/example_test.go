package ticket_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/ticket"
	"stepgym/envs/toolcall/py"
)

func Example() {
	kit := toolcall.NewKit(ticket.Class())
	x := kit.New([]toolcall.State{ticket.Load(py.D("ticket_counter", py.Int(7)), nil)})
	for _, call := range []string{
		"create_ticket(title='Gate does not open')",
		"ticket_login(username='ada', password='pw')",
		"create_ticket(title='Gate does not open', priority=4)",
		"close_ticket(ticket_id=7)",
		"edit_ticket(7, {'owner': 'bo'})",
	} {
		fmt.Println(x.Run(call).Text)
	}
	// Output:
	// {"error": "User not authenticated. Please log in to create a ticket."}
	// {"success": true}
	// {"id": 7, "title": "Gate does not open", "description": "", "status": "Open", "priority": 4, "created_by": "ada"}
	// {"status": "Ticket 7 has been closed successfully."}
	// {"error": "Invalid fields for update: owner"}
}
