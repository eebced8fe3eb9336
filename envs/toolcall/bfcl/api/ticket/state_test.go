package ticket

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// desk is a small state of our own.
func desk() *State {
	ticket := func(id int, title, status string) *py.Dict {
		return py.D("id", py.Int(id), "title", py.Str(title), "status", py.Str(status), "created_by", py.Str("ada"))
	}
	return Load(py.D(
		"ticket_queue", py.NewList(ticket(1, "gate", "Open"), ticket(2, "lamp", "Closed")),
		"ticket_counter", py.Int(3),
		"current_user", py.Str("ada"),
	), nil).(*State)
}

// playground returns an executor on a copy of a state.
func playground(s toolcall.State) *toolcall.Executor {
	return toolcall.NewKit(Class()).New([]toolcall.State{s})
}

// play runs calls and returns their texts.
func play(x *toolcall.Executor, calls ...string) []string {
	texts := make([]string, len(calls))
	for i, c := range calls {
		texts[i] = x.Run(c).Text
	}
	return texts
}

// TestFresh plays an empty scenario twice: what the first episode did to the
// default queue must not be there in the second.
func TestFresh(t *testing.T) {
	calls := []string{"ticket_get_login_status()", "ticket_login('ada', 'pw')", "create_ticket('gate')", "get_user_tickets()"}
	first := play(playground(Load(py.NewDict(nil, 0), nil)), calls...)
	second := play(playground(Load(py.NewDict(nil, 0), nil)), calls...)
	if diff := cmp.Diff(second, first); diff != "" {
		t.Errorf("second - first +\n%s", diff)
	}
	if want := "[{'id': 1, 'title': 'gate', 'description': '', 'status': 'Open', 'priority': 1, 'created_by': 'ada'}]"; first[3] != want {
		t.Errorf("got %s, want %s", first[3], want)
	}
}

// TestCopies changes many copies of one prototype, and forks of them, at once.
func TestCopies(t *testing.T) {
	prototype := desk()
	before := py.Repr(encode(prototype))
	change := func(n int) []string {
		return []string{
			fmt.Sprintf("create_ticket('by %d')", n), fmt.Sprintf("edit_ticket(1, {'title': 'gate %d'})", n), "close_ticket(1)",
			fmt.Sprintf("resolve_ticket(2, 'by %d')", n), fmt.Sprintf("edit_ticket(3, {'status': 'Held by %d'})", n), "create_ticket('last')",
		}
	}
	alone := make([]string, 8)
	for n := range alone {
		x := playground(desk())
		play(x, change(n)...)
		alone[n] = py.Repr(encode(x.States()[0]))
	}
	var group sync.WaitGroup
	for n := range alone {
		group.Go(func() {
			calls := change(n)
			x := playground(prototype)
			play(x, calls[:3]...)
			fork := x.Fork()
			play(x, "edit_ticket(1, {'title': 'lost'})", "edit_ticket(3, {'title': 'lost'})", "logout()", "ticket_login('bo', 'x')", "create_ticket('lost')")
			play(fork, calls[3:]...)
			if diff := cmp.Diff(py.Repr(encode(fork.States()[0])), alone[n]); diff != "" {
				t.Errorf("copy %d: got - want +\n%s", n, diff)
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff(py.Repr(encode(prototype)), before); diff != "" {
		t.Errorf("the prototype was changed: got - want +\n%s", diff)
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

func BenchmarkCall(b *testing.B) {
	for _, call := range []string{
		"get_ticket(ticket_id=2)", "close_ticket(ticket_id=2)", "edit_ticket(ticket_id=1, updates={'priority': 3})", "ticket_login(username='ada', password='x')", "get_user_tickets()",
	} {
		b.Run(call, func(b *testing.B) {
			x := playground(desk())
			b.ReportAllocs()
			for b.Loop() {
				x.Run(call)
			}
		})
	}
}

// BenchmarkMethod measures methods alone.
func BenchmarkMethod(b *testing.B) {
	s := desk()
	for _, m := range []struct {
		name string
		f    func(args []py.Value) py.Value
		args []py.Value
	}{
		{"get", s.get, []py.Value{py.Int(2)}},
		{"close", s.closeTicket, []py.Value{py.Int(2)}},
		{"edit", s.edit, []py.Value{py.Int(1), py.D("priority", py.Int(3))}},
		{"ofUser", s.ofUser, []py.Value{py.None{}}},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.f(m.args)
			}
		})
	}
}

// BenchmarkCreate measures a copy and a first ticket on it.
func BenchmarkCreate(b *testing.B) {
	s, o := desk(), new(py.Owner)
	args := []py.Value{py.Str("gate"), py.Str(""), py.Int(1)}
	b.ReportAllocs()
	for b.Loop() {
		s.Copy(o).(*State).create(args)
	}
}

func BenchmarkCopy(b *testing.B) {
	s, o := desk(), new(py.Owner)
	var sink toolcall.State
	b.ReportAllocs()
	for b.Loop() {
		sink = s.Copy(o)
	}
	_ = sink
}
