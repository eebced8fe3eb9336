package trading

import "stepgym/envs/toolcall/py"

func (s *State) symbolByName(args []py.Value) py.Value {
	symbol, ok := symbols.Get(args[0])
	if !ok {
		symbol = noStock
	}
	return symbolForm.D(symbol)
}

var noStock py.Value = py.Str("Stock not found")

func (s *State) stockInfo(args []py.Value) py.Value {
	symbol := args[0]
	if !py.Contains(s.stocks, symbol) {
		return failed("Stock with symbol '" + py.Format(symbol) + "' not found.")
	}
	info := py.Index(s.stocks, symbol)
	if s.long == nil {
		return info
	}
	checkCopy(info)
	o := new(py.Owner)
	info = py.SetItem(o, info, keyMA5, s.long.ma5)
	return py.SetItem(o, info, keyMA20, s.long.ma20)
}

// checkCopy raises AttributeError for what has no method copy.
func checkCopy(v py.Value) {
	if _, ok := v.(*py.List); !ok {
		py.DictAttr(v, "copy")
	}
}

func (s *State) availableStocks(args []py.Value) py.Value {
	known := sectors
	if s.long != nil {
		known = s.long.sectors
	}
	list, ok := known.Get(args[0])
	if !ok {
		list = py.NewList()
	}
	return stocksForm.D(list)
}

func (s *State) filterByPrice(args []py.Value) py.Value {
	least, most := args[1], args[2]
	var filtered []py.Value
	for _, symbol := range py.Iter(args[0]) {
		if py.GreaterEqual(s.price(symbol), least) && py.LessEqual(s.price(symbol), most) {
			filtered = append(filtered, symbol)
		}
	}
	return filteredForm.D(py.NewList(filtered...))
}

// price is 0 for what is no stock.
func (s *State) price(symbol py.Value) py.Value {
	info, ok := py.DictAttr(s.stocks, "get").Get(symbol)
	if !ok {
		return zero
	}
	return py.DictAttr(info, "get").Or("price", zero)
}

func (s *State) notify(args []py.Value) py.Value {
	threshold := args[1]
	var changed []py.Value
	for _, symbol := range py.Iter(args[0]) {
		if py.Contains(s.stocks, symbol) &&
			py.GreaterEqual(py.Abs(py.Index(py.Index(s.stocks, symbol), keyPercent)), threshold) {
			changed = append(changed, symbol)
		}
	}
	if len(changed) == 0 {
		return noticeForm.D(noChange)
	}
	return noticeForm.D(py.Str("Stocks " + py.Join(", ", py.NewList(changed...)) + " have significant price changes."))
}

var noChange py.Value = py.Str("No significant price changes in the selected stocks.")

func (s *State) watchlist([]py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return py.NewList(py.Str("Error: User not authenticated. Please log in to view the watchlist."))
	}
	if s.long != nil {
		checkCopy(s.watched)
		return extended(py.ListAttr(s.watched, "extend").Items, s.long.watched)
	}
	return watchlistForm.D(s.watched)
}

func (s *State) watch(args []py.Value) py.Value {
	symbol := args[0]
	if !py.Contains(s.watched, symbol) && py.Contains(s.stocks, symbol) {
		watched := py.ListAttr(s.watched, "append").Own(s.owner)
		s.watched = watched
		watched.Append(py.Frozen(symbol))
	}
	return watchlistForm.D(s.watched)
}

func (s *State) unwatch(args []py.Value) py.Value {
	symbol := args[0]
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please log in to modify the watchlist.")
	}
	if !py.Contains(s.watched, symbol) {
		return failed("Stock " + py.Format(symbol) + " not found in watchlist.")
	}
	watched := py.ListAttr(s.watched, "remove").Own(s.owner)
	s.watched = watched
	watched.Remove(symbol)
	return status("Stock " + py.Format(symbol) + " removed from watchlist successfully.")
}
