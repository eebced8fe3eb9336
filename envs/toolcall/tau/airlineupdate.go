package tau

import "stepgym/envs/toolcall/py"

func cancelReservation(s *State, a []py.Value) py.Value {
	r, ok := s.find(reservations, a[0])
	if !ok {
		return failure("reservation not found")
	}
	var refunds []py.Value
	for _, p := range py.Iter(at(r, kPaymentHistory)) {
		refunds = append(refunds, payment(py.Index(p, kPaymentID), py.Neg(py.Index(p, kAmount))))
	}
	r = s.change(reservations, a[0])
	history := s.list(r, kPaymentHistory, "extend")
	history.Items = append(history.Items, refunds...)
	r.Set(kStatus, py.Str("cancelled"))
	return s.dumps(r)
}

// payment is an entry of the payment history of a reservation.
func payment(id, amount py.Value) *py.Dict {
	return py.Of(py.KV(kPaymentID, id), py.KV(kAmount, amount))
}

func updatePassengers(s *State, a []py.Value) py.Value {
	r, ok := s.find(reservations, a[0])
	if !ok {
		return failure("reservation not found")
	}
	if py.Len(a[1]) != py.Len(at(r, kPassengers)) {
		return failure("number of passengers does not match")
	}
	r = s.change(reservations, a[0])
	r.Set(kPassengers, a[1])
	return s.dumps(r)
}

// payable returns why a user cannot pay a price for a change of a reservation
// with a payment method, nil if it is possible.
func (s *State) payable(user, id, price py.Value) (no py.Value) {
	methods := s.methods(user)
	if !methods.Has(id) {
		return failure("payment method not found")
	}
	m := methods.MustGet(id).(*py.Dict)
	switch source := at(m, kSource); {
	case py.EqualStr(source, "certificate"):
		return failure("certificate cannot be used to update reservation")
	case py.EqualStr(source, "gift_card") && py.Less(at(m, kAmount), price):
		return failure("gift card balance is not enough")
	}
	return nil
}

// charge takes a price from a gift card; other methods have no balance.
func (s *State) charge(user, id, price py.Value) {
	if isGiftCard(s.methods(user).MustGet(id).(*py.Dict)) {
		m := s.changeMethod(user, id)
		m.Set(kAmount, py.SubAssign(at(m, kAmount), price))
	}
}

// record notes a price in the payment history of a reservation, which is the
// state's own; a price of nothing is not noted.
func (s *State) record(r *py.Dict, id, price py.Value) {
	if !py.Equal(price, py.Int(0)) {
		s.list(r, kPaymentHistory, "append").Append(payment(id, price))
	}
}

func updateBaggages(s *State, a []py.Value) py.Value {
	total, nonfree, id := a[1], a[2], a[3]
	r, ok := s.find(reservations, a[0])
	if !ok {
		return failure("reservation not found")
	}
	more := py.Max([]py.Value{py.Int(0), py.Sub(nonfree, at(r, kNonfree))})
	price := py.Mul(py.Int(50), more)
	user := at(r, kUserID)
	if no := s.payable(user, id, price); no != nil {
		return no
	}
	r = s.change(reservations, a[0])
	r.Set(py.Str("total_baggages"), total)
	r.Set(kNonfree, nonfree)
	s.charge(user, id, price)
	s.record(r, id, price)
	return s.dumps(r)
}

func updateFlights(s *State, a []py.Value) py.Value {
	cabin, id := a[1], a[3]
	r, ok := s.find(reservations, a[0])
	if !ok {
		return failure("reservation not found")
	}
	var total py.Value = py.Int(0)
	legs := s.copied(a[2])
	for _, leg := range py.Iter(legs) {
		price, no := s.updateLeg(r, leg, cabin)
		if no != nil {
			return no
		}
		total = py.AddAssign(total, price)
	}
	var paid py.Value = py.Int(0)
	for _, f := range py.Iter(at(r, kFlights)) {
		paid = py.Add(paid, py.Index(f, kPrice))
	}
	total = py.SubAssign(total, py.Mul(paid, passengers(r)))
	user := at(r, kUserID)
	if no := s.payable(user, id, total); no != nil {
		return no
	}
	s.charge(user, id, total)
	r = s.change(reservations, a[0])
	r.Set(kFlights, legs)
	s.record(r, id, total)
	return s.dumps(r)
}

// passengers is the number of passengers of a reservation.
func passengers(r *py.Dict) py.Value { return py.Int(py.Len(at(r, kPassengers))) }

// updateLeg is bookLeg for a flight of a reservation that is changed, and
// returns what it costs for all passengers. A flight that the reservation has
// already, in the same cabin, keeps its price.
func (s *State) updateLeg(r *py.Dict, leg, cabin py.Value) (price, no py.Value) {
	var had py.Value
	for _, f := range py.Iter(at(r, kFlights)) {
		if py.Equal(py.Index(f, kFlightNumber), py.Index(leg, kFlightNumber)) &&
			py.Equal(py.Index(f, kDate), py.Index(leg, kDate)) &&
			py.Equal(cabin, at(r, kCabin)) && had == nil {
			had = f
		}
	}
	if had != nil {
		price = py.Mul(py.Index(had, kPrice), passengers(r))
		s.fillLeg(leg, py.Index(had, kPrice), py.Index(had, kOrigin), py.Index(had, kDestination))
		return price, nil
	}
	if no = s.bookLeg(leg, cabin, at(r, kPassengers)); no != nil {
		return nil, no
	}
	return py.Mul(py.Index(leg, kPrice), passengers(r)), nil
}
