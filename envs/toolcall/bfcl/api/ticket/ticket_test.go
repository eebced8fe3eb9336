package ticket_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/ticket"
	"stepgym/envs/toolcall/py"
)

// desk is a small state of our own.
func desk() toolcall.State {
	entry := func(id int, title, status string) *py.Dict {
		return py.D("id", py.Int(id), "title", py.Str(title), "status", py.Str(status), "created_by", py.Str("ada"))
	}
	return ticket.Load(py.D(
		"ticket_queue", py.NewList(entry(1, "gate", "Open"), entry(2, "lamp", "Closed")),
		"ticket_counter", py.Int(3),
		"current_user", py.Str("ada"),
	), nil)
}

// playground returns an executor on a copy of a state.
func playground(s toolcall.State) *toolcall.Executor {
	return toolcall.NewKit(ticket.Class()).New([]toolcall.State{s})
}

// play runs calls and returns their texts.
func play(x *toolcall.Executor, calls ...string) []string {
	texts := make([]string, len(calls))
	for i, c := range calls {
		texts[i] = x.Run(c).Text
	}
	return texts
}

var subject = apitest.Subject{Class: ticket.Class(), Load: ticket.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl.gz", 1042) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "TicketAPI", classes.All(), 854) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, desk, changes) }

var changes = []string{
	"create_ticket('first')",
	"edit_ticket(1, {'title': 'new gate'})",
	"close_ticket(1)",
	"resolve_ticket(2, 'mended')",
	"edit_ticket(3, {'status': 'Held'})",
	"get_user_tickets()",
	"ticket_login('bo', 'x')",
	"create_ticket('last')",
	"logout()",
	"ticket_login('ada', 'x')",
}

func FuzzCalls(f *testing.F) {
	f.Add(`{"ticket_queue": [{"id": 1, "title": "gate", "status": "Open", "created_by": "ada"}], "current_user": "ada"}`,
		"create_ticket('a', priority=2.5)\nclose_ticket(True)\nedit_ticket(1, {'a': 1, 'b': 2, (1, 2.5): 3})\nget_user_tickets('OPEN')", false)
	f.Add(`{"ticket_queue": "abc", "ticket_counter": [1]}`, "get_ticket(1)\nticket_login([1], {2})\ncreate_ticket(get_user_tickets())", false)
	f.Add(`{"ticket_queue": [3, {"id": null}], "current_user": 1e999}`, "get_user_tickets(0)\nresolve_ticket(None, ...)\nlogout()", true)
	apitest.FuzzCalls(f, subject, py.Of())
}

// TestFresh plays an empty scenario twice: what the first episode did to the
// default queue must not be there in the second.
func TestFresh(t *testing.T) {
	calls := []string{"ticket_get_login_status()", "ticket_login('ada', 'pw')", "create_ticket('gate')", "get_user_tickets()"}
	first := play(playground(ticket.Load(py.NewDict(nil, 0), nil)), calls...)
	second := play(playground(ticket.Load(py.NewDict(nil, 0), nil)), calls...)
	if diff := cmp.Diff(second, first); diff != "" {
		t.Errorf("second - first +\n%s", diff)
	}
	if want := "[{'id': 1, 'title': 'gate', 'description': '', 'status': 'Open', 'priority': 1, 'created_by': 'ada'}]"; first[3] != want {
		t.Errorf("got %s, want %s", first[3], want)
	}
}

// TestNested keeps results of nested calls as they were, so that no ticket
// contains itself.
func TestNested(t *testing.T) {
	x := playground(desk())
	play(x, "edit_ticket(1, {'title': get_ticket(1)})", "close_ticket(1)")
	want := `{"id": 1, "title": {"id": 1, "title": "gate", "status": "Open", "created_by": "ada"}, "status": "Closed", "created_by": "ada"}`
	if got := x.Run("get_ticket(1)").Text; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestDoubling stores all tickets in a new one again and again.
func TestDoubling(t *testing.T) {
	for name, start := range map[string]string{"items": "create_ticket('x')", "text": "create_ticket('" + strings.Repeat("x", 1<<20) + "')"} {
		x := playground(desk())
		x.Run(start)
		var last toolcall.Outcome
		for range 40 {
			if last = x.Run("create_ticket(get_user_tickets())"); last.Raised != nil {
				break
			}
		}
		if last.Raised == nil || last.Raised.Class != "MemoryError" {
			t.Errorf("%s: got %.100q, want a MemoryError", name, last.Text)
		}
	}
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, desk()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, desk(),
		"create_ticket(title='gate', priority=2)",
		"get_ticket(ticket_id=2)",
		"close_ticket(ticket_id=2)",
		"edit_ticket(ticket_id=1, updates={'priority': 3})",
		"ticket_login(username='ada', password='x')",
		"get_user_tickets()")
}
