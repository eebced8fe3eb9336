package tau

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"

	"stepgym/envs/toolcall/py"
)

// hashed is the database as it was loaded, as the original writes it to hash it:
// the records of each table, in the order of their ids.
type hashed [3][]piece

// piece is a record: its id, and ('id', (...)).
type piece struct {
	id   py.Str
	text []byte
}

// Hash is the original's hash of a database: the SHA-256, in hexadecimal, of
// what str writes of it when all dicts in it have become tuples of sorted pairs
// and all lists tuples. It reads the whole database; [State.Same] does without.
func (s *State) Hash() string {
	base := s.data.base()
	h := sha256.New()
	h.Write([]byte("("))
	for i := range base {
		if i > 0 {
			h.Write([]byte(", "))
		}
		h.Write([]byte("('" + s.data.domain.tables[i].name + "', ("))
		var changed []piece
		if s.changed[i] != nil {
			changed = pieces(s.changed[i])
		}
		if merge(h, base[i], changed) == 1 {
			h.Write([]byte(","))
		}
		h.Write([]byte("))"))
	}
	h.Write([]byte(")"))
	return hex.EncodeToString(h.Sum(nil))
}

// base returns the pieces of the database as it was loaded.
func (d *Data) base() *hashed {
	d.hashOnce.Do(func() {
		for i, t := range d.tables {
			d.hashed[i] = pieces(t)
		}
	})
	return &d.hashed
}

// pieces returns the records of a table in the order of their ids, which are
// texts: they come from JSON.
func pieces(t *py.Dict) []piece {
	out := make([]piece, 0, t.Len())
	for _, it := range t.Items() {
		id, _ := it.Key.(py.Str)
		b := append(py.AppendRepr([]byte("("), id), ", "...)
		out = append(out, piece{id, append(appendHashable(b, it.Value), ')')})
	}
	slices.SortFunc(out, func(a, b piece) int { return cmp.Compare(a.id, b.id) })
	return out
}

// merge writes the pieces of a table, those that have changed in place of the
// others, and returns their number.
func merge(h hash.Hash, base, changed []piece) int {
	n := 0
	for len(base) > 0 || len(changed) > 0 {
		var p piece
		if len(changed) == 0 || len(base) > 0 && base[0].id < changed[0].id {
			p, base = base[0], base[1:]
		} else {
			p = changed[0]
			if changed = changed[1:]; len(base) > 0 && base[0].id == p.id {
				base = base[1:]
			}
		}
		if n > 0 {
			h.Write([]byte(", "))
		}
		h.Write(p.text)
		n++
	}
	return n
}

// appendHashable appends str of a value in which dicts have become tuples of
// pairs, sorted by their keys, and lists tuples. Keys are texts: all of them come
// from JSON.
func appendHashable(b []byte, v py.Value) []byte {
	n, i := 0, 0
	next := func() {
		if i > 0 {
			b = append(b, ", "...)
		}
		i++
	}
	switch v := v.(type) {
	case *py.Dict:
		n = v.Len()
		b = append(b, '(')
		for _, it := range sortedItems(v) {
			next()
			b = append(py.AppendRepr(append(b, '('), it.Key), ", "...)
			b = append(appendHashable(b, it.Value), ')')
		}
	case *py.List:
		n = len(v.Items)
		b = append(b, '(')
		for _, it := range v.Items {
			next()
			b = appendHashable(b, it)
		}
	default:
		return py.AppendRepr(b, v)
	}
	if n == 1 {
		b = append(b, ',')
	}
	return append(b, ')')
}

func sortedItems(d *py.Dict) []py.Pair {
	items := slices.Clone(d.Items())
	slices.SortFunc(items, func(a, b py.Pair) int {
		x, _ := a.Key.(py.Str)
		y, _ := b.Key.(py.Str)
		return cmp.Compare(x, y)
	})
	return items
}

// Same reports whether two databases that come from the same data have the same
// [State.Hash], but looks only at what one of them has changed.
func (s *State) Same(t *State) bool {
	for i := range s.changed {
		if !s.within(t, i) || !t.within(s, i) {
			return false
		}
	}
	return true
}

// within reports whether the records of a table that s has changed are the same
// in t.
func (s *State) within(t *State, table int) bool {
	if s.changed[table] == nil {
		return true
	}
	for _, it := range s.changed[table].Items() {
		r, ok := t.find(table, it.Key)
		if !ok || !same(it.Value, r) {
			return false
		}
	}
	return true
}

// same reports whether two values are written alike by appendHashable: dicts
// in any order, 1 not as 1.0 or True.
func same(a, b py.Value) bool {
	switch x := a.(type) {
	case *py.Dict:
		y, ok := b.(*py.Dict)
		if !ok {
			return sameText(a, b)
		}
		return x == y || sameDicts(x, y)
	case *py.List:
		y, ok := b.(*py.List)
		if !ok {
			return sameText(a, b)
		}
		return x == y || slices.EqualFunc(x.Items, y.Items, same)
	case py.Str:
		y, ok := b.(py.Str)
		return ok && x == y
	case py.Int:
		y, ok := b.(py.Int)
		return ok && x == y
	}
	return sameText(a, b)
}

func sameText(a, b py.Value) bool {
	return bytes.Equal(appendHashable(nil, a), appendHashable(nil, b))
}

func sameDicts(a, b *py.Dict) bool {
	x, y := a.Items(), b.Items()
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		other := y[i].Value
		if !py.Same(x[i].Key, y[i].Key) {
			var ok bool
			if other, ok = b.Get(x[i].Key); !ok {
				return false
			}
		}
		if !same(x[i].Value, other) {
			return false
		}
	}
	return true
}
