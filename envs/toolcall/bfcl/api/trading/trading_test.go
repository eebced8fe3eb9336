package trading_test

import (
	"fmt"
	"sync"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/trading"
	"stepgym/envs/toolcall/py"
)

func TestGolden(t *testing.T) {
	if n := apitest.Golden(t, "testdata/golden.jsonl", trading.Class(), trading.Load); n < 414 {
		t.Errorf("%d calls were checked, want at least 414", n)
	}
}

func TestRecorded(t *testing.T) {
	if n := apitest.Recorded(t, apitest.Part{Class: trading.Class(), Load: trading.Load}); n < 3549 {
		t.Errorf("%d calls were checked, want at least 3549", n)
	}
}

// newState returns the state of the empty scenario with somebody logged in.
func newState() toolcall.State {
	return trading.Load(py.D("authenticated", py.Bool(true), "market_status", py.Str("Open")), nil)
}

func run(t testing.TB, x *toolcall.Executor, calls ...string) {
	t.Helper()
	for _, c := range calls {
		if o := x.Run(c); o.Raised != nil {
			t.Fatalf("%s: %s", c, o.Text)
		}
	}
}

var changes = []string{
	"place_order('Buy', 'AAPL', 10, 3)",
	"cancel_order(12446)",
	"fund_account(5)",
	"withdraw_funds(2.5)",
	"add_to_watchlist('TSLA')",
	"remove_stock_from_watchlist('NVDA')",
	"get_transaction_history()",
	"trading_logout()",
}

func TestIsolation(t *testing.T) {
	apitest.Isolation(t, trading.Class(), newState, changes)
}

func TestCopiesAtOnce(t *testing.T) {
	kit, state := toolcall.NewKit(trading.Class()), newState()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { run(t, kit.New([]toolcall.State{state}), changes...) })
	}
	group.Wait()
}

// TestReader compares dates with what CPython's strptime says of them.
func TestReader(t *testing.T) {
	const bad = " does not match format '%Y-%m-%d'"
	for _, test := range []struct{ date, want string }{
		{"2024-09-01", ""},
		{"2024-9-1", ""},
		{"2024-02-29", ""},
		{"2024-10- 5", ""},
		{"٢٠٢٤-09-1١", ""},
		{"2024-02-30", "day is out of range for month"},
		{"0000-01-01", "year 0 is out of range"},
		{"2024-01-32", "unconverted data remains: 2"},
		{"2024-09-01 ", "unconverted data remains:  "},
		{"2024-13-01", "time data '2024-13-01'" + bad},
		{"2024-00-01", "time data '2024-00-01'" + bad},
		{"2024-01-00", "time data '2024-01-00'" + bad},
		{"2024-٩-01", "time data '2024-٩-01'" + bad},
		{"24-01-01", "time data '24-01-01'" + bad},
		{"2024-01", "time data '2024-01'" + bad},
		{"2024-01-", "time data '2024-01-'" + bad},
	} {
		t.Run(test.date, func(t *testing.T) {
			x := toolcall.NewKit(trading.Class()).New([]toolcall.State{newState()})
			got := ""
			if o := x.Run(fmt.Sprintf("get_transaction_history('%s')", test.date)); o.Raised != nil {
				got = o.Raised.Text
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, trading.Class(), newState(),
		"place_order(order_type='Buy',symbol='AAPL',price=1.5,amount=10)",
		"cancel_order(order_id=12446)",
		"get_stock_info(symbol='NVDA')",
		"get_order_details(order_id=12345)",
		"fund_account(amount=10.5)",
		"add_to_watchlist(stock='AAPL')",
		"get_account_info()",
		"get_transaction_history(start_date='2024-09-01')")
}
