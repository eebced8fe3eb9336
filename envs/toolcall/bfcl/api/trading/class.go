// Package trading is the class TradingBot of BFCL: an account at a stock
// broker with orders, a watch list and a record of transactions.
//
// It answers as the original does, with CPython's exceptions for arguments of
// odd types. The time is fixed, and the times of transactions are drawn from a
// generator that the scenario seeds; all times are UTC.
package trading

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Class returns the class and its methods in the order of their declaration.
func Class() *toolcall.Class {
	p, opt := toolcall.P, toolcall.Opt
	return toolcall.NewClass("TradingBot",
		toolcall.Def("get_current_time", (*State).time),
		toolcall.Def("get_symbol_by_name", (*State).symbolByName, p("name")),
		toolcall.Def("get_stock_info", (*State).stockInfo, p("symbol")),
		toolcall.Def("get_order_details", (*State).orderDetails, p("order_id")),
		toolcall.Def("cancel_order", (*State).cancelOrder, p("order_id")),
		toolcall.Def("place_order", (*State).placeOrder, p("order_type"), p("symbol"), p("price"), p("amount")),
		toolcall.Def("withdraw_funds", (*State).withdraw, p("amount")),
		toolcall.Def("get_account_info", (*State).accountInfo),
		toolcall.Def("trading_login", (*State).login, p("username"), p("password")),
		toolcall.Def("trading_get_login_status", (*State).loginStatus),
		toolcall.Def("trading_logout", (*State).logout),
		toolcall.Def("fund_account", (*State).fund, p("amount")),
		toolcall.Def("remove_stock_from_watchlist", (*State).unwatch, p("symbol")),
		toolcall.Def("get_watchlist", (*State).watchlist),
		toolcall.Def("get_order_history", (*State).orderHistory),
		toolcall.Def("get_transaction_history", (*State).transactionHistory, opt("start_date", py.None{}), opt("end_date", py.None{})),
		toolcall.Def("get_available_stocks", (*State).availableStocks, p("sector")),
		toolcall.Def("filter_stocks_by_price", (*State).filterByPrice, p("stocks"), p("min_price"), p("max_price")),
		toolcall.Def("add_to_watchlist", (*State).watch, p("stock")),
		toolcall.Def("notify_price_change", (*State).notify, p("stocks"), p("threshold")),
	)
}

// Keys that are looked up or set, made once.
var (
	keyBalance   py.Value = py.Str("balance")
	keyMA20      py.Value = py.Str("MA(20)")
	keyMA5       py.Value = py.Str("MA(5)")
	keyMetadata  py.Value = py.Str("metadata")
	keyPercent   py.Value = py.Str("percent_change")
	keyStatus    py.Value = py.Str("status")
	keySymbol    py.Value = py.Str("symbol")
	keyTimestamp py.Value = py.Str("timestamp")
)

// The forms of results and of what a state holds, made once.
var (
	orderForm       = py.NewShape("id", "order_type", "symbol", "price", "amount", "status")
	placedForm      = py.NewShape("order_id", "order_type", "status", "price", "amount")
	cancelledForm   = py.NewShape("order_id", "status")
	transferForm    = py.NewShape("status", "new_balance")
	transactionForm = py.NewShape("type", "amount", "timestamp")
	errorForm       = py.NewShape("error")
	statusForm      = py.NewShape("status")
	symbolForm      = py.NewShape("symbol")
	stocksForm      = py.NewShape("stock_list")
	filteredForm    = py.NewShape("filtered_stocks")
	noticeForm      = py.NewShape("notification")
	watchlistForm   = py.NewShape("watchlist")
	ordersForm      = py.NewShape("history")
	historyForm     = py.NewShape("transaction_history")
	timeForm        = py.NewShape("current_time")
)

// failed is {"error": text}.
func failed(text string) py.Value { return errorForm.D(py.Str(text)) }

// status is {"status": text}.
func status(text string) py.Value { return statusForm.D(py.Str(text)) }
