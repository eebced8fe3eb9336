package tau

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is the database of one episode: that of the [Data] which it came from,
// and the records that it has changed.
type State struct {
	data    *Data
	owner   *py.Owner
	changed [3]*py.Dict // by table: ids and records; nil for none
	text    []byte      // room for writing results
}

// Copy implements toolcall.State.
func (s *State) Copy(o *py.Owner) toolcall.State {
	return &State{data: s.data, owner: o, changed: s.changed}
}

// Own implements toolcall.State.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs implements toolcall.State: the tables are the attributes. A table
// that has changed is put together for it.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	for i, t := range s.data.tables {
		if s.changed[i] != nil {
			t = t.Copy()
			for _, it := range s.changed[i].Items() {
				t.Set(it.Key, it.Value)
			}
		}
		attrs = append(attrs, toolcall.Attr{Name: s.data.domain.tables[i].name, Value: t})
	}
	return attrs
}

// find returns the record of a table; ok is false where there is none. An id
// that cannot be hashed raises.
func (s *State) find(table int, id py.Value) (record *py.Dict, ok bool) {
	var v py.Value
	if c := s.changed[table]; c != nil {
		v, ok = c.Get(id)
	}
	if !ok {
		v, ok = s.data.tables[table].Get(id)
	}
	if !ok {
		return nil, false
	}
	return v.(*py.Dict), true // see table.check
}

// must is find for a record that Python's tools take for granted.
func (s *State) must(table int, id py.Value) *py.Dict {
	r, ok := s.find(table, id)
	if !ok {
		py.Raise("KeyError", "%s", py.Repr(id))
	}
	return r
}

// put makes a record that of an id.
func (s *State) put(table int, id py.Value, record *py.Dict) {
	c := s.changed[table]
	if c == nil {
		c = py.NewDict(s.owner, 2)
	} else {
		c = c.Own(s.owner)
	}
	s.changed[table] = c
	c.Set(id, record)
}

// change returns the record of a table as one that may be changed.
func (s *State) change(table int, id py.Value) *py.Dict {
	r := s.must(table, id)
	own := r.Own(s.owner)
	if own != r {
		s.put(table, id, own)
	}
	return own
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
	return at(s.must(users, user), kPaymentMethods).(*py.Dict)
}

// changeMethods returns the payment methods of a user as a dict that may be
// changed.
func (s *State) changeMethods(user py.Value) *py.Dict {
	u := s.change(users, user)
	m := at(u, kPaymentMethods).(*py.Dict).Own(s.owner)
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

// at is d[key], faster than MustGet.
func at(d *py.Dict, key py.Str) py.Value {
	v, ok := d.GetStr(string(key))
	if !ok {
		py.Raise("KeyError", "%s", py.Repr(key))
	}
	return v
}

// dumps is json.dumps(v).
func (s *State) dumps(v py.Value) py.Value {
	if d, ok := v.(*py.Dict); ok {
		if text, ok := s.data.texts[d]; ok {
			return text
		}
	}
	b, ok := py.AppendJSON(s.room(), v)
	if !ok {
		py.Raise("ValueError", "the result cannot be written as JSON")
	}
	if s.text = b; cap(b) > maxKept {
		s.text = nil
	}
	return py.Str(b)
}

// room returns memory for writing a result.
func (s *State) room() []byte {
	if s.text == nil {
		s.text = make([]byte, 0, 2048)
	}
	return s.text[:0]
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
