package world

import "math/bits"

// tree is an immutable map from numbers to values, in the order of the numbers:
// a big-endian Patricia tree (Okasaki and Gill, Fast Mergeable Integer Maps,
// 1998). What with and without return shares all but one path with what they
// were called on. The nil tree is empty.
type tree[E any] struct {
	prefix uint64 // a leaf's key; of a branch the bits above bit, which all below have
	bit    uint64 // what tells left (0) from right (1); 0 in a leaf
	left   *tree[E]
	right  *tree[E]
	value  E // of a leaf
}

// find returns the value of a key.
func (t *tree[E]) find(key uint64) (value E, ok bool) {
	for t != nil && t.bit != 0 {
		if key&t.bit == 0 {
			t = t.left
		} else {
			t = t.right
		}
	}
	if t == nil || t.prefix != key {
		return value, false
	}
	return t.value, true
}

// covers reports whether the key belongs below t, or is that of the leaf t.
func (t *tree[E]) covers(key uint64) bool {
	if t.bit == 0 {
		return t.prefix == key
	}
	return (key^t.prefix)&^(t.bit<<1-1) == 0
}

// with returns the tree in which the key has the value.
func (t *tree[E]) with(key uint64, value E) *tree[E] {
	switch {
	case t == nil || t.bit == 0 && t.prefix == key:
		return &tree[E]{prefix: key, value: value}
	case !t.covers(key):
		return join(t, &tree[E]{prefix: key, value: value})
	}
	c := *t
	if key&t.bit == 0 {
		c.left = t.left.with(key, value)
	} else {
		c.right = t.right.with(key, value)
	}
	return &c
}

// join puts two trees without a common prefix under a branch.
func join[E any](a, b *tree[E]) *tree[E] {
	bit := uint64(1) << (63 - bits.LeadingZeros64(a.prefix^b.prefix))
	if a.prefix&bit != 0 {
		a, b = b, a
	}
	return &tree[E]{prefix: a.prefix &^ (bit<<1 - 1), bit: bit, left: a, right: b}
}

// without returns the tree that lacks the key.
func (t *tree[E]) without(key uint64) *tree[E] {
	switch {
	case t == nil || !t.covers(key):
		return t
	case t.bit == 0:
		return nil
	}
	c := *t
	if key&t.bit == 0 {
		if c.left = t.left.without(key); c.left == nil {
			return t.right
		}
	} else if c.right = t.right.without(key); c.right == nil {
		return t.left
	}
	return &c
}

// all yields the values in the order of their keys until yield returns false.
func (t *tree[E]) all(yield func(E) bool) bool {
	switch {
	case t == nil:
		return true
	case t.bit == 0:
		return yield(t.value)
	}
	return t.left.all(yield) && t.right.all(yield)
}
