package trading

import (
	"stepgym/envs/toolcall/bfcl/api/internal/strptime"
	"stepgym/envs/toolcall/py"
)

func (s *State) login([]py.Value) py.Value {
	if py.Truth(s.authenticated) {
		return status("Already logged in")
	}
	s.authenticated = py.Bool(true)
	return status("Logged in successfully")
}

func (s *State) loginStatus([]py.Value) py.Value {
	return statusForm.D(py.Bool(py.Truth(s.authenticated)))
}

func (s *State) logout([]py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return status("No user is currently logged in")
	}
	s.authenticated = py.Bool(false)
	return status("Logged out successfully")
}

func (s *State) accountInfo([]py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please log in to view account information.")
	}
	return s.account
}

func (s *State) withdraw(args []py.Value) py.Value {
	amount := args[0]
	switch {
	case !py.Truth(s.authenticated):
		return failed("User not authenticated. Please log in to make a transaction.")
	case !py.Equal(s.market, open):
		return failed("Market is closed. Transactions are not allowed.")
	case py.LessEqual(amount, zero):
		return failed("Transaction amount must be positive.")
	case py.Greater(amount, py.Index(s.account, keyBalance)):
		return failed("Insufficient funds for withdrawal.")
	}
	s.setBalance(py.SubAssign(py.Index(s.account, keyBalance), amount))
	s.record(withdrawal, amount)
	return transferForm.D(withdrawn, py.Index(s.account, keyBalance))
}

func (s *State) fund(args []py.Value) py.Value {
	amount := args[0]
	switch {
	case !py.Truth(s.authenticated):
		return failed("User not authenticated. Please log in to fund the account.")
	case py.LessEqual(amount, zero):
		return failed("Funding amount must be positive.")
	}
	s.setBalance(py.AddAssign(py.Index(s.account, keyBalance), amount))
	s.record(deposit, amount)
	return transferForm.D(funded, py.Index(s.account, keyBalance))
}

// Values of results and transactions, made once.
var (
	zero       py.Value = py.Int(0)
	open       py.Value = py.Str("Open")
	deposit    py.Value = py.Str("deposit")
	withdrawal py.Value = py.Str("withdrawal")
	funded     py.Value = py.Str("Account funded successfully")
	withdrawn  py.Value = py.Str("Withdrawal successful")
)

func (s *State) setBalance(v py.Value) {
	s.account = py.SetItem(s.owner, s.account, keyBalance, v)
}

// record appends a transaction, whose time is drawn.
func (s *State) record(kind, amount py.Value) {
	transactions := py.ListAttr(s.transactions, "append")
	at := s.drawTime()
	transactions = transactions.Own(s.owner)
	s.transactions = transactions
	transactions.Append(transactionForm.D(kind, amount, py.Str(at)))
}

// transactionHistory selects by date. All transactions must have times that
// can be read, also where no date is given.
func (s *State) transactionHistory(args []py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return py.NewList(failed("User not authenticated. Please log in to view transaction history."))
	}
	start, end := earliest, latest
	if py.Truth(args[0]) {
		start = must(strptime.Date(args[0]))
	}
	if py.Truth(args[1]) {
		end = must(strptime.Date(args[1]))
	}
	var selected []py.Value
	for _, t := range py.Iter(s.transactions) {
		if at := must(strptime.DateTime(py.Index(t, keyTimestamp))); start.Compare(at) <= 0 && at.Compare(end) <= 0 {
			selected = append(selected, t)
		}
	}
	if s.long != nil {
		return historyForm.D(extended(selected, s.long.transactions))
	}
	return historyForm.D(py.NewList(selected...))
}
