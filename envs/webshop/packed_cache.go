package webshop

import "sync/atomic"

// cache keeps some of the things that are made from records. Things with equal
// remainders share a slot.
type cache[T any] struct{ slots []atomic.Pointer[cached[T]] }

type cached[T any] struct {
	key   int
	value T
}

func newCache[T any](size, things int) cache[T] {
	return cache[T]{make([]atomic.Pointer[cached[T]], max(1, min(size, things)))}
}

// get returns thing i, made with produce if it is not there.
func (c *cache[T]) get(i int, produce func() T) *T {
	slot := &c.slots[i%len(c.slots)]
	if e := slot.Load(); e != nil && e.key == i {
		return &e.value
	}
	e := &cached[T]{key: i, value: produce()}
	slot.Store(e)
	return &e.value
}
