package trading

import "stepgym/envs/toolcall/py"

// What a state has where its scenario says nothing.
var (
	defaultOrders = ordersOf(
		order(12345, "Buy", "AAPL", 210.65, 10, "Completed"),
		order(12446, "Sell", "GOOG", 2840.56, 5, "Pending"))

	defaultAccount = py.D(
		"account_id", py.Int(12345),
		"balance", py.Float(10000),
		"binding_card", py.Int(1974202140965533))

	defaultStocks = py.D(
		"AAPL", stock(227.16, 0.17, 2.552, 227.11, 227.09),
		"GOOG", stock(2840.34, 0.24, 1.123, 2835.67, 2842.15),
		"TSLA", stock(667.92, -0.12, 1.654, 671.15, 668.20),
		"MSFT", stock(310.23, 0.09, 3.234, 309.88, 310.11),
		"NVDA", stock(220.34, 0.34, 1.234, 220.45, 220.67),
		"ALPH", stock(1320.45, -0.08, 1.567, 1321.12, 1325.78),
		"OMEG", stock(457.23, 0.12, 2.345, 456.78, 458.12),
		"QUAS", stock(725.89, -0.03, 1.789, 726.45, 728.00),
		"NEPT", stock(88.34, 0.19, 0.654, 88.21, 88.67),
		"SYNX", stock(345.67, 0.11, 2.112, 345.34, 346.12),
		"ZETA", stock(22.09, -0.05, 0.789, 22.12, 22.34))

	defaultWatched      = py.NewList(py.Str("NVDA"))
	defaultTransactions = py.NewList()
)

// symbols are the stocks that are known by name.
var symbols = py.D(
	"Apple", py.Str("AAPL"),
	"Google", py.Str("GOOG"),
	"Tesla", py.Str("TSLA"),
	"Microsoft", py.Str("MSFT"),
	"Nvidia", py.Str("NVDA"),
	"Zeta Corp", py.Str("ZETA"),
	"Alpha Tech", py.Str("ALPH"),
	"Omega Industries", py.Str("OMEG"),
	"Quasar Ltd.", py.Str("QUAS"),
	"Neptune Systems", py.Str("NEPT"),
	"Synex Solutions", py.Str("SYNX"),
	"Amazon", py.Str("AMZN"),
	"Gorilla", py.Str("GORI"))

// sectors are the symbols of a sector; some of them are no stocks of any state.
var (
	technology = py.NewList(py.Str("AAPL"), py.Str("GOOG"), py.Str("MSFT"), py.Str("NVDA"))
	automobile = py.NewList(py.Str("TSLA"), py.Str("F"), py.Str("GM"))
	sectors    = py.D("Technology", technology, "Automobile", automobile)
)

func order(id int64, kind, symbol string, price float64, amount int64, status string) *py.Dict {
	return orderForm.D(py.Int(id), py.Str(kind), py.Str(symbol), py.Float(price), py.Int(amount), py.Str(status))
}

// ordersOf returns the dict of orders by id.
func ordersOf(orders ...*py.Dict) *py.Dict {
	d := py.NewDict(nil, len(orders))
	for _, o := range orders {
		d.Set(o.At(0).Value, o)
	}
	return d
}

func stock(price, change, volume, ma5, ma20 float64) py.Value {
	return py.D("price", py.Float(price), "percent_change", py.Float(change), "volume", py.Float(volume),
		"MA(5)", py.Float(ma5), "MA(20)", py.Float(ma20))
}
