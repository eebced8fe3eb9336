// Package travel is BFCL's TravelAPI: credit cards, flights, bookings and
// insurance behind an access token. Results, exceptions and states are the
// original's (bfcl-eval 2026.3.23).
//
// Differs: the cards that a long context adds are the original's own objects,
// which all episodes of its process share and spend from; here every episode
// has its own. Today is a fixed date, not the clock's, see [Today].
package travel

import (
	"strconv"
	"time"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/internal/strptime"
	"stepgym/envs/toolcall/py"
)

// State is the traveller of one episode. Attributes are Python values because a
// scenario or a call may give them any type.
type State struct {
	owner  *py.Owner
	random *py.Random
	today  strptime.Time
	flight *flight // the last one whose cost was asked; never modified

	cards     py.Value // card id -> card, a dict unless the scenario says otherwise
	bookings  py.Value // booking id -> booking
	token     py.Value
	tokenType py.Value
	expires   py.Value // None: no token yet; 0: expired
	scope     py.Value
	firstName py.Value
	lastName  py.Value
	budget    py.Value // US dollars
	long      bool
}

const defaultSeed = py.Int(141053)

// Today is the date by which [Load] reckons a traveller's age. The original asks
// the clock; a result that depends on the day is not the same every day.
func Today() time.Time { return time.Date(2026, time.November, 24, 0, 0, 0, 0, time.UTC) }

// Load is [LoadAt] on [Today].
func Load(scenario, long *py.Dict) toolcall.State { return LoadAt(scenario, long, Today()) }

// LoadAt returns the traveller of a scenario on a day. With long, the literals
// of a long context by name, there are more cards and bookings and some results
// are longer. Neither dict is modified; both are kept. A scenario of wrong types
// raises.
func LoadAt(scenario, long *py.Dict, today time.Time) toolcall.State {
	year, month, day := today.Date()
	s := &State{
		today:     strptime.Time{Year: year, Month: int(month), Day: day},
		random:    py.NewRandom(scenario.Or("random_seed", defaultSeed)),
		cards:     scenario.Or("credit_card_list", py.Of()),
		bookings:  scenario.Or("booking_record", py.Of()),
		token:     scenario.Or("access_token", py.None{}),
		tokenType: scenario.Or("token_type", py.None{}),
		expires:   scenario.Or("token_expires_in", py.None{}),
		scope:     scenario.Or("token_scope", py.None{}),
		firstName: scenario.Or("user_first_name", py.None{}),
		lastName:  scenario.Or("user_last_name", py.None{}),
		budget:    scenario.Or("budget_limit", py.None{}),
		long:      long != nil,
	}
	if long != nil {
		s.cards = extended(s.cards, long.Or("CREDIT_CARD_EXTENSION", py.Of()))
		s.bookings = extended(s.bookings, long.Or("BOOKING_RECORD_EXTENSION", py.Of()))
	}
	return s
}

// extended returns v with the items of more whose keys it lacks.
func extended(v, more py.Value) py.Value {
	own, o := v, new(py.Owner)
	for _, it := range py.DictAttr(more, "items").Items() {
		if !py.Contains(own, it.Key) {
			own = py.SetItem(o, own, it.Key, it.Value)
		}
	}
	return own
}

// Copy returns a copy that changes under owner o.
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner of what changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends the public attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(
		attrs,
		toolcall.Attr{Name: "credit_card_list", Value: s.cards},
		toolcall.Attr{Name: "booking_record", Value: s.bookings},
		toolcall.Attr{Name: "access_token", Value: s.token},
		toolcall.Attr{Name: "token_type", Value: s.tokenType},
		toolcall.Attr{Name: "token_expires_in", Value: s.expires},
		toolcall.Attr{Name: "token_scope", Value: s.scope},
		toolcall.Attr{Name: "user_first_name", Value: s.firstName},
		toolcall.Attr{Name: "user_last_name", Value: s.lastName},
		toolcall.Attr{Name: "budget_limit", Value: s.budget},
		toolcall.Attr{Name: "long_context", Value: py.Bool(s.long)},
	)
}

// AppendPrivate appends the costs that the last question about a flight left
// behind, which no checker compares.
func (s *State) AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "_flight_cost_lookup", Value: s.flight.costs(s.long)})
}

// keyError is the key of what tells what was wrong.
var keyError py.Value = py.Str("error")

// failed is {"error": text}.
func failed(text string) py.Value { return py.One(keyError, py.Str(text)) }

// refused returns why the token does not open a method, "" if it does.
func (s *State) refused(token py.Value) string {
	if py.Equal(s.expires, py.Int(0)) {
		return "Token expired"
	}
	if !py.Equal(token, s.token) {
		return "Invalid access token"
	}
	return ""
}

// id returns a new random number of lo to hi as a str.
func (s *State) id(lo, hi int64) py.Value {
	s.random = s.random.Own(s.owner)
	return py.Str(strconv.FormatInt(s.random.RandInt(lo, hi), 10))
}

// Class returns the class of tools.
func Class() *toolcall.Class {
	p, token := toolcall.P, toolcall.P("access_token")
	return toolcall.NewClass(
		"TravelAPI",
		toolcall.Def("authenticate_travel", (*State).authenticate, p("client_id"), p("client_secret"), p("refresh_token"),
			p("grant_type"), p("user_first_name"), p("user_last_name")),
		toolcall.Def("travel_get_login_status", (*State).loginStatus),
		toolcall.Def("get_budget_fiscal_year", (*State).fiscalYear,
			toolcall.Opt("lastModifiedAfter", py.None{}), toolcall.Opt("includeRemoved", py.None{})),
		toolcall.Def("register_credit_card", (*State).registerCard, token, p("card_number"), p("expiration_date"),
			p("cardholder_name"), p("card_verification_number")),
		toolcall.Def("get_flight_cost", (*State).flightCost, p("travel_from"), p("travel_to"), p("travel_date"), p("travel_class")),
		toolcall.Def("get_credit_card_balance", (*State).cardBalance, token, p("card_id")),
		toolcall.Def("book_flight", (*State).bookFlight, token, p("card_id"), p("travel_date"), p("travel_from"), p("travel_to"),
			p("travel_class")),
		toolcall.Def("retrieve_invoice", (*State).retrieveInvoice, token,
			toolcall.Opt("booking_id", py.None{}), toolcall.Opt("insurance_id", py.None{})),
		toolcall.Def("get_booking_history", (*State).bookingHistory, token),
		toolcall.Def("list_all_airports", (*State).listAirports),
		toolcall.Def("cancel_booking", (*State).cancelBooking, token, p("booking_id")),
		toolcall.Def("compute_exchange_rate", (*State).exchangeRate, p("base_currency"), p("target_currency"), p("value")),
		toolcall.Def("verify_traveler_information", (*State).verifyTraveller, p("first_name"), p("last_name"),
			p("date_of_birth"), p("passport_number")),
		toolcall.Def("set_budget_limit", (*State).setBudget, token, p("budget_limit")),
		toolcall.Def("get_nearest_airport_by_city", (*State).nearestAirport, p("location")),
		toolcall.Def("purchase_insurance", (*State).purchaseInsurance, token, p("insurance_type"), p("booking_id"),
			p("insurance_cost"), p("card_id")),
		toolcall.Def("contact_customer_support", (*State).contactSupport, p("booking_id"), p("message")),
		toolcall.Def("get_all_credit_cards", (*State).allCards),
	)
}
