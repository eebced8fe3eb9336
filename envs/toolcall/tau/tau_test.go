package tau_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/tau"
)

func mini(t testing.TB, domain string) *tau.Data {
	t.Helper()
	d, err := tau.Load("testdata/mini", domain)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func begin(t testing.TB, domain string) *tau.Session {
	t.Helper()
	d := mini(t, domain)
	return d.Begin(d.Tasks("test")[0])
}

func kwargs(t testing.TB, text string) *py.Dict {
	t.Helper()
	v, err := py.FromJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.(*py.Dict)
}

// TestRefusals checks answers of tools that do nothing, with Python's texts
// where Python refuses.
func TestRefusals(t *testing.T) {
	const full = "tau_bench.envs.retail.tools.get_order_details.GetOrderDetails.invoke()"
	deep := `{"thought": ` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`
	for _, c := range []struct{ domain, name, kwargs, want string }{
		{"retail", "get_order_details", `{"order_id": "W1"}`, "Error: order not found"},
		{"retail", "get_order_details", `{"order_id": ["#W1"]}`, "Error: unhashable type: 'list'"},
		{"retail", "get_order_details", `{"self": 1}`, "Error: GetOrderDetails.invoke() got an unexpected keyword argument 'self'"},
		{"retail", "get_order_details", `{"data": {}, "order_id": "#W1"}`, "Error: " + full + " got multiple values for keyword argument 'data'"},
		{"retail", "get_orders", `{}`, "Unknown action get_orders"},
		{"retail", "exit", `{}`, "Unknown action exit"},
		{"retail", "think", `{"thought": null}`, ""},
		{"retail", "think", deep, "Error: arguments are nested more than 200 deep"},
		{"retail", "find_user_id_by_email", `{"email": 5}`, "Error: 'int' object has no attribute 'lower'"},
		{"retail", "find_user_id_by_name_zip", `{"first_name": "no", "last_name": 5, "zip": "05001"}`, "Error: user not found"},
		{"retail", "find_user_id_by_name_zip", `{"first_name": "ADA", "last_name": 5, "zip": "05001"}`, "Error: 'int' object has no attribute 'lower'"},
		{"retail", "cancel_pending_order", `{"order_id": "#W1", "reason": "a whim"}`, "Error: invalid reason"},
		{"retail", "exchange_delivered_order_items", `{"order_id": "#W2", "item_ids": {"21": 1}, "new_item_ids": ["22"], "payment_method_id": "credit_card_1"}`, "Error: 'dict' object has no attribute 'count'"},
		{"retail", "exchange_delivered_order_items", `{"order_id": "#W2", "item_ids": ["21", "21", "21"], "new_item_ids": ["22"], "payment_method_id": "credit_card_1"}`, "Error: 21 not found"},
		{"retail", "modify_pending_order_items", `{"order_id": "#W1", "item_ids": ["11"], "new_item_ids": ["13"], "payment_method_id": "credit_card_1"}`, "Error: new item 13 not found or available"},
		{"retail", "calculate", `{"expression": "(1 + 2"}`, "Error: '(' was never closed (<string>, line 1)"},
		{"retail", "calculate", `{"expression": "__import__"}`, "Error: invalid characters in expression"},
		{"retail", "calculate", `{"expression": "9**9**9"}`, "Error: int is too large"},
		{"retail", "calculate", `{"expression": ["1"]}`, "Error: eval() arg 1 must be a string, bytes or code object"},
		{"airline", "get_reservation_details", `{"reservation_id": "X"}`, "Error: user not found"},
		{"airline", "search_direct_flight", `{"origin": "SFO", "destination": "JFK", "date": {}}`, "Error: unhashable type: 'dict'"},
		{"airline", "search_onestop_flight", `{"origin": "SFO", "destination": "JFK", "date": "soon"}`, "Error: invalid literal for int() with base 10: 'on'"},
		{"airline", "search_direct_flight", `{"origin": 5, "destination": "JFK", "date": "2024-05-20"}`, "[]"},
		{"airline", "update_reservation_passengers", `{"reservation_id": "RES001", "passengers": 1}`, "Error: object of type 'int' has no len()"},
		{"airline", "update_reservation_baggages", `{"reservation_id": "RES001", "total_baggages": 1, "nonfree_baggages": "1", "payment_id": "gift_card_3"}`, "Error: unsupported operand type(s) for -: 'str' and 'int'"},
		{"airline", "update_reservation_baggages", `{"reservation_id": "RES001", "total_baggages": 9, "nonfree_baggages": 9, "payment_id": "gift_card_3"}`, "Error: gift card balance is not enough"},
	} {
		s := begin(t, c.domain)
		before := s.Hash()
		if diff := cmp.Diff(c.want, s.Call(c.name, kwargs(t, c.kwargs))); diff != "" {
			t.Errorf("%s(%.80s) (-want +got):\n%s", c.name, c.kwargs, diff)
		}
		if s.Hash() != before {
			t.Errorf("%s(%.80s) changed the database", c.name, c.kwargs)
		}
	}
}

// TestOneStop checks the quirks of the search: a flight that arrives the day
// after is not followed, as its time of arrival is compared with that day's.
func TestOneStop(t *testing.T) {
	got := begin(t, "airline").Call("search_onestop_flight", kwargs(t, `{"origin": "SFO", "destination": "JFK", "date": "2024-05-20"}`))
	for text, n := range map[string]int{`"GYM001"`: 1, `"GYM002"`: 2, `"GYM004"`: 1, `"date": "2024-05-21"`: 1, `"economy": 120`: 2} {
		if strings.Count(got, text) != n {
			t.Errorf("%s comes %d times in %s, want %d", text, strings.Count(got, text), got, n)
		}
	}
}

// TestCertificates gives away the three certificates that there are.
func TestCertificates(t *testing.T) {
	s := begin(t, "airline")
	for _, want := range []string{
		"Certificate certificate_3221322 added to user cy_fern_3 with amount 5.0.",
		"Certificate certificate_3221323 added to user cy_fern_3 with amount 5.0.",
		"Certificate certificate_3221324 added to user cy_fern_3 with amount 5.0.",
		"None",
	} {
		if got := s.Call("send_certificate", kwargs(t, `{"user_id": "cy_fern_3", "amount": 5.0}`)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestFork checks that forks and sessions share nothing that changes.
func TestFork(t *testing.T) {
	d := mini(t, "retail")
	task := d.Tasks("test")[0]
	first := d.State().Hash()
	a := d.Begin(task)
	a.Call("modify_user_address", kwargs(t, `{"user_id": "ada_reed_1", "address1": "x", "address2": "", "city": "", "state": "", "country": "", "zip": "9"}`))
	moved := a.Hash()
	b := a.Fork()
	b.Call("cancel_pending_order", kwargs(t, `{"order_id": "#W1", "reason": "no longer needed"}`))
	b.Say("36.6")
	a.Call("cancel_pending_order", kwargs(t, `{"order_id": "#W3", "reason": "no longer needed"}`))
	switch {
	case first == moved, moved == b.Hash(), a.Hash() == b.Hash():
		t.Error("a change is not seen")
	case d.State().Hash() != first, d.Begin(task).Hash() != first:
		t.Error("a session changed the data")
	case len(a.Judge().Missing) != 1, len(b.Judge().Missing) != 0:
		t.Error("what a fork said is heard in the other")
	}
	if got := d.Begin(task).Call("find_user_id_by_name_zip", kwargs(t, `{"first_name": "Ada", "last_name": "Reed", "zip": "9"}`)); got != "Error: user not found" {
		t.Errorf("another session sees the new zip code: %s", got)
	}
}

// TestSame checks that Same is equality of hashes, where Python's == is not.
func TestSame(t *testing.T) {
	d := mini(t, "airline")
	end := func(amount string) *tau.Session {
		s := d.Begin(d.Tasks("test")[0])
		s.Call("send_certificate", kwargs(t, `{"user_id": "cy_fern_3", "amount": `+amount+`}`))
		return s
	}
	amounts := []string{"1", "1.0", "true", `"1"`, "[]", "{}", "null", "[1]", "[1.0]", `{"a": 1}`, `[["a", 1]]`, `{"a": 1, "b": 2}`, `{"b": 2, "a": 1}`, "NaN", "-0.0", "0.0"}
	alike := 0
	for _, x := range amounts {
		for _, y := range amounts {
			a, b := end(x), end(y)
			hashes := a.Hash() == b.Hash()
			if hashes && x != y {
				alike++
			}
			if got := a.State().Same(b.State()); got != hashes {
				t.Errorf("Same of %s and %s is %v, equality of hashes %v", x, y, got, hashes)
			}
		}
	}
	if alike != 6 {
		t.Errorf("%d pairs that are written differently have equal hashes, want 6", alike)
	}
}

// TestLoad checks what a folder must hold.
func TestLoad(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"no table", "", "", "holds no retail/orders.json"},
		{"no json", "orders.json", "{", "orders.json: json: byte"},
		{"no object", "orders.json", "[]", "it is of type list, not an object of records"},
		{"no record", "orders.json", `{"#W1": 5}`, "record #W1: it is of type int"},
		{"no field", "orders.json", `{"#W1": {}}`, "record #W1: it has no items"},
		{"wrong field", "users.json", `{"ada": {"name": [], "address": {}, "email": "", "payment_methods": {}}}`, "its name is no object"},
		{"tasks", "tasks_test.py", "TASKS = [Task(actions=[Action(name='x', kwargs=f())])]", "task 0: actions: action 0: kwargs: it is no dict of constants"},
		{"code", "tasks_test.py", "import os\nTASKS = [os.system('x')]", "task 0: it is no Task(name=value, ...)"},
		{"no list", "tasks_test.py", "TASKS = [", "is no Python literal of tasks"},
		{"nothing", "tasks_test.py", "x = 1", "there is no line TASKS... = ["},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if c.file != "" {
				if err := os.CopyFS(filepath.Join(dir, "retail"), os.DirFS("testdata/mini/retail")); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, "retail", c.file), []byte(c.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := tau.Load(dir, "retail"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is %v, want one with %q", err, c.want)
			}
		})
	}
}
