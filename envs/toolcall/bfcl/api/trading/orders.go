package trading

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

func (s *State) orderDetails(args []py.Value) py.Value {
	id := args[0]
	details, ok := s.orders.Get(id)
	if !ok {
		return failed("Order with ID " + py.Format(id) + " not found.Here is the list of orders_id: " + py.Repr(py.NewList(s.orders.Keys()...)))
	}
	if s.long == nil {
		return details
	}
	checkCopy(details)
	return py.SetItem(new(py.Owner), details, keyMetadata, s.long.metadata(py.Index(details, keySymbol)))
}

func (s *State) cancelOrder(args []py.Value) py.Value {
	id := args[0]
	details, ok := s.orders.Get(id)
	if !ok {
		return failed("Order with ID " + py.Format(id) + " not found.")
	}
	if py.Equal(py.Index(details, keyStatus), completed) {
		return failed("Can't cancel order " + py.Format(id) + ". Order is already completed.")
	}
	s.setOrder(id, py.SetItem(s.owner, details, keyStatus, cancelled))
	return cancelledForm.D(id, cancelled)
}

// Values of orders and results, made once.
var (
	completed py.Value = py.Str("Completed")
	cancelled py.Value = py.Str("Cancelled")
	pending   py.Value = py.Str("Pending")
)

func (s *State) setOrder(id, details py.Value) {
	s.orders = s.orders.Own(s.owner)
	s.orders.Set(id, details)
}

// placeOrder keeps an order as Open and tells of it as Pending, as if it were
// to be placed in a moment.
func (s *State) placeOrder(args []py.Value) py.Value {
	kind, symbol, price, amount := args[0], args[1], args[2], args[3]
	switch {
	case !py.Truth(s.authenticated):
		return failed("User not authenticated. Please log in to place an order.")
	case !py.Contains(s.stocks, symbol):
		return failed("Invalid stock symbol: " + py.Format(symbol))
	case py.LessEqual(price, zero) || py.LessEqual(amount, zero):
		return failed("Price and amount must be positive values.")
	}
	buy := strings.EqualFold(py.StrAttr(kind, "lower"), "buy") // these letters have no other small ones
	price = py.FloatOf(price)
	if buy {
		cost := py.Mul(price, py.IntOf(amount))
		if balance := py.DictAttr(s.account, "get").Or("balance", zero); py.Greater(cost, balance) {
			return failed("Insufficient funds: required $" + py.Fixed(cost, 2) + " but only $" + py.Fixed(balance, 2) + " available.")
		}
	}
	id := s.counter
	s.setOrder(id, orderForm.D(id, kind, symbol, price, amount, open))
	s.counter = py.AddAssign(s.counter, py.Int(1))
	return placedForm.D(id, kind, pending, price, amount)
}

func (s *State) orderHistory([]py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return py.NewList(failed("User not authenticated. Please log in to view order history."))
	}
	return ordersForm.D(py.NewList(s.orders.Keys()...))
}
