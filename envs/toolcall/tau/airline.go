package tau

import (
	"strconv"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// airlineTools returns the tools of the airline.
func airlineTools() []tool {
	reservation, user, payment := toolcall.P("reservation_id"), toolcall.P("user_id"), toolcall.P("payment_id")
	origin, destination, date := toolcall.P("origin"), toolcall.P("destination"), toolcall.P("date")
	cabin, legs, travellers := toolcall.P("cabin"), toolcall.P("flights"), toolcall.P("passengers")
	total, nonfree := toolcall.P("total_baggages"), toolcall.P("nonfree_baggages")
	return []tool{
		{"BookReservation", toolcall.Def("book_reservation", bookReservation, user, origin, destination, toolcall.P("flight_type"), cabin,
			legs, travellers, toolcall.P("payment_methods"), total, nonfree, toolcall.P("insurance"))},
		{"Calculate", toolcall.Def("calculate", calculate, toolcall.P("expression"))},
		{"CancelReservation", toolcall.Def("cancel_reservation", cancelReservation, reservation)},
		// The answer where there is none speaks of a user in the original, too.
		{"GetReservationDetails", toolcall.Def("get_reservation_details", details(reservations, "user not found"), reservation)},
		{"GetUserDetails", toolcall.Def("get_user_details", details(users, "user not found"), user)},
		{"ListAllAirports", toolcall.Def("list_all_airports", listAirports)},
		{"SearchDirectFlight", toolcall.Def("search_direct_flight", searchDirect, origin, destination, date)},
		{"SearchOnestopFlight", toolcall.Def("search_onestop_flight", searchOneStop, origin, destination, date)},
		{"SendCertificate", toolcall.Def("send_certificate", sendCertificate, user, toolcall.P("amount"))},
		{"Think", toolcall.Def("think", think, toolcall.P("thought"))},
		{"TransferToHumanAgents", toolcall.Def(Transfer, transfer, toolcall.P("summary"))},
		{"UpdateReservationBaggages", toolcall.Def("update_reservation_baggages", updateBaggages, reservation, total, nonfree, payment)},
		{"UpdateReservationFlights", toolcall.Def("update_reservation_flights", updateFlights, reservation, cabin, legs, payment)},
		{"UpdateReservationPassengers", toolcall.Def("update_reservation_passengers", updatePassengers, reservation, travellers)},
	}
}

// airports are the airports that the airline knows, in its order. They are in
// none of the data files.
const airports = `{"SFO": "San Francisco", "JFK": "New York", "LAX": "Los Angeles", "ORD": "Chicago", ` +
	`"DFW": "Dallas", "DEN": "Denver", "SEA": "Seattle", "ATL": "Atlanta", "MIA": "Miami", "BOS": "Boston", ` +
	`"PHX": "Phoenix", "IAH": "Houston", "LAS": "Las Vegas", "MCO": "Orlando", "EWR": "Newark", ` +
	`"CLT": "Charlotte", "MSP": "Minneapolis", "DTW": "Detroit", "PHL": "Philadelphia", "LGA": "LaGuardia"}`

func listAirports(*State, []py.Value) py.Value { return py.Str(airports) }

func sendCertificate(s *State, a []py.Value) py.Value {
	user, amount := a[0], a[1]
	if _, ok := s.find(users, user); !ok {
		return failure("user not found")
	}
	for n := 3221322; n <= 3221324; n++ {
		id := py.Str("certificate_" + strconv.Itoa(n))
		if s.methods(user).Has(id) {
			continue
		}
		s.changeMethods(user).Set(id, py.Of(py.KV(kSource, py.Str("certificate")), py.KV(kAmount, amount), py.KV(py.Str("id"), id)))
		return py.Str("Certificate " + string(id) + " added to user " + py.Format(user) + " with amount " + py.Format(amount) + ".")
	}
	return py.None{}
}

// searchDirect answers from an index: no tool changes flights.
func searchDirect(s *State, a []py.Value) py.Value {
	from, _ := a[0].(py.Str)
	to, _ := a[1].(py.Str)
	b := append(s.room(), '[')
	for _, f := range s.data.routes[route{from, to}] {
		d := f.day(a[2])
		if d == nil || !py.EqualStr(at(d.info, kStatus), "available") {
			continue
		}
		if len(b) > 1 {
			b = append(b, ", "...)
		}
		b = append(b, d.text...)
	}
	return s.answer(append(b, ']'))
}

// searchOneStop answers as the original does, with its quirks: the day after is
// one of May 2024, and the second flight is shown as it is on the day of the
// first.
func searchOneStop(s *State, a []py.Value) py.Value {
	from, _ := a[0].(py.Str)
	to, _ := a[1].(py.Str)
	date := a[2]
	b := append(s.room(), '[')
	for _, first := range s.data.departures[from] {
		var second py.Value // the date of the second flight
		for _, f := range s.data.routes[route{first.destination, to}] {
			if second == nil {
				second = first.onward(date)
			}
			if first.arrival > f.departure {
				continue
			}
			d1, d2 := first.day(date), f.day(second)
			if d1 == nil || d2 == nil ||
				!py.EqualStr(at(d1.info, kStatus), "available") || !py.EqualStr(at(d2.info, kStatus), "available") {
				continue
			}
			shown := f.day(date)
			if shown == nil {
				f.dates.MustGet(date)
			}
			if len(b) > 1 {
				b = append(b, ", "...)
			}
			b = d1.appendOn(append(b, '['), date)
			b = append(shown.appendOn(append(b, ", "...), second), ']')
		}
	}
	return s.answer(append(b, ']'))
}

// answer returns a text that was written into s.text.
func (s *State) answer(b []byte) py.Value {
	if s.text = b; cap(b) > maxKept {
		s.text = nil
	}
	return py.Str(b)
}
