package trading

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is an account with its broker. Its values may be of any type, since a
// scenario may have anything.
type State struct {
	orders        *py.Dict // id -> a *py.Dict
	account       py.Value // a *py.Dict with account_id, balance, binding_card
	authenticated py.Value
	market        py.Value // "Open" or "Closed"
	counter       py.Value // the id of the next order
	stocks        py.Value // symbol -> a *py.Dict
	watched       py.Value // a *py.List of symbols
	transactions  py.Value // a *py.List of *py.Dict
	random        *py.Random
	long          *extension // nil without long context
	owner         *py.Owner
}

// Load makes the state of a scenario. With long, the literals of the
// long-context module, lists are longer and orders carry texts. It raises what
// the original raises for a scenario that is not well formed.
func Load(scenario, long *py.Dict) toolcall.State {
	s := &State{
		account:       scenario.Or("account_info", defaultAccount),
		authenticated: scenario.Or("authenticated", py.Bool(false)),
		market:        scenario.Or("market_status", py.Str("Closed")),
		counter:       scenario.Or("order_counter", py.Int(12446)),
		stocks:        scenario.Or("stocks", defaultStocks),
		watched:       scenario.Or("watch_list", defaultWatched),
		transactions:  scenario.Or("transaction_history", defaultTransactions),
		owner:         new(py.Owner),
	}
	orders := py.DictAttr(scenario.Or("orders", defaultOrders), "items")
	s.orders = py.NewDict(nil, orders.Len())
	for _, it := range orders.Items() {
		key := it.Key
		if k, ok := key.(py.Str); ok && py.IsDigit(string(k)) {
			key = py.IntOf(k)
		}
		s.orders.Set(key, it.Value)
	}
	s.random = py.NewRandom(scenario.Or("random_seed", py.Int(1053520)))
	if long != nil {
		s.long = newExtension(long)
	}
	return s
}

// Copy returns a copy that changes under owner o; see [toolcall.State].
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner under which the state changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends the nine public attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs,
		toolcall.Attr{Name: "orders", Value: s.orders},
		toolcall.Attr{Name: "account_info", Value: s.account},
		toolcall.Attr{Name: "authenticated", Value: s.authenticated},
		toolcall.Attr{Name: "market_status", Value: s.market},
		toolcall.Attr{Name: "order_counter", Value: s.counter},
		toolcall.Attr{Name: "stocks", Value: s.stocks},
		toolcall.Attr{Name: "watch_list", Value: s.watched},
		toolcall.Attr{Name: "transaction_history", Value: s.transactions},
		toolcall.Attr{Name: "long_context", Value: py.Bool(s.long != nil)})
}
