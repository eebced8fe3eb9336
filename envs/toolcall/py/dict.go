package py

import "slices"

// Dict is a dict: keys in the order of their first setting, compared as Python
// does (1, 1.0 and True are one key). A small one is searched from the front, a
// large one has an index.
type Dict struct {
	items []Pair
	index map[any]int // hash key -> place, of the first items at least; nil while small
	mine  bool        // the index is this dict's own and covers all items, so that it can be added to
	known int         // number of items that the index covers, if it is not mine
	owner *Owner
}

// Pair is one item of a Dict.
type Pair struct {
	Key, Value Value
}

// Type returns "dict".
func (*Dict) Type() string { return "dict" }

// NewDict returns an empty dict that o owns (nobody, if o is nil) with room for
// n items.
func NewDict(o *Owner, n int) *Dict { return &Dict{items: make([]Pair, 0, n), owner: o} }

// D returns a dict of the given keys and values, in turn: D("status", v, "id", w).
// Keys are strings (a Str constant costs less than a string), values are Values;
// anything else is a programmer's mistake and panics. Nobody owns it.
func D(kv ...any) *Dict {
	d := &Dict{items: make([]Pair, 0, len(kv)/2)}
	for i := 0; i < len(kv); i += 2 {
		if _, ok := kv[i].(Str); ok {
			d.Set(kv[i].(Value), kv[i+1].(Value))
			continue
		}
		d.SetStr(kv[i].(string), kv[i+1].(Value))
	}
	return d
}

// Shape is the keys of dicts that are made often, such as a method's result.
type Shape struct{ keys []Value }

// NewShape returns the shape of dicts with these keys, which must differ.
func NewShape(keys ...string) Shape {
	s := Shape{make([]Value, len(keys))}
	for i, k := range keys {
		s.keys[i] = Str(k)
	}
	return s
}

// D returns a dict with the keys of the shape and one value for each. Another
// number of values is a programmer's mistake and panics. Nobody owns it.
func (s Shape) D(values ...Value) *Dict {
	d := sized(len(s.keys))
	for i, k := range s.keys {
		d.items[i] = Pair{k, values[i]}
	}
	if len(d.items) >= indexAt {
		d.reindex()
	}
	return d
}

// KV is an item of a Dict, for [Of].
func KV(key, v Value) Pair { return Pair{Key: key, Value: v} }

// Of returns a dict of items, owned by nobody. No two keys may be equal; they
// are not looked at, which makes it the fastest way to a result of known keys.
func Of(items ...Pair) *Dict {
	d := sized(len(items))
	copy(d.items, items)
	if len(items) >= indexAt {
		d.reindex()
	}
	return d
}

// One returns a dict of one item, owned by nobody.
func One(key, v Value) *Dict {
	d := sized(1)
	d.items[0] = Pair{key, v}
	return d
}

// sized returns a dict of n items that are to be filled in. A small one lies in
// one piece of memory with its items.
func sized(n int) *Dict {
	switch n {
	case 1:
		m := &struct {
			Dict
			room [1]Pair
		}{}
		m.items = m.room[:]
		return &m.Dict
	case 2:
		m := &struct {
			Dict
			room [2]Pair
		}{}
		m.items = m.room[:]
		return &m.Dict
	case 3, 4:
		m := &struct {
			Dict
			room [4]Pair
		}{}
		m.items = m.room[:n:n]
		return &m.Dict
	case 5, 6:
		m := &struct {
			Dict
			room [6]Pair
		}{}
		m.items = m.room[:n:n]
		return &m.Dict
	}
	return &Dict{items: make([]Pair, n)}
}

const (
	indexAt = 32 // size from which a dict that grows gets an index
	tailAt  = 16 // number of items from which those that the index lacks get one
)

// Len is the number of items.
func (d *Dict) Len() int { return len(d.items) }

// Items returns the items in order. The slice is not to be modified.
func (d *Dict) Items() []Pair { return d.items }

// At returns the i-th item.
func (d *Dict) At(i int) Pair { return d.items[i] }

// Own returns d if o owns it, otherwise a shallow copy that o owns. The caller
// stores it where d was; d itself must not change any more.
func (d *Dict) Own(o *Owner) *Dict {
	if d.owner == o && o != nil {
		return d
	}
	c := &Dict{items: d.copyItems(), index: d.index, known: d.known, owner: o}
	if d.mine {
		c.known = len(d.items)
	}
	return c
}

// Copy is d.copy(): a shallow copy, owned by nobody.
func (d *Dict) Copy() *Dict {
	c := &Dict{items: d.copyItems()} // without the index, to which d may add
	if len(c.items) >= indexAt {
		c.reindex()
	}
	return c
}

func (d *Dict) copyItems() []Pair {
	items := make([]Pair, len(d.items), len(d.items)+2)
	copy(items, d.items)
	return items
}

// find returns the place of the key whose hash key is h, or -1. Reading writes
// nothing: dicts are shared between goroutines.
func (d *Dict) find(h any) int {
	first := 0
	if d.index != nil {
		if i, ok := d.index[h]; ok {
			return i
		}
		if d.mine {
			return -1
		}
		first = d.known
	}
	for i := first; i < len(d.items); i++ {
		if hasKey(d.items[i].Key, h) {
			return i
		}
	}
	return -1
}

// findStr is find for a str without the price of an interface.
func (d *Dict) findStr(key string) int {
	first := 0
	if d.index != nil {
		if i, ok := d.index[Str(key)]; ok {
			return i
		}
		if d.mine {
			return -1
		}
		first = d.known
	}
	for i := first; i < len(d.items); i++ {
		if s, ok := d.items[i].Key.(Str); ok && string(s) == key {
			return i
		}
	}
	return -1
}

// add appends an item whose key is new.
func (d *Dict) add(key, v Value) {
	d.items = append(d.items, Pair{key, v})
	n := len(d.items)
	switch {
	case d.mine:
		d.index[hashKey(key)] = n - 1
	case d.index != nil && n-d.known >= tailAt, d.index == nil && n >= indexAt:
		d.reindex()
	}
}

// reindex makes an index of one's own, or none for a small dict.
func (d *Dict) reindex() {
	d.index, d.mine, d.known = nil, false, 0
	if len(d.items) < indexAt {
		return
	}
	d.index, d.mine = make(map[any]int, len(d.items)), true
	for i := range d.items {
		d.index[hashKey(d.items[i].Key)] = i
	}
}

// Get is d.get(key): ok tells whether the key is there. It raises TypeError for
// a key that cannot be hashed.
func (d *Dict) Get(key Value) (v Value, ok bool) {
	if i := d.find(hashKey(key)); i >= 0 {
		return d.items[i].Value, true
	}
	return nil, false
}

// GetStr is Get for a str.
func (d *Dict) GetStr(key string) (v Value, ok bool) {
	if i := d.findStr(key); i >= 0 {
		return d.items[i].Value, true
	}
	return nil, false
}

// Or is d.get(key, otherwise) for a str.
func (d *Dict) Or(key string, otherwise Value) Value {
	if v, ok := d.GetStr(key); ok {
		return v
	}
	return otherwise
}

// MustGet is d[key]: it raises KeyError where the key is missing.
func (d *Dict) MustGet(key Value) Value {
	v, ok := d.Get(key)
	if !ok {
		raiseKey(key)
	}
	return v
}

// Has is key in d.
func (d *Dict) Has(key Value) bool { _, ok := d.Get(key); return ok }

// Set is d[key] = v. The dict must be the caller's own.
func (d *Dict) Set(key, v Value) {
	h := hashKey(key)
	if i := d.find(h); i >= 0 {
		d.items[i].Value = v
		return
	}
	d.add(key, v)
}

// SetStr is Set for a str.
func (d *Dict) SetStr(key string, v Value) {
	if i := d.findStr(key); i >= 0 {
		d.items[i].Value = v
		return
	}
	d.add(Str(key), v)
}

// Delete is del d[key]: it raises KeyError where the key is missing. The dict
// must be the caller's own.
func (d *Dict) Delete(key Value) {
	i := d.find(hashKey(key))
	if i < 0 {
		raiseKey(key)
	}
	d.items = slices.Delete(d.items, i, i+1)
	if d.index != nil {
		d.reindex()
	}
}

// Keys is list(d).
func (d *Dict) Keys() []Value {
	keys := make([]Value, len(d.items))
	for i, it := range d.items {
		keys[i] = it.Key
	}
	return keys
}

// Values is list(d.values()).
func (d *Dict) Values() []Value {
	values := make([]Value, len(d.items))
	for i, it := range d.items {
		values[i] = it.Value
	}
	return values
}

func raiseKey(key Value) { panic(&Exception{Class: "KeyError", Text: Repr(key)}) }
