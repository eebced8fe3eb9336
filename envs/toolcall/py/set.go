package py

// Set is a set; its items are kept in the order of their coming.
//
// Differs: CPython's order depends on hashes, which for a str change from run
// to run.
type Set struct {
	dict  *Dict
	owner *Owner
}

// Type returns "set".
func (*Set) Type() string { return "set" }

// NewSet returns a set of items that o owns (nobody, if o is nil).
func NewSet(o *Owner, items ...Value) *Set {
	s := &Set{dict: NewDict(o, len(items)), owner: o}
	for _, v := range items {
		s.Add(v)
	}
	return s
}

// Len is len(s).
func (s *Set) Len() int { return s.dict.Len() }

// Has is v in s.
func (s *Set) Has(v Value) bool { return s.dict.Has(v) }

// Items returns the items in the order of their coming, in a new slice.
func (s *Set) Items() []Value { return s.dict.Keys() }

// Own returns s if o owns it, otherwise a copy that o owns. The caller stores
// it where s was; s itself must not change any more.
func (s *Set) Own(o *Owner) *Set {
	if s.owner == o && o != nil {
		return s
	}
	return &Set{dict: s.dict.Own(o), owner: o}
}

// Add is s.add(v). The set must be the caller's own.
func (s *Set) Add(v Value) {
	if !s.dict.Has(v) {
		s.dict.add(v, None{})
	}
}

// minus is s - t.
func (s *Set) minus(t *Set) *Set {
	d := NewSet(nil)
	for i := range s.dict.items {
		if v := s.dict.items[i].Key; !t.Has(v) {
			d.Add(v)
		}
	}
	return d
}

// within reports whether every item of s is in t.
func (s *Set) within(t *Set) bool {
	for i := range s.dict.items {
		if !t.Has(s.dict.items[i].Key) {
			return false
		}
	}
	return true
}

func (s *Set) equal(t *Set) bool { return s.Len() == t.Len() && s.within(t) }

// compare is s r t, where the smaller set is a part of the larger.
func (s *Set) compare(r relation, t *Set) bool {
	switch r {
	case less:
		return s.Len() < t.Len() && s.within(t)
	case lessEqual:
		return s.within(t)
	case greater:
		return t.Len() < s.Len() && t.within(s)
	}
	return t.within(s)
}
