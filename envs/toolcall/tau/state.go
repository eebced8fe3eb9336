package tau

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is the database of one episode. What it has not changed it shares with
// the [Data] that it came from.
type State struct {
	data   *Data
	owner  *py.Owner
	tables [3]*py.Dict
	text   []byte // room for writing results
}

// Copy implements toolcall.State.
func (s *State) Copy(o *py.Owner) toolcall.State {
	return &State{data: s.data, owner: o, tables: s.tables}
}

// Own implements toolcall.State.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs implements toolcall.State: the tables are the attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	for i, t := range s.tables {
		attrs = append(attrs, toolcall.Attr{Name: s.data.domain.tables[i].name, Value: t})
	}
	return attrs
}

// find returns the record of a table; ok is false where there is none. An id
// that cannot be hashed raises.
func (s *State) find(table int, id py.Value) (record *py.Dict, ok bool) {
	v, ok := s.tables[table].Get(id)
	if !ok {
		return nil, false
	}
	return v.(*py.Dict), true // see Data.check
}

// must is find for a record that Python's tools take for granted.
func (s *State) must(table int, id py.Value) *py.Dict {
	return s.tables[table].MustGet(id).(*py.Dict)
}

// table returns a table that may be changed.
func (s *State) table(table int) *py.Dict {
	t := s.tables[table].Own(s.owner)
	s.tables[table] = t
	return t
}

// change returns the record of a table as one that may be changed.
func (s *State) change(table int, id py.Value) *py.Dict {
	r := s.must(table, id).Own(s.owner)
	s.table(table).Set(id, r)
	return r
}

// list returns a list of a record that is the state's own as one that may be
// changed; method is the list's method that Python calls, for the exception
// where it is no list.
func (s *State) list(record *py.Dict, key py.Value, method string) *py.List {
	l := py.ListAttr(record.MustGet(key), method).Own(s.owner)
	record.Set(key, l)
	return l
}

// methods returns the payment methods of a user.
func (s *State) methods(user py.Value) *py.Dict {
	return s.must(users, user).MustGet(kPaymentMethods).(*py.Dict)
}

// changeMethods returns the payment methods of a user as a dict that may be
// changed.
func (s *State) changeMethods(user py.Value) *py.Dict {
	u := s.change(users, user)
	m := u.MustGet(kPaymentMethods).(*py.Dict).Own(s.owner)
	u.Set(kPaymentMethods, m)
	return m
}

// changeMethod returns a payment method of a user as a dict that may be changed.
func (s *State) changeMethod(user, id py.Value) *py.Dict {
	s.methods(user).MustGet(id)
	all := s.changeMethods(user)
	m := all.MustGet(id).(*py.Dict).Own(s.owner)
	all.Set(id, m)
	return m
}

// dumps is json.dumps(v).
func (s *State) dumps(v py.Value) py.Value {
	if d, ok := v.(*py.Dict); ok {
		if text, ok := s.data.texts[d]; ok {
			return text
		}
	}
	b, ok := py.AppendJSON(s.text[:0], v)
	if !ok {
		py.Raise("ValueError", "the result cannot be written as JSON")
	}
	if s.text = b; cap(b) > maxKept {
		s.text = nil
	}
	return py.Str(b)
}

// maxKept is the size of a text's memory that is kept for the next one.
const maxKept = 64 << 10

// failure is the answer of a tool that refuses.
func failure(text string) py.Value { return py.Str("Error: " + text) }

// Keys of records.
const (
	kAddress        = py.Str("address")
	kAmount         = py.Str("amount")
	kAvailable      = py.Str("available")
	kBalance        = py.Str("balance")
	kCabin          = py.Str("cabin")
	kDate           = py.Str("date")
	kDates          = py.Str("dates")
	kDestination    = py.Str("destination")
	kFlightNumber   = py.Str("flight_number")
	kFlights        = py.Str("flights")
	kItemID         = py.Str("item_id")
	kItems          = py.Str("items")
	kNonfree        = py.Str("nonfree_baggages")
	kOptions        = py.Str("options")
	kOrigin         = py.Str("origin")
	kPassengers     = py.Str("passengers")
	kPaymentHistory = py.Str("payment_history")
	kPaymentID      = py.Str("payment_id")
	kPaymentMethod  = py.Str("payment_method_id")
	kPaymentMethods = py.Str("payment_methods")
	kPrice          = py.Str("price")
	kProductID      = py.Str("product_id")
	kReservations   = py.Str("reservations")
	kSource         = py.Str("source")
	kStatus         = py.Str("status")
	kUserID         = py.Str("user_id")
	kVariants       = py.Str("variants")
	kZip            = py.Str("zip")
)
