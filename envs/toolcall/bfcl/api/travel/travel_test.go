package travel_test

import (
	"fmt"
	"testing"
	"time"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/travel"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: travel.Class(), Load: travel.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 280) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "TravelAPI", classes.All(), 3989) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, newState, changes) }

func scenario() *py.Dict {
	return py.D(
		"random_seed", py.Int(7), "access_token", py.Str("tok"), "token_expires_in", py.Int(3600),
		"user_first_name", py.Str("Ada"), "user_last_name", py.Str("Quill"),
		"credit_card_list", py.D("c1", py.D("balance", py.Float(5000))),
	)
}

func extension() *py.Dict {
	return py.D(
		"CREDIT_CARD_EXTENSION", py.D("c2", py.D("balance", py.Float(900))),
		"BOOKING_RECORD_EXTENSION", py.D("b2", py.D("card_id", py.Str("c2"), "travel_cost", py.Int(100))),
	)
}

// In the original the cards of a long context are the same objects in all
// episodes of a process.
func TestCardsStayInTheirEpisode(t *testing.T) {
	long := extension()
	before := py.Repr(long)
	kit := toolcall.NewKit(travel.Class())
	for range 2 {
		x := kit.New([]toolcall.State{travel.Load(scenario(), long)})
		x.Run("book_flight('tok', 'c2', '2027-05-01', 'SFO', 'LAX', 'economy')")
		if got, want := x.Run("get_credit_card_balance('tok', 'c2')").Text, `{"card_balance": 700.0}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if after := py.Repr(long); after != before {
		t.Errorf("the long context became %s, want %s", after, before)
	}
}

func TestAgeOnDay(t *testing.T) {
	for _, test := range []struct {
		today string
		want  string
	}{
		{"2026-05-01", "Traveler must be at least 18 years old."},
		{"2026-05-02", ""},
	} {
		today, err := time.Parse(time.DateOnly, test.today)
		if err != nil {
			t.Fatal(err)
		}
		x := toolcall.NewKit(travel.Class()).New([]toolcall.State{travel.LoadAt(scenario(), nil, today)})
		want := `{"verification_status": true}`
		if test.want != "" {
			want = `{"verification_status": false, "verification_failure": "` + test.want + `"}`
		}
		if got := x.Run("verify_traveler_information('Ada', 'Quill', '2008-05-02', 'US1')").Text; got != want {
			t.Errorf("on %s: got %s, want %s", test.today, got, want)
		}
	}
}

func TestLoadRaises(t *testing.T) {
	_, e := py.Try(func() py.Value { travel.Load(py.D("credit_card_list", py.Int(1)), extension()); return nil })
	if got, want := fmt.Sprint(e), "TypeError: argument of type 'int' is not iterable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzCalls(f *testing.F) {
	f.Add(`{"access_token": "t", "token_expires_in": 5, "credit_card_list": {"c": {"balance": [1]}}, "booking_record": {"b": {"card_id": "c", "travel_cost": "x"}}}`,
		"cancel_booking('t', 'b')\nbook_flight('t', 'c', '2027-05-01', 'SFO', 'LAX', 'first')\nget_all_credit_cards()", false)
	f.Add(`{"credit_card_list": {}, "random_seed": "s"}`, "get_flight_cost('SFO', 'LAX', [2, '3'], 'first')\nget_flight_cost('SFO', 'LAX', '²', 'first')\nverify_traveler_information(None, None, '2000-1-1', ('US',))", true)
	f.Add(`{"booking_record": "b", "token_expires_in": 0}`, "set_budget_limit(None, '1e400')\ncontact_customer_support('b', {1})", true)
	apitest.FuzzCalls(f, subject, extension())
}

// newState returns a traveller with a card and a booking.
func newState() toolcall.State { return travel.Load(scenario(), extension()) }

var changes = []string{
	"book_flight('tok', 'c1', '2027-05-01', 'SFO', 'LAX', 'economy')",
	"get_flight_cost('ORD', 'LAX', '2027-05-01', 'first')",
	"purchase_insurance('tok', 'comprehensive', 'b2', 20, 'c2')",
	"cancel_booking('tok', 'b2')",
	"register_credit_card('tok', '1234', '05/29', 'Ada Quill', 123)",
	"get_all_credit_cards()",
	"set_budget_limit('tok', 900)",
	"get_booking_history('tok')",
	"authenticate_travel('i', 's', 'r', 'g', 'Bo', 'Reed')",
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	d := scenario()
	d.SetStr("booking_record", py.D("b2", py.D("card_id", py.Str("c1"), "travel_date", py.Str("2027-05-01"), "travel_from", py.Str("SFO"),
		"travel_to", py.Str("LAX"), "travel_class", py.Str("economy"), "travel_cost", py.Int(100), "transaction_id", py.Str("77"))))
	d.SetStr("credit_card_list", py.D("c1", py.D("balance", py.Float(1e6))))
	apitest.BenchmarkCalls(b, subject, travel.Load(d, nil),
		"get_flight_cost(travel_from='ORD', travel_to='LAX', travel_date='2027-05-01', travel_class='first')",
		"get_credit_card_balance(access_token='tok', card_id='c1')",
		"get_nearest_airport_by_city(location='Tokyo')",
		"compute_exchange_rate(base_currency='EUR', target_currency='USD', value=150.0)",
		"verify_traveler_information(first_name='Ada', last_name='Quill', date_of_birth='1990-01-01', passport_number='US1')",
		"set_budget_limit(access_token='tok', budget_limit=100.0)",
		"book_flight(access_token='tok', card_id='c1', travel_date='2027-05-01', travel_from='SFO', travel_to='LAX', travel_class='economy')",
		"retrieve_invoice(access_token='tok', booking_id='b2')")
}
