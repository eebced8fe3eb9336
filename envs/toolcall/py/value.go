// Package py holds Python values and what CPython does with them: comparing,
// adding, looking up, writing out. The worlds of BFCL and tau-bench are written
// in Python and show it: in results ("None", "[1, 2.0]"), in what counts as
// equal (1, 1.0 and True), and in the texts of exceptions that an agent reads.
// Their Go versions work on these values, so that every one of these is the
// original's.
//
// An exception is a Go panic of an *[Exception], raised by [Raise] and by the
// operations that raise in Python. It never leaves the executor: [Try] turns it
// into a value. Nothing else in the package panics.
//
// Values are never changed once they may be shared. A world that changes a
// [Dict] or a [List] of its state first asks for its own with Own, which copies
// it unless it is the owner's already: a state is then copied in constant time
// and a change costs what it touches.
package py

// Value is a Python value: None, Bool, Int, *Big, Float, Str, Tuple, *List,
// *Dict, *Set, or an [Object].
type Value interface {
	// Type is type(v).__name__, such as "str".
	Type() string
}

// Object is a value of a class of one's own.
type Object interface {
	Value
	// EqualTo is v == w.
	EqualTo(w Value) bool
	// AppendRepr appends repr(v).
	AppendRepr(b []byte) []byte
}

type (
	// None is None.
	None struct{}
	// Bool is True or False.
	Bool bool
	// Int is an int that fits in 64 bits; a larger one is a *Big.
	Int int64
	// Float is a float.
	Float float64
	// Str is a str, in UTF-8. Lone surrogates are kept as three bytes each.
	Str string
	// Tuple is a tuple. It is not to be modified.
	Tuple []Value
)

// Type returns "NoneType".
func (None) Type() string { return "NoneType" }

// Type returns "bool".
func (Bool) Type() string { return "bool" }

// Type returns "int".
func (Int) Type() string { return "int" }

// Type returns "float".
func (Float) Type() string { return "float" }

// Type returns "str".
func (Str) Type() string { return "str" }

// Type returns "tuple".
func (Tuple) Type() string { return "tuple" }

// Owner stands for one state that changes. Lists and dicts made under it are
// changed in place, all others are copied first. It holds a byte so that two
// Owners have two addresses.
type Owner struct{ _ byte }

// List is a list.
type List struct {
	Items []Value // not to be modified but through Own
	owner *Owner
	json  string // see Seal
}

// Type returns "list".
func (*List) Type() string { return "list" }

// NewList returns a list of items, which it keeps, owned by nobody.
func NewList(items ...Value) *List { return &List{Items: items} }

// Own returns l if o owns it, otherwise a shallow copy that o owns. The caller
// stores it where l was.
func (l *List) Own(o *Owner) *List {
	if l.owner == o && o != nil {
		return l
	}
	items := make([]Value, len(l.Items), len(l.Items)+4)
	copy(items, l.Items)
	return &List{Items: items, owner: o}
}

// Append adds v at the end. The list must be the caller's own.
func (l *List) Append(v Value) { l.Items = append(l.Items, v) }
