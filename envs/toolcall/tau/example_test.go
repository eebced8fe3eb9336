package tau_test

import (
	"fmt"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/tau"
)

// A session on a task: tools are called, the agent speaks, and what it did is
// judged.
func Example() {
	d, err := tau.Load("testdata/mini", tau.Retail)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := d.Begin(d.Tasks("test")[0])
	fmt.Println(s.Call("find_user_id_by_email", py.D("email", py.Str("ada.reed@example.org"))))
	fmt.Println(s.Call("cancel_pending_order", py.D("order_id", py.Str("#W1"), "reason", py.Str("too wet"))))
	fmt.Println(s.Judge().Reward)

	s.Call("cancel_pending_order", py.D("order_id", py.Str("#W1"), "reason", py.Str("no longer needed")))
	fmt.Println(s.Judge().Missing)
	s.Say("There are $36.60 on your gift card.")
	fmt.Println(s.Judge().Reward)
	// Output:
	// ada_reed_1
	// Error: invalid reason
	// 0
	// [36.6]
	// 1
}
