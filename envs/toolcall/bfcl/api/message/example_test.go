package message_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/message"
	"stepgym/envs/toolcall/py"
)

func Example() {
	state := message.Load(py.NewDict(nil, 0), nil)
	x := toolcall.NewKit(message.Class()).New([]toolcall.State{state})
	for _, call := range []string{
		"message_login(user_id='USR001')",
		"send_message(receiver_id='USR003', message='On my way')",
		"view_messages_sent()",
		"add_contact('Eve')",
		"search_messages(keyword=7)",
	} {
		fmt.Println(x.Run(call).Text)
	}
	// Output:
	// {"login_status": true, "message": "User 'USR001' logged in successfully."}
	// {"sent_status": true, "message_id": {"new_id": 67410}, "message": "Message sent to 'USR003' successfully."}
	// {"messages": {"USR002": ["My name is Alice. I want to connect."], "USR003": ["Could you upload the file?", "On my way"], "USR004": ["Could you upload the file?"]}}
	// {"added_status": true, "user_id": "USR005", "message": "Contact 'Eve' added successfully."}
	// Error during execution: 'int' object has no attribute 'lower'
}
