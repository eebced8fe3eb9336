package world

import (
	"hash/maphash"
	"iter"
	"reflect"
)

// Table is a map that remembers the order in which its keys were set first. It
// is a value: after b := a, which takes constant time, a and b change
// independently of each other. A state that holds what changes in tables is
// therefore copied by copying its struct. The zero Table is empty and ready.
//
// Get, Set and Delete take time logarithmic in the number of keys. A Table is
// used by one goroutine at a time, copies of one by any number. Values are
// shared by all copies: what is behind a pointer or a slice in one must not be
// changed, only replaced.
type Table[K comparable, V any] struct {
	seed  maphash.Seed
	index *tree[uint64]     // hash of a key: number of the latest row with that hash
	rows  *tree[*row[K, V]] // by number
	last  uint64            // number of the latest row; the first is 1
	n     int
}

// row is an entry of a table. It is immutable.
type row[K comparable, V any] struct {
	key   K
	value V
	next  uint64 // number of another row with the same hash; 0 if there is none
}

// Len returns the number of keys.
func (t *Table[K, V]) Len() int { return t.n }

// Get returns the value of a key, or the zero value and false.
func (t *Table[K, V]) Get(key K) (value V, ok bool) {
	if t.n == 0 {
		return value, false
	}
	if _, r := t.find(t.hash(key), key); r != nil {
		return r.value, true
	}
	return value, false
}

// Has reports whether there is a value of the key.
func (t *Table[K, V]) Has(key K) bool {
	_, ok := t.Get(key)
	return ok
}

// Set gives a key a value. A new key comes last in the order, another one stays
// where it is.
func (t *Table[K, V]) Set(key K, value V) { t.set(t.hash(key), key, value) }

// Delete removes a key and reports whether it was there.
func (t *Table[K, V]) Delete(key K) bool {
	return t.n > 0 && t.delete(t.hash(key), key)
}

// All yields keys and values in order. They are those of the moment when the
// loop began: the table may be changed inside it.
func (t *Table[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		t.rows.all(func(r *row[K, V]) bool { return yield(r.key, r.value) })
	}
}

func (t *Table[K, V]) hash(key K) uint64 {
	if t.seed == (maphash.Seed{}) {
		t.seed = maphash.MakeSeed() // no order depends on it
	}
	return maphash.Comparable(t.seed, key)
}

// find returns the row of a key with its number; nil if there is none.
func (t *Table[K, V]) find(hash uint64, key K) (uint64, *row[K, V]) {
	at, _ := t.index.find(hash)
	for at != 0 {
		r, _ := t.rows.find(at)
		if r.key == key {
			return at, r
		}
		at = r.next
	}
	return 0, nil
}

func (t *Table[K, V]) set(hash uint64, key K, value V) {
	if at, r := t.find(hash, key); r != nil {
		t.rows = t.rows.with(at, &row[K, V]{key, value, r.next})
		return
	}
	next, _ := t.index.find(hash)
	t.last++
	t.n++
	t.index = t.index.with(hash, t.last)
	t.rows = t.rows.with(t.last, &row[K, V]{key, value, next})
}

func (t *Table[K, V]) delete(hash uint64, key K) bool {
	at, r := t.find(hash, key)
	if r == nil {
		return false
	}
	t.n--
	t.rows = t.rows.without(at)
	head, _ := t.index.find(hash)
	switch {
	case head == at && r.next == 0:
		t.index = t.index.without(hash)
		return true
	case head == at:
		t.index = t.index.with(hash, r.next)
		return true
	}
	for { // the row that leads to the one that is gone leads past it
		before, _ := t.rows.find(head)
		if before.next == at {
			t.rows = t.rows.with(head, &row[K, V]{before.key, before.value, r.next})
			return true
		}
		head = before.next
	}
}

// tabular is implemented by tables of any sort, and by nothing else.
type tabular interface {
	parts() (key, value reflect.Type)
}

// parts implements tabular.
func (Table[K, V]) parts() (key, value reflect.Type) {
	return reflect.TypeFor[K](), reflect.TypeFor[V]()
}
