package py

import "strings"

// Equal is a == b. It raises RecursionError for values nested too deep, and
// nothing else.
func Equal(a, b Value) bool { return equal(a, b, 0) }

func equal(a, b Value, depth int) bool {
	switch x := a.(type) {
	case Str:
		y, ok := b.(Str)
		return ok && x == y
	case None:
		_, ok := b.(None)
		return ok
	case Int:
		if y, ok := b.(Int); ok {
			return x == y
		}
		return equalNumbers(a, b) || equalsComplex(a, b)
	case Bool, Float, *Big:
		return equalNumbers(a, b) || equalsComplex(a, b)
	case *List:
		y, ok := b.(*List)
		return ok && (x == y || equalItems(x.Items, y.Items, depth+1))
	case Tuple:
		y, ok := b.(Tuple)
		return ok && equalItems(x, y, depth+1)
	case *Dict:
		y, ok := b.(*Dict)
		return ok && (x == y || equalDicts(x, y, depth+1))
	case *Set:
		y, ok := b.(*Set)
		return ok && (x == y || x.equal(y))
	case Object:
		return x.EqualTo(b)
	}
	return false
}

// EqualStr is v == text.
func EqualStr(v Value, text string) bool {
	s, ok := v.(Str)
	return ok && string(s) == text
}

func equalsComplex(number, b Value) bool {
	c, ok := b.(Complex)
	return ok && c.EqualTo(number)
}

func equalItems(a, b []Value, depth int) bool {
	if len(a) != len(b) {
		return false
	}
	if depth > maxDepth {
		raiseDepth(inComparison)
	}
	for i, v := range a {
		if !same(v, b[i], depth) {
			return false
		}
	}
	return true
}

// Same is a is b or a == b, by which containers compare their items. The
// identity of numbers is not kept: a NaN is the same as every other.
func Same(a, b Value) bool { return same(a, b, 0) }

func same(a, b Value, depth int) bool {
	if f, ok := a.(Float); ok && f != f {
		g, ok := b.(Float)
		return ok && g != g
	}
	return equal(a, b, depth)
}

func equalDicts(a, b *Dict, depth int) bool {
	if len(a.items) != len(b.items) {
		return false
	}
	if depth > maxDepth {
		raiseDepth(inComparison)
	}
	for i := range a.items {
		it, other := &a.items[i], &b.items[i] // equal dicts mostly have equal orders
		if !same(it.Key, other.Key, depth) {
			j := b.find(hashKey(it.Key))
			if j < 0 {
				return false
			}
			other = &b.items[j]
		}
		if !same(it.Value, other.Value, depth) {
			return false
		}
	}
	return true
}

// relation is one of the four that order two values.
type relation int

const (
	less relation = iota
	lessEqual
	greater
	greaterEqual
)

func (r relation) String() string { return [...]string{"<", "<=", ">", ">="}[r] }

// holds reports whether the relation holds for an order of -1, 0 or 1.
func (r relation) holds(order int) bool {
	switch r {
	case less:
		return order < 0
	case lessEqual:
		return order <= 0
	case greater:
		return order > 0
	}
	return order >= 0
}

// Less is a < b; it raises TypeError where the two have no order.
func Less(a, b Value) bool { return compare(less, a, b, 0) }

// LessEqual is a <= b; see [Less].
func LessEqual(a, b Value) bool { return compare(lessEqual, a, b, 0) }

// Greater is a > b; see [Less].
func Greater(a, b Value) bool { return compare(greater, a, b, 0) }

// GreaterEqual is a >= b; see [Less].
func GreaterEqual(a, b Value) bool { return compare(greaterEqual, a, b, 0) }

// compare reports whether relation r holds. With a NaN none does.
func compare(r relation, a, b Value, depth int) bool {
	switch x := a.(type) {
	case Int, Float, Bool, *Big:
		if IsNumber(b) {
			order, ok := compareNumbers(a, b)
			return ok && r.holds(order)
		}
	case Str:
		if y, ok := b.(Str); ok {
			return r.holds(strings.Compare(string(x), string(y))) // UTF-8 sorts as code points do
		}
	case *List:
		if y, ok := b.(*List); ok {
			return compareItems(r, x.Items, y.Items, depth+1)
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			return compareItems(r, x, y, depth+1)
		}
	case *Set:
		if y, ok := b.(*Set); ok {
			return x.compare(r, y)
		}
	}
	Raise("TypeError", "'%s' not supported between instances of '%s' and '%s'", r, a.Type(), b.Type())
	return false
}

func compareItems(r relation, a, b []Value, depth int) bool {
	if depth > maxDepth {
		raiseDepth(inComparison)
	}
	for i := range min(len(a), len(b)) {
		if !same(a[i], b[i], depth) {
			return compare(r, a[i], b[i], depth)
		}
	}
	switch {
	case len(a) < len(b):
		return r.holds(-1)
	case len(a) > len(b):
		return r.holds(1)
	}
	return r.holds(0)
}
