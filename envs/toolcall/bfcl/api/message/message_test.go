package message_test

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/message"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: message.Class(), Load: message.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 510) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "MessageAPI", classes.All(), 549) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, newState, changes) }

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

func FuzzCalls(f *testing.F) {
	f.Add(`{"current_user": "u", "user_map": {"Eve": "u", "Bo": 7}, "inbox": [{"u": "hi"}, {}]}`,
		"send_message('u', get_message_stats())\nsend_message(7, [1])\ndelete_message('u')\nsearch_messages('H')\nadd_contact(('a', 1))", false)
	f.Add(`{"current_user": 1, "inbox": {"a": 1}, "generated_ids": [1], "user_count": "x"}`, "view_messages_sent()\ndelete_message(1)\nadd_contact('Cy')\nsend_message('USR001', 'x')", false)
	f.Add(`{"user_map": ["Bo"], "current_user": [], "random_seed": 1e999}`, "list_users()\nget_user_id('Bo')\nmessage_login('Bo')", true)
	apitest.FuzzCalls(f, subject, py.Of())
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, newState(),
		"send_message(receiver_id='USR002',message='Kindly check the budget')",
		"delete_message(receiver_id='USR003')",
		"view_messages_sent()",
		"get_user_id(user='Daniel')",
		"message_login(user_id='USR001')",
		"search_messages(keyword='upload')",
		"add_contact(user_name='Eve')",
		"get_message_stats()")
}
