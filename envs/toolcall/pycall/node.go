package pycall

import "stepgym/envs/toolcall/py"

// Node is an expression: a [py.Value], which is a constant, or one of *[Call],
// *[Name], *[List], *[Tuple], *[Set], *[Dict], *[Unary], *[Binary],
// *[Attribute], *[Subscript] and *[Unsupported].
//
// Displays of nothing but constants are constants themselves: [1, 'a'] is a
// *py.List, (1,) a py.Tuple, {'a': [1]} a *py.Dict. Nobody owns them, so that
// they can be handed on as they are. A set or a dict with keys that cannot be
// hashed (making it raises) or are equal stays a *[Set] or a *[Dict]. A minus before a number is a
// negative number, so that a negative constant always comes from a minus; a
// minus before 0, or before a negative number, stays a *[Unary].
type Node any

// Call is name(args..., keyword=value...).
type Call struct {
	// Name is the name that is called, with dots if it has some ("a.b.f");
	// "" if what is called is no name: Func holds it then.
	Name     string
	Func     Node
	Args     []Node
	Keywords []Keyword
}

// Keyword is name=value; a name of "" stands for **value.
type Keyword struct {
	Name  string
	Value Node
}

// Name is a variable.
type Name struct{ Name string }

// List is [items...] with an item that is no constant.
type List struct{ Items []Node }

// Tuple is (items...) with an item that is no constant.
type Tuple struct{ Items []Node }

// Set is {items...} with an item that is no constant, cannot be hashed or comes
// twice.
type Set struct{ Items []Node }

// Dict is {key: value, ...} with a key or value that is no constant, or a key
// that cannot be hashed or comes twice. A Key of nil stands for **value.
type Dict struct{ Items []Item }

// Item is one item of a [Dict].
type Item struct{ Key, Value Node }

// Unary is an operator before X: "-", "+", "~" or "not".
type Unary struct {
	Op string
	X  Node
}

// Binary is X Op Y with an arithmetical operator: + - * / // % ** @ << >> & | ^.
type Binary struct {
	Op   string
	X, Y Node
}

// Attribute is X.Name.
type Attribute struct {
	X    Node
	Name string
}

// Subscript is X[Index].
type Subscript struct{ X, Index Node }

// Unsupported is an expression that Python knows and this package does not
// represent.
type Unsupported struct {
	// What is its class in Python's module ast, such as "Lambda", "ListComp",
	// "JoinedStr" (an f-string) or "Starred"; "bytes", "complex" and "\N" are
	// constants of these kinds.
	What string

	// First is what Python evaluates first of a "Compare" or a "BoolOp", and
	// may raise; otherwise nil.
	First Node
}

// list returns the display of items.
func list(items []Node) Node {
	if values := constants(items); values != nil {
		return py.NewList(values...)
	}
	return &List{items}
}

func tuple(items []Node) Node {
	if values := constants(items); values != nil {
		return py.Tuple(values)
	}
	return &Tuple{items}
}

func set(items []Node) Node {
	if values := constants(items); values != nil {
		if v, e := py.Try(func() py.Value { return py.NewSet(nil, values...) }); e == nil && v.(*py.Set).Len() == len(items) {
			return v
		}
	}
	return &Set{items}
}

func dict(items []Item) Node {
	for _, it := range items {
		if _, ok := it.Key.(py.Value); !ok {
			return &Dict{items}
		}
		if _, ok := it.Value.(py.Value); !ok {
			return &Dict{items}
		}
	}
	v, e := py.Try(func() py.Value {
		d := py.NewDict(nil, len(items))
		for _, it := range items {
			d.Set(it.Key.(py.Value), it.Value.(py.Value))
		}
		return d
	})
	if e != nil || v.(*py.Dict).Len() < len(items) {
		return &Dict{items}
	}
	return v
}

// constants returns items as values, or nil if one of them is none. It is never
// nil for constants.
func constants(items []Node) []py.Value {
	for _, it := range items {
		if _, ok := it.(py.Value); !ok {
			return nil
		}
	}
	values := make([]py.Value, len(items))
	for i, it := range items {
		values[i] = it.(py.Value)
	}
	return values
}

// minus returns -x.
func minus(x Node) Node {
	switch n := x.(type) {
	case py.Int:
		if n > 0 {
			return -n
		}
	case py.Float:
		if !negative(n) {
			return -n
		}
	case *py.Big:
		if n.X.Sign() > 0 {
			return negated(n)
		}
	}
	return &Unary{"-", x}
}
