package trading_test

import (
	"fmt"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/trading"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: trading.Class(), Load: trading.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 480) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "TradingBot", classes.All(), 3549) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, newState, changes) }

// newState returns the state of the empty scenario with somebody logged in.
func newState() toolcall.State {
	return trading.Load(py.D("authenticated", py.Bool(true), "market_status", py.Str("Open")), nil)
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

func FuzzCalls(f *testing.F) {
	f.Add(`{"authenticated": true, "market_status": "Open", "account_info": {"balance": 50}, "orders": {"1": {"status": "Open"}, "x": [1]}}`,
		"cancel_order(1)\nget_order_details('x')\nplace_order('Buy', 'AAPL', '2', 3.5)\nfund_account(True)\nwithdraw_funds(1e999)", false)
	f.Add(`{"authenticated": 1, "transaction_history": [{"timestamp": null}], "watch_list": {"a": 1}, "order_counter": []}`,
		"get_transaction_history()\nget_watchlist()\nremove_stock_from_watchlist('a')\nplace_order('Sell', 'AAPL', 2, 3)", true)
	f.Add(`{"stocks": {"A": {"price": "1", "percent_change": null}, "B": [2]}}`, "filter_stocks_by_price(['A'], 1, 2)\nnotify_price_change('AB', 0)\nget_stock_info('B')", true)
	apitest.FuzzCalls(f, subject, py.D(
		"MA_5_EXTENSION", py.NewList(), "MA_20_EXTENSION", py.NewList(py.Int(1)), "WATCH_LIST_EXTENSION", py.NewList(py.Str("QUX")),
		"TRANSACTION_HISTORY_EXTENSION", py.NewList(), "TECHNOLOGY_EXTENSION", py.NewList(), "AUTOMOBILE_EXTENSION", py.NewList(),
		"ORDER_DETAIL_EXTENSION", py.D("risk", py.Str("{symbol} falls"))))
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, newState(),
		"place_order(order_type='Buy',symbol='AAPL',price=1.5,amount=10)",
		"cancel_order(order_id=12446)",
		"get_stock_info(symbol='NVDA')",
		"get_order_details(order_id=12345)",
		"fund_account(amount=10.5)",
		"add_to_watchlist(stock='AAPL')",
		"get_account_info()",
		"get_transaction_history(start_date='2024-09-01')")
}
