package travel

import (
	"stepgym/envs/toolcall/bfcl/api/internal/strptime"
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
	return py.One(py.Str("status"), py.Bool(!none && !py.Equal(s.expires, py.Int(0))))
}

func (s *State) fiscalYear([]py.Value) py.Value {
	return py.One(py.Str("budget_fiscal_year"), py.Str("2018"))
}

func (s *State) registerCard(args []py.Value) py.Value {
	if _, none := s.expires.(py.None); none {
		return failed("Token not initialized")
	}
	if why := s.refused(args[0]); why != "" {
		return failed(why)
	}
	if py.Contains(s.cards, args[1]) { // a number is looked for among the ids
		return failed("Card already registered")
	}
	id := s.id(100000000000, 999999999999)
	card := py.Of(
		py.KV(py.Str("card_number"), py.Frozen(args[1])),
		py.KV(py.Str("expiration_date"), py.Frozen(args[2])),
		py.KV(py.Str("cardholder_name"), py.Frozen(args[3])),
		py.KV(py.Str("card_verification_number"), py.Frozen(args[4])),
		py.KV(py.Str("balance"), py.Int(s.random.RandInt(10000, 99999))), // s.id has made random ours
	)
	s.cards = py.SetItem(s.owner, s.cards, id, card)
	return py.One(py.Str("card_id"), id)
}

// balanceKey is the item of a card that payments change.
const balanceKey = py.Str("balance")

func (s *State) cardBalance(args []py.Value) py.Value {
	id := args[1]
	if why := s.refused(args[0]); why != "" {
		return failed(why)
	}
	if !py.Contains(s.cards, id) {
		keys := py.NewList(py.DictAttr(s.cards, "keys").Keys()...)
		return failed("Card not registered. Here are a list of card_id's: " + py.Repr(keys))
	}
	return py.One(py.Str("card_balance"), py.Index(py.Index(s.cards, id), balanceKey))
}

// pay changes the balance of a card, which is there and has one: by is
// [py.AddAssign] or [py.SubAssign].
func (s *State) pay(id, amount py.Value, by func(balance, amount py.Value) py.Value) {
	card := py.Index(s.cards, id)
	balance := by(py.Index(card, balanceKey), amount)
	s.cards = py.SetItem(s.owner, s.cards, id, py.SetItem(s.owner, card, balanceKey, balance))
}

func (s *State) allCards([]py.Value) py.Value { return py.One(py.Str("credit_card_list"), s.cards) }

func (s *State) setBudget(args []py.Value) py.Value {
	if why := s.refused(args[0]); why != "" {
		return failed(why)
	}
	s.budget = py.FloatOf(args[1])
	return py.One(py.Str("budget_limit"), s.budget)
}

func (s *State) verifyTraveller(args []py.Value) py.Value {
	first, last, birth, passport := args[0], args[1], args[2], args[3]
	if !py.Equal(s.firstName, first) || !py.Equal(s.lastName, last) {
		return unverified("Cannot book flight information for another user." +
			"Expected " + py.Format(s.firstName) + " " + py.Format(s.lastName) + ", got " + py.Format(first) + " " + py.Format(last))
	}
	born, invalid := strptime.Date(birth)
	if invalid != nil {
		return unverified("Invalid date of birth format. Please use YYYY-MM-DD.")
	}
	if years(born, s.today) < 18 {
		return unverified("Traveler must be at least 18 years old.")
	}
	if !py.StartsWith(py.StrAttr(passport, "startswith"), py.Str("US")) {
		return unverified("Passport must be issued by the United States.")
	}
	return py.One(py.Str("verification_status"), py.Bool(true))
}

// years is the age on a day of who was born on another.
func years(born, day strptime.Time) int {
	age := day.Year - born.Year
	if day.Month < born.Month || day.Month == born.Month && day.Day < born.Day {
		age--
	}
	return age
}

func unverified(why string) py.Value {
	return py.Of(py.KV(py.Str("verification_status"), py.Bool(false)), py.KV(py.Str("verification_failure"), py.Str(why)))
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
		case py.EqualStr(args[0], "USD") && py.EqualStr(args[1], r.currency):
			return py.One(py.Str("exchanged_value"), py.FloatOf(py.Mul(args[2], r.rate)))
		case py.EqualStr(args[0], r.currency) && py.EqualStr(args[1], "USD"):
			return py.One(py.Str("exchanged_value"), py.Round(py.Div(args[2], r.rate), py.Int(2)))
		}
	}
	py.Raise("ValueError", "No available exchange rate for the given currencies.")
	return nil
}
