package ticket

import (
	"strings"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// FuzzCalls runs lines of calls on a scenario: nothing but an exception may
// come of either, and the prototype stays as it is.
func FuzzCalls(f *testing.F) {
	f.Add(`{"ticket_queue": [{"id": 1, "title": "gate", "status": "Open", "created_by": "ada"}], "current_user": "ada"}`,
		"create_ticket('a', priority=2.5)\nclose_ticket(True)\nedit_ticket(1, {'a': 1, 'b': 2, (1, 2.5): 3})\nget_user_tickets('OPEN')")
	f.Add(`{"ticket_queue": "abc", "ticket_counter": [1]}`, "get_ticket(1)\nticket_login([1], {2})\ncreate_ticket(get_user_tickets())")
	f.Add(`{"ticket_queue": [3, {"id": null}], "current_user": 1e999}`, "get_user_tickets(0)\nresolve_ticket(None, ...)\nlogout()")
	kit := toolcall.NewKit(Class())
	f.Fuzz(func(t *testing.T, scenario, calls string) {
		v, err := py.FromJSON([]byte(scenario))
		d, ok := v.(*py.Dict)
		if err != nil || !ok || len(calls) > 1<<12 {
			return
		}
		prototype := Load(d, nil)
		before := text(prototype)
		x := kit.New([]toolcall.State{prototype})
		for call := range strings.SplitSeq(calls, "\n") {
			x.Run(call)
		}
		if after := text(prototype); after != before {
			t.Errorf("the prototype was changed\n got %s\nwant %s", after, before)
		}
	})
}

// text is the repr of the attributes, or the exception that it raises.
func text(s toolcall.State) string {
	v, e := py.Try(func() py.Value { return py.Str(py.Repr(encode(s))) })
	if e != nil {
		return e.Error()
	}
	return py.ToStr(v)
}
