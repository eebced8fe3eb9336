package py

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDictTwin plays random operations on dicts and on slices that are searched
// from the front, and copies both now and then: copies must not touch each other.
func TestDictTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	type pair struct {
		d    *Dict
		twin []Pair
	}
	all := append(make([]pair, 0, 8), pair{d: NewDict(nil, 0)}) // never moved: p points into it
	for range 15_000 {
		p := &all[r.IntN(len(all))]
		key := Value(Int(r.IntN(120)))
		switch r.IntN(3) {
		case 0:
			key = Str(ToStr(key))
		case 1:
			key = Tuple{key, Float(0.5)}
		}
		at := slices.IndexFunc(p.twin, func(x Pair) bool { return Equal(x.Key, key) })
		switch r.IntN(12) {
		case 0: // a copy under an owner of its own
			c := pair{p.d.Own(new(Owner)), slices.Clone(p.twin)}
			if len(all) < 8 {
				all = append(all, c)
			} else {
				all[r.IntN(len(all))] = c
			}
			p.d = p.d.Own(new(Owner))
		case 1:
			p.d.Set(Int(1000), None{})
			c := p.d.Copy()
			c.Set(Str("only in the copy"), None{})
			p.d.Delete(Int(1000))
		case 2:
			if at >= 0 {
				p.d.Delete(key)
				p.twin = slices.Delete(p.twin, at, at+1)
			}
		default:
			v := Int(r.IntN(1000))
			if s, ok := key.(Str); ok {
				p.d.SetStr(string(s), v)
			} else {
				p.d.Set(key, v)
			}
			if at >= 0 {
				p.twin[at].Value = v
			} else {
				p.twin = append(p.twin, Pair{key, v})
			}
		}
		got, ok := p.d.Get(key)
		at = slices.IndexFunc(p.twin, func(x Pair) bool { return Equal(x.Key, key) })
		if ok != (at >= 0) || ok && !Equal(got, p.twin[at].Value) {
			t.Fatalf("key %s: got %v %v", Repr(key), got, ok)
		}
	}
	for _, p := range all {
		if d := cmp.Diff(p.d.Items(), append([]Pair{}, p.twin...)); d != "" {
			t.Errorf("got - want +\n%s", d)
		}
	}
}

// TestOwn looks at who sees a change.
func TestOwn(t *testing.T) {
	a, b := new(Owner), new(Owner)
	l := NewList(Int(1)).Own(a)
	m := l.Own(b)
	m.Append(Int(2))
	if got, want := Repr(NewList(l, m, l.Own(a))), "[[1], [1, 2], [1]]"; got != want {
		t.Errorf("lists: got %s, want %s", got, want)
	}
	if l.Own(a) != l || l.Own(nil) == l {
		t.Error("an owner gets a copy of its own list, or nobody gets the list itself")
	}
	s := NewSet(a, Int(1))
	u := s.Own(b)
	u.Add(Float(1))
	u.Add(Str("x"))
	if got, want := Repr(NewList(s, u)), "[{1}, {1, 'x'}]"; got != want {
		t.Errorf("sets: got %s, want %s", got, want)
	}
	r := NewRandom(Int(200191))
	x, y := r.Own(a), r.Own(b)
	for _, want := range []int64{67410, 41772, 24547} { // as random.Random(200191) draws
		if got, other := x.RandInt(10000, 99999), y.RandInt(10000, 99999); got != want || other != want {
			t.Errorf("drew %d and %d, want %d", got, other, want)
		}
	}
}
