package travel

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

func (s *State) authenticate(args []py.Value) py.Value {
	scope := py.Frozen(args[3])
	s.expires = py.Int(2)
	s.token = s.id(100000, 999999)
	s.tokenType = py.Str("Bearer")
	s.scope = scope
	s.firstName = py.Frozen(args[4])
	s.lastName = py.Frozen(args[5])
	return py.Of(
		py.KV(py.Str("expires_in"), s.expires),
		py.KV(py.Str("access_token"), s.token),
		py.KV(py.Str("token_type"), s.tokenType),
		py.KV(py.Str("scope"), scope),
	)
}

func (s *State) loginStatus([]py.Value) py.Value {
	_, none := s.expires.(py.None)
	return one(py.Str("status"), py.Bool(!none && !py.Equal(s.expires, py.Int(0))))
}

func (s *State) fiscalYear([]py.Value) py.Value {
	return one(py.Str("budget_fiscal_year"), py.Str("2018"))
}

func (s *State) registerCard(args []py.Value) py.Value {
	if _, none := s.expires.(py.None); none {
		return failed(py.Str("Token not initialized"))
	}
	if why := s.refused(args[0]); why != nil {
		return failed(why)
	}
	if py.Contains(s.cards, args[1]) { // a number is looked for among the ids
		return failed(py.Str("Card already registered"))
	}
	id := s.id(100000000000, 999999999999)
	card := py.Of(
		py.KV(py.Str("card_number"), py.Frozen(args[1])),
		py.KV(py.Str("expiration_date"), py.Frozen(args[2])),
		py.KV(py.Str("cardholder_name"), py.Frozen(args[3])),
		py.KV(py.Str("card_verification_number"), py.Frozen(args[4])),
		py.KV(py.Str("balance"), py.Int(s.random.RandInt(10000, 99999))), // s.id has made random ours
	)
	s.cards = setItem(s.owner, s.cards, id, card)
	return one(py.Str("card_id"), id)
}

// balanceKey is the item of a card that payments change.
const balanceKey = py.Str("balance")

func (s *State) cardBalance(args []py.Value) py.Value {
	id := args[1]
	if why := s.refused(args[0]); why != nil {
		return failed(why)
	}
	if !py.Contains(s.cards, id) {
		keys := py.NewList(py.DictAttr(s.cards, "keys").Keys()...)
		return failed(py.Str("Card not registered. Here are a list of card_id's: " + py.Repr(keys)))
	}
	return one(py.Str("card_balance"), py.Index(py.Index(s.cards, id), balanceKey))
}

// pay adds to the balance of a card, which is there and has one, or takes from
// it: op is "+" or "-".
func (s *State) pay(id, amount py.Value, op string) {
	card := py.Index(s.cards, id)
	balance := augmented(py.Index(card, balanceKey), amount, op)
	s.cards = setItem(s.owner, s.cards, id, setItem(s.owner, card, balanceKey, balance))
}

// augmented is what v is after v += w or v -= w.
func augmented(v, w py.Value, op string) py.Value {
	with := py.Sub
	if op == "+" {
		with = py.Add
	}
	if py.IsNumber(v) && py.IsNumber(w) {
		return with(v, w)
	}
	if l, ok := v.(*py.List); ok && op == "+" { // a list takes in the items of anything
		return py.NewList(slices.Concat(l.Items, py.Iter(w))...)
	}
	x, e := py.Try(func() py.Value { return with(v, w) })
	if e != nil { // CPython names the operator as it is written
		py.Raise(e.Class, "%s", strings.Replace(e.Text, " for "+op+": ", " for "+op+"=: ", 1))
	}
	return x
}

func (s *State) allCards([]py.Value) py.Value { return one(py.Str("credit_card_list"), s.cards) }

func (s *State) setBudget(args []py.Value) py.Value {
	if why := s.refused(args[0]); why != nil {
		return failed(why)
	}
	s.budget = py.FloatOf(args[1])
	return one(py.Str("budget_limit"), s.budget)
}

func (s *State) verifyTraveller(args []py.Value) py.Value {
	first, last, birth, passport := args[0], args[1], args[2], args[3]
	if !py.Equal(s.firstName, first) || !py.Equal(s.lastName, last) {
		return unverified(py.Str("Cannot book flight information for another user." +
			"Expected " + py.Format(s.firstName) + " " + py.Format(s.lastName) + ", got " + py.Format(first) + " " + py.Format(last)))
	}
	born, ok := parseDate(birth)
	if !ok {
		return unverified(py.Str("Invalid date of birth format. Please use YYYY-MM-DD."))
	}
	if born.yearsTo(s.today) < 18 {
		return unverified(py.Str("Traveler must be at least 18 years old."))
	}
	if !py.StartsWith(py.StrAttr(passport, "startswith"), py.Str("US")) {
		return unverified(py.Str("Passport must be issued by the United States."))
	}
	return one(py.Str("verification_status"), py.Bool(true))
}

func unverified(why py.Value) py.Value {
	return py.Of(py.KV(py.Str("verification_status"), py.Bool(false)), py.KV(py.Str("verification_failure"), why))
}

// rates are what a US dollar is in other currencies.
var rates = [...]struct {
	currency string
	rate     py.Value
}{
	{"RMB", py.Int(7)},
	{"EUR", py.Float(0.8)},
	{"JPY", py.Int(110)},
	{"GBP", py.Float(0.7)},
	{"CAD", py.Float(1.3)},
	{"AUD", py.Float(1.4)},
	{"INR", py.Int(70)},
	{"RUB", py.Int(60)},
	{"BRL", py.Float(3.8)},
	{"MXN", py.Int(20)},
}

func (s *State) exchangeRate(args []py.Value) py.Value {
	for _, r := range rates {
		switch {
		case is(args[0], "USD") && is(args[1], r.currency):
			return one(py.Str("exchanged_value"), py.FloatOf(py.Mul(args[2], r.rate)))
		case is(args[0], r.currency) && is(args[1], "USD"):
			return one(py.Str("exchanged_value"), py.Round(py.Div(args[2], r.rate), py.Int(2)))
		}
	}
	py.Raise("ValueError", "No available exchange rate for the given currencies.")
	return nil
}
