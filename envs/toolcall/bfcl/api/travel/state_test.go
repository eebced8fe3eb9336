package travel

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/internal/replay"
	"stepgym/envs/toolcall/py"
)

func text(s toolcall.State) string { return replay.Text(replay.State(s), false) }

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

func TestCopiesAreApart(t *testing.T) {
	kit := toolcall.NewKit(Class())
	prototype := Load(scenario(), extension())
	before := text(prototype)
	book := "book_flight('tok', 'c1', '2027-05-01', 'SFO', 'LAX', 'economy')"
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range 50 {
				x := kit.New([]toolcall.State{prototype})
				x.Run(book)
				y := x.Fork()
				x.Run("cancel_booking('tok', 'b2')")
				if a, b := x.Run(book).Text, y.Run(book).Text; a == b {
					t.Errorf("the copy's bookings are its origin's: %s", a)
				}
				for _, c := range []struct {
					x    *toolcall.Executor
					card string
					want string
				}{
					{x, "c1", "4600.0"}, {y, "c1", "4600.0"}, {x, "c2", "1000.0"}, {y, "c2", "900.0"},
				} {
					got := c.x.Run("get_credit_card_balance('tok', '" + c.card + "')").Text
					if want := `{"card_balance": ` + c.want + `}`; got != want {
						t.Errorf("card %s: got %s, want %s", c.card, got, want)
					}
				}
			}
		})
	}
	group.Wait()
	if after := text(prototype); after != before {
		t.Errorf("the prototype was changed:\n got %s\nwant %s", after, before)
	}
}

// In the original the cards of a long context are the same objects in all
// episodes of a process.
func TestCardsStayInTheirEpisode(t *testing.T) {
	long := extension()
	before := py.Repr(long)
	kit := toolcall.NewKit(Class())
	for range 2 {
		x := kit.New([]toolcall.State{Load(scenario(), long)})
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
		x := toolcall.NewKit(Class()).New([]toolcall.State{LoadAt(scenario(), nil, today)})
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
	_, e := py.Try(func() py.Value { Load(py.D("credit_card_list", py.Int(1)), extension()); return nil })
	if got, want := fmt.Sprint(e), "TypeError: argument of type 'int' is not iterable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzDate checks that what is read as a date is one.
func FuzzDate(f *testing.F) {
	for _, s := range []string{"2027-01-05", "2027-1- 5", "2027-2-29", "٢٠٢٧-01-1٣", "0000-01-01", "2027-1-320", "-", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(py.Str(s))
		if !ok {
			return
		}
		day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
		if day.Year() != d.year || int(day.Month()) != d.month || day.Day() != d.day {
			t.Errorf("%q gave %v", s, d)
		}
		if again, ok := parseDate(py.Str(fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day))); !ok || again != d {
			t.Errorf("%q gave %v, which gave %v", s, d, again)
		}
	})
}

func BenchmarkCopy(b *testing.B) {
	s, o := Load(scenario(), nil), new(py.Owner)
	b.ReportAllocs()
	for b.Loop() {
		s.Copy(o)
	}
}

func BenchmarkCall(b *testing.B) {
	for _, call := range []string{
		"get_flight_cost(travel_from='ORD', travel_to='LAX', travel_date='2027-05-01', travel_class='first')",
		"get_credit_card_balance(access_token='tok', card_id='c1')", "get_nearest_airport_by_city(location='Tokyo')",
		"compute_exchange_rate(base_currency='EUR', target_currency='USD', value=150.0)",
		"verify_traveler_information(first_name='Ada', last_name='Quill', date_of_birth='1990-01-01', passport_number='US1')",
		"set_budget_limit(access_token='tok', budget_limit=100.0)",
	} {
		b.Run(call, func(b *testing.B) {
			x := toolcall.NewKit(Class()).New([]toolcall.State{Load(scenario(), nil)})
			b.ReportAllocs()
			for b.Loop() {
				x.Run(call)
			}
		})
	}
	b.Run("book_flight and cancel_booking", func(b *testing.B) {
		s := Load(scenario(), nil).Copy(new(py.Owner)).(*State)
		args := []py.Value{py.Str("tok"), py.Str("c1"), py.Str("2027-05-01"), py.Str("SFO"), py.Str("LAX"), py.Str("economy")}
		b.ReportAllocs()
		for b.Loop() {
			id := s.bookFlight(args).(*py.Dict).At(0).Value
			s.cancelBooking([]py.Value{args[0], id})
		}
	})
}
