package travel

import (
	"stepgym/envs/toolcall/bfcl/api/internal/strptime"
	"stepgym/envs/toolcall/py"
)

// The items of a booking.
const (
	cardKey        = py.Str("card_id")
	dateKey        = py.Str("travel_date")
	fromKey        = py.Str("travel_from")
	toKey          = py.Str("travel_to")
	classKey       = py.Str("travel_class")
	costKey        = py.Str("travel_cost")
	transactionKey = py.Str("transaction_id")
)

// unbooked returns the refusal of a booking.
func unbooked(why string) py.Value {
	return py.Of(py.KV(py.Str("booking_status"), py.Bool(false)), py.KV(keyError, py.Str(why)))
}

func (s *State) bookFlight(args []py.Value) py.Value {
	id, when, from, to, class := args[1], args[2], args[3], args[4], args[5]
	if why := s.refused(args[0]); why != "" {
		return unbooked(why)
	}
	if !py.Contains(s.cards, id) {
		return unbooked("Card not registered")
	}
	if !py.Contains(py.Index(s.cards, id), balanceKey) {
		return unbooked("Balance not found")
	}
	if why := s.unflyable(when, from, to, class); why != "" {
		return unbooked(why)
	}
	f, why := newFlight(from, to, when, class)
	if why != "" {
		return unbooked(why)
	}
	s.flight = f
	cost := py.Value(f.cost)
	balance := py.Index(py.Index(s.cards, id), balanceKey)
	if py.Less(balance, cost) {
		return unbooked("Insufficient funds")
	}
	if _, none := s.budget.(py.None); !none && py.Less(balance, s.budget) {
		return unbooked("Balance is less than budget limit")
	}
	s.pay(id, cost, py.SubAssign)
	return s.book(id, when, from, to, class, cost)
}

// unflyable returns what is wrong with the particulars of a flight; "" if
// nothing is.
func (s *State) unflyable(when, from, to, class py.Value) string {
	if !airport(from) {
		return "Invalid departure airport code: " + py.Format(from)
	}
	if !airport(to) {
		return "Invalid destination airport code: " + py.Format(to)
	}
	if _, invalid := strptime.Date(when); invalid != nil {
		return "Invalid date format. Use YYYY-MM-DD."
	}
	if factor(class) == 0 {
		if _, set := class.(*py.Set); !set { // Python looks for a set as for a frozenset
			py.CheckHash(class)
		}
		return "Invalid travel class. Must be one of {'first', 'business', 'economy'}"
	}
	return ""
}

// book enters a booking that is paid for.
func (s *State) book(card, when, from, to, class, cost py.Value) py.Value {
	id := s.id(1000000, 9999999)
	transaction := s.id(10000000, 99999999)
	booking := py.Of(
		py.KV(cardKey, card),
		py.KV(dateKey, when),
		py.KV(fromKey, from),
		py.KV(toKey, to),
		py.KV(classKey, class),
		py.KV(costKey, cost),
		py.KV(transactionKey, transaction),
	)
	s.bookings = py.SetItem(s.owner, s.bookings, id, booking)
	history := py.Value(py.Of())
	if s.long {
		history = s.bookings
	}
	return py.Of(
		py.KV(py.Str("booking_id"), id),
		py.KV(transactionKey, transaction),
		py.KV(py.Str("booking_status"), py.Bool(true)),
		py.KV(py.Str("booking_history"), history),
	)
}

func (s *State) retrieveInvoice(args []py.Value) py.Value {
	id := args[1]
	if why := s.refused(args[0]); why != "" {
		return failed(why)
	}
	if !py.Contains(s.bookings, id) {
		return failed("Booking not found")
	}
	booking := py.Index(s.bookings, id)
	return py.One(py.Str("invoice"), py.Of(
		py.KV(py.Str("booking_id"), id),
		py.KV(dateKey, py.Index(booking, dateKey)),
		py.KV(fromKey, py.Index(booking, fromKey)),
		py.KV(toKey, py.Index(booking, toKey)),
		py.KV(classKey, py.Index(booking, classKey)),
		py.KV(costKey, py.Index(booking, costKey)),
		py.KV(transactionKey, py.Index(booking, transactionKey)),
	))
}

func (s *State) bookingHistory(args []py.Value) py.Value {
	if why := s.refused(args[0]); why != "" {
		return failed(why)
	}
	return py.One(py.Str("booking_history"), s.bookings)
}

func (s *State) cancelBooking(args []py.Value) py.Value {
	id := args[1]
	if why := s.refused(args[0]); why != "" {
		return uncancelled(why)
	}
	if !py.Contains(s.bookings, id) {
		return uncancelled("Booking not found")
	}
	booking := py.Index(s.bookings, id)
	card := py.Index(booking, cardKey)
	s.pay(card, py.Index(booking, costKey), py.AddAssign)
	bookings := py.DictAttr(s.bookings, "__delitem__").Own(s.owner)
	bookings.Delete(id)
	s.bookings = bookings
	return py.One(py.Str("cancel_status"), py.Bool(true))
}

func uncancelled(why string) py.Value {
	return py.Of(py.KV(py.Str("cancel_status"), py.Bool(false)), py.KV(keyError, py.Str(why)))
}

func (s *State) purchaseInsurance(args []py.Value) py.Value {
	booking, cost, card := args[2], args[3], args[4]
	if why := s.refused(args[0]); why != "" {
		return uninsured(why)
	}
	if _, none := s.budget.(py.None); !none && py.Less(s.budget, cost) {
		return uninsured("Exceeded budget limit")
	}
	if !py.Contains(s.bookings, booking) {
		return uninsured("Booking not found")
	}
	if !py.Contains(s.cards, card) {
		return uninsured("Credit card not registered")
	}
	s.pay(card, cost, py.SubAssign)
	return py.Of(
		py.KV(py.Str("insurance_id"), s.id(100000000, 999999999)),
		py.KV(py.Str("insurance_status"), py.Bool(true)),
	)
}

func uninsured(why string) py.Value {
	return py.Of(py.KV(py.Str("insurance_status"), py.Bool(false)), py.KV(keyError, py.Str(why)))
}

func (s *State) contactSupport(args []py.Value) py.Value {
	if !py.Contains(s.bookings, args[0]) {
		return failed("Booking not found")
	}
	return py.One(py.Str("customer_support_message"), py.Str("Thank you for contacting customer support. "+
		"Your message has been received and we will get back to you shortly."))
}
