package tau

import "stepgym/envs/toolcall/py"

func bookReservation(s *State, a []py.Value) py.Value {
	user, cabin, passengers, payments, nonfree := a[0], a[4], a[6], a[7], a[9]
	if _, ok := s.find(users, user); !ok {
		return failure("user not found")
	}
	id := s.freeReservation()
	legs := s.copied(a[5])
	reservation := py.Of(
		py.KV(py.Str("reservation_id"), id), py.KV(kUserID, user), py.KV(kOrigin, a[1]), py.KV(kDestination, a[2]),
		py.KV(py.Str("flight_type"), a[3]), py.KV(kCabin, cabin), py.KV(kFlights, legs), py.KV(kPassengers, passengers),
		py.KV(kPaymentHistory, payments), py.KV(py.Str("created_at"), py.Str("2024-05-15T15:00:00")),
		py.KV(py.Str("total_baggages"), a[8]), py.KV(kNonfree, nonfree), py.KV(py.Str("insurance"), a[10]),
	)
	var total py.Value = py.Int(0)
	for _, leg := range py.Iter(legs) {
		if no := s.bookLeg(leg, cabin, passengers); no != nil {
			return no
		}
		total = py.AddAssign(total, py.Mul(py.Index(leg, kPrice), py.Int(py.Len(passengers))))
	}
	if py.EqualStr(a[10], "yes") {
		total = py.AddAssign(total, py.Int(30*py.Len(passengers)))
	}
	total = py.AddAssign(total, py.Mul(py.Int(50), nonfree))
	if no := s.pay(user, payments, total); no != nil {
		return no
	}
	s.put(reservations, id, reservation)
	u := s.change(users, user)
	s.list(u, kReservations, "append").Append(id)
	return s.dumps(reservation)
}

// freeReservation returns the id of the next reservation: there are three, the
// last of which is used again and again.
func (s *State) freeReservation() py.Value {
	for _, id := range []py.Value{py.Str("HATHAT"), py.Str("HATHAU")} {
		if _, taken := s.find(reservations, id); !taken {
			return id
		}
	}
	return py.Str("HATHAV")
}

// copied returns the flights of an argument with dicts that may be changed.
func (s *State) copied(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		items := make([]py.Value, len(v.Items))
		for i, it := range v.Items {
			items[i] = s.copied(it)
		}
		return py.NewList(items...)
	case *py.Dict:
		return v.Own(s.owner)
	}
	return v
}

// bookLeg looks up a flight of a new itinerary and writes its price and where it
// goes into it, or returns why it cannot be had.
func (s *State) bookLeg(leg, cabin, passengers py.Value) (no py.Value) {
	number := py.Index(leg, kFlightNumber)
	f, ok := s.find(flights, number)
	if !ok {
		return failure("flight " + py.Format(number) + " not found")
	}
	dates := at(f, kDates).(*py.Dict)
	date := py.Index(leg, kDate)
	if !dates.Has(date) {
		return failure("flight " + py.Format(number) + " not found on date " + py.Format(date))
	}
	day := dates.MustGet(date)
	if !py.EqualStr(py.Index(day, kStatus), "available") {
		return failure("flight " + py.Format(number) + " not available on date " + py.Format(date))
	}
	if py.Less(py.Index(py.Index(day, py.Str("available_seats")), cabin), py.Int(py.Len(passengers))) {
		return failure("not enough seats on flight " + py.Format(number))
	}
	s.fillLeg(leg, py.Index(py.Index(day, py.Str("prices")), cabin), at(f, kOrigin), at(f, kDestination))
	return nil
}

// fillLeg writes into a flight of an itinerary, which is the state's own; what is
// no dict raises.
func (s *State) fillLeg(leg, price, origin, destination py.Value) {
	py.SetItem(s.owner, leg, kPrice, price)
	py.SetItem(s.owner, leg, kOrigin, origin)
	py.SetItem(s.owner, leg, kDestination, destination)
}

// pay takes what a reservation costs, or returns why that cannot be. Payments are
// looked at again and again, as in the original: one that is no longer there
// raises.
func (s *State) pay(user, payments, total py.Value) (no py.Value) {
	for _, p := range py.Iter(payments) {
		id := py.Index(p, kPaymentID)
		amount := py.Index(p, kAmount)
		methods := s.methods(user)
		if !methods.Has(id) {
			return failure("payment method " + py.Format(id) + " not found")
		}
		m := methods.MustGet(id).(*py.Dict)
		if source := at(m, kSource); py.EqualStr(source, "gift_card") || py.EqualStr(source, "certificate") {
			if py.Less(at(m, kAmount), amount) {
				return failure("not enough balance in payment method " + py.Format(id))
			}
		}
	}
	var sum py.Value = py.Int(0)
	for _, p := range py.Iter(payments) {
		sum = py.Add(sum, py.Index(p, kAmount))
	}
	if !py.Equal(sum, total) {
		return failure("payment amount does not add up, total price is " + py.Format(total) + ", but paid " + py.Format(sum))
	}
	for _, p := range py.Iter(payments) {
		id := py.Index(p, kPaymentID)
		source := s.methods(user).MustGet(id).(*py.Dict).MustGet(kSource)
		switch {
		case py.EqualStr(source, "gift_card"):
			m := s.changeMethod(user, id)
			m.Set(kAmount, py.SubAssign(at(m, kAmount), py.Index(p, kAmount)))
		case py.EqualStr(source, "certificate"):
			s.changeMethods(user).Delete(id)
		}
	}
	return nil
}
