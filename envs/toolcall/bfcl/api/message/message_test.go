package message_test

import (
	"sync"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/bfcl/api/message"
	"stepgym/envs/toolcall/py"
)

func TestGolden(t *testing.T) {
	if n := apitest.Golden(t, "testdata/golden.jsonl", message.Class(), message.Load); n < 468 {
		t.Errorf("%d calls were checked, want at least 468", n)
	}
}

// files is the class whose calls are arguments in some of the recorded runs.
var files = apitest.Part{Class: filesystem.Class(), Load: filesystem.Load}

func TestRecorded(t *testing.T) {
	if n := apitest.Recorded(t, apitest.Part{Class: message.Class(), Load: message.Load}, files); n < 549 {
		t.Errorf("%d calls were checked, want at least 549", n)
	}
}

// newState returns the state of the empty scenario with Alice logged in.
func newState() toolcall.State {
	return message.Load(py.D("current_user", py.Str("USR001")), nil)
}

var changes = []string{
	"send_message('USR002', 'Hello')",
	"send_message('USR003', 'Hello')",
	"delete_message('USR002')",
	"add_contact('Eve')",
	"message_login('USR004')",
	"view_messages_sent()",
}

func TestIsolation(t *testing.T) {
	apitest.Isolation(t, message.Class(), newState, changes)
}

func TestCopiesAtOnce(t *testing.T) {
	kit, state := toolcall.NewKit(message.Class()), newState()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			x := kit.New([]toolcall.State{state})
			for _, c := range changes {
				x.Run(c)
			}
		})
	}
	group.Wait()
}

// TestDeleteEqual checks that of several equal messages the first is deleted,
// though it is the last that is looked for.
func TestDeleteEqual(t *testing.T) {
	x := toolcall.NewKit(message.Class()).New([]toolcall.State{newState()})
	x.Run("send_message('USR003', 'Could you upload the file?')") // there is such a one already
	x.Run("delete_message('USR003')")
	for _, a := range x.States()[0].AppendAttrs(nil) {
		want := "[{'USR002': 'My name is Alice. I want to connect.'}, {'USR004': 'Could you upload the file?'}, {'USR003': 'Could you upload the file?'}]"
		if got := py.Repr(a.Value); a.Name == "inbox" && got != want {
			t.Errorf("inbox is\n     %s\nwant %s", got, want)
		}
	}
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, message.Class(), newState(),
		"send_message(receiver_id='USR002',message='Kindly check the budget')",
		"delete_message(receiver_id='USR003')",
		"view_messages_sent()",
		"get_user_id(user='Daniel')",
		"message_login(user_id='USR001')",
		"search_messages(keyword='upload')",
		"add_contact(user_name='Eve')",
		"get_message_stats()")
}
