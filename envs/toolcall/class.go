package toolcall

import (
	"fmt"

	"stepgym/envs/toolcall/py"
)

// State is what the methods of one class change in one episode. It is used by
// one goroutine at a time; a prototype, which is only copied, by any number.
type State interface {
	// Copy returns a copy that changes under owner o. It takes constant time
	// or nearly: what is shared is copied when it is changed (see [py.Owner]).
	// The receiver is not changed.
	Copy(o *py.Owner) State

	// Own makes o the owner under which the state changes from here on. What
	// it held before is shared from then on.
	Own(o *py.Owner)

	// AppendAttrs appends the public attributes in the order of their making.
	// They are what a checker compares and a viewer shows; none of them is to
	// be modified.
	AppendAttrs(attrs []Attr) []Attr
}

// Attr is an attribute of a State.
type Attr struct {
	Name  string
	Value py.Value
}

// Param is a parameter of a method, as Python declares it.
type Param struct {
	Name    string
	Default py.Value // nil: an argument must be given
}

// P is a parameter that must be given.
func P(name string) Param { return Param{Name: name} }

// Opt is a parameter with a default value, which must be one that nobody
// changes.
func Opt(name string, value py.Value) Param { return Param{Name: name, Default: value} }

// Method is a method that can be called.
type Method struct {
	Name   string
	Params []Param // without self
	called string  // what exceptions call a static method; "" for a method with self
	call   func(s State, args []py.Value) py.Value
}

// Def declares a method: call gets the state and one argument for each
// parameter, and returns the result or raises (see package py). It keeps
// neither args nor what is in it without copying, but as values that nobody
// changes.
func Def[S State](name string, call func(s S, args []py.Value) py.Value, params ...Param) Method {
	return Method{Name: name, Params: params, call: func(s State, args []py.Value) py.Value { return call(s.(S), args) }}
}

// Static returns m as a static method, which has no self; exceptions call it by
// the given name, such as "GetOrder.invoke".
func (m Method) Static(called string) Method {
	m.called = called
	return m
}

// Class is a class of tools over one sort of state. It is immutable.
type Class struct {
	Name    string
	methods []Method
	byName  map[string]*Method
}

// NewClass returns a class. A repeated method is a programmer's mistake and
// panics.
func NewClass(name string, methods ...Method) *Class {
	c := &Class{Name: name, methods: methods, byName: make(map[string]*Method, len(methods))}
	for i := range methods {
		m := &methods[i]
		if c.byName[m.Name] != nil {
			panic(fmt.Sprintf("toolcall: class %s has two methods %s", name, m.Name))
		}
		c.byName[m.Name] = m
	}
	return c
}

// Methods returns the methods in the order of their declaration. They are not
// to be modified.
func (c *Class) Methods() []Method { return c.methods }
