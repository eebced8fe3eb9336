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
// a piece a record.
type hashed struct {
	tables [3][]piece // in the order of the ids
	places map[*py.Dict][]byte
}

// piece is a record: its id, and ('id', (...)).
type piece struct {
	id   py.Str
	text []byte
}

// Hash is the original's hash of a database: the SHA-256, in hexadecimal, of
// what str writes of it when all dicts in it have become tuples of sorted pairs
// and all lists tuples. It reads the whole database; [Same] does without.
func (s *State) Hash() string {
	base := s.data.base()
	h := sha256.New()
	h.Write([]byte("("))
	for i, t := range s.tables {
		if i > 0 {
			h.Write([]byte(", "))
		}
		h.Write([]byte("('" + s.data.domain.tables[i].name + "', ("))
		base.write(h, i, t)
		h.Write([]byte("))"))
	}
	h.Write([]byte(")"))
	return hex.EncodeToString(h.Sum(nil))
}

// base returns the pieces of the database as it was loaded.
func (d *Data) base() *hashed {
	d.hashOnce.Do(func() {
		d.hashed.places = map[*py.Dict][]byte{}
		for i, t := range d.tables {
			pieces := make([]piece, 0, t.Len())
			for _, it := range t.Items() {
				p := pieceOf(it)
				d.hashed.places[it.Value.(*py.Dict)] = p.text
				pieces = append(pieces, p)
			}
			slices.SortFunc(pieces, comparePieces)
			d.hashed.tables[i] = pieces
		}
	})
	return &d.hashed
}

func pieceOf(it py.Pair) piece {
	id, _ := it.Key.(py.Str) // ids come from JSON
	b := append(py.AppendRepr([]byte("("), id), ", "...)
	return piece{id, append(appendHashable(b, it.Value), ')')}
}

func comparePieces(a, b piece) int { return cmp.Compare(a.id, b.id) }

// write writes the records of a table in the order of their ids.
func (b *hashed) write(h hash.Hash, table int, t *py.Dict) {
	pieces := make([]piece, 0, t.Len())
	for _, it := range t.Items() {
		if text, ok := b.places[it.Value.(*py.Dict)]; ok {
			pieces = append(pieces, piece{it.Key.(py.Str), text})
			continue
		}
		pieces = append(pieces, pieceOf(it))
	}
	slices.SortFunc(pieces, comparePieces)
	for i, p := range pieces {
		if i > 0 {
			h.Write([]byte(", "))
		}
		h.Write(p.text)
	}
	if len(pieces) == 1 {
		h.Write([]byte(","))
	}
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

// Same reports whether two databases have the same [State.Hash], but looks only
// at what one of them has changed.
func (s *State) Same(t *State) bool {
	for i := range s.tables {
		if !same(s.tables[i], t.tables[i]) {
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
