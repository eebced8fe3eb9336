package pddl

import "fmt"

// Pos is a place in a source text. Lines and columns count from 1, columns in
// bytes.
type Pos struct{ Line, Col int }

// String returns "line:column".
func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

// Domain is a domain file. All names are in lower case.
type Domain struct {
	Source     string // name of the file, for messages
	Name       string
	Types      []Typed // Name and its parent, "object" if none is given
	Constants  []Typed
	Predicates []Predicate
	Actions    []Action // in the order of the file
}

// Problem is a problem file. All names are in lower case.
type Problem struct {
	Source  string
	Name    string
	Domain  string
	Objects []Typed
	Init    []Fact // without repetitions, in the order in which they come first
	Goal    *Formula
}

// Typed is a name with its type: an object, a constant, a type, or a variable,
// whose name then begins with "?". An untyped one has type "object". A type is
// the token of the file as it stands: in "?l - location, ?r - receptacle" the
// type of ?l is "location," which nothing has.
type Typed struct {
	Name, Type string
	Pos        Pos // zero in problems
}

// Predicate is a declared predicate.
type Predicate struct {
	Name   string
	Params []Typed
	Pos    Pos
}

// Action is an action schema.
type Action struct {
	Name         string
	Params       []Typed
	Precondition *Formula // nil if it is empty
	Effect       *Effect  // nil if it is empty
	Pos          Pos
}

// Fact is a ground atom. Args may share memory with those of other facts; they
// are not to be modified.
type Fact struct {
	Predicate string
	Args      []string
}

// FormulaOp is the connective of a Formula.
type FormulaOp uint8

// The connectives.
const (
	Atom   FormulaOp = iota + 1 // Predicate(Args)
	Equal                       // Args[0] = Args[1]
	Not                         // of Subs[0]
	And                         // of Subs, true without any
	Or                          // of Subs, false without any
	Exists                      // Vars such that Subs[0]
	ForAll                      // for all Vars Subs[0]
	Imply                       // Subs[0] implies Subs[1]
)

// Formula is a condition. Args hold variables ("?r") and names of objects.
type Formula struct {
	Op        FormulaOp
	Predicate string
	Args      []string
	Subs      []*Formula
	Vars      []Typed
	Pos       Pos // zero in problems
}

// EffectOp is the sort of an Effect.
type EffectOp uint8

// The sorts of effects.
const (
	Add      EffectOp = iota + 1 // Predicate(Args) becomes true
	Delete                       // Predicate(Args) becomes false
	All                          // Subs, together
	When                         // Subs[0] if Condition holds before the action
	ForEvery                     // Subs[0] for all Vars
	Increase                     // a cost; it changes no fact
)

// Effect is what an action does.
type Effect struct {
	Op        EffectOp
	Predicate string
	Args      []string
	Condition *Formula
	Subs      []*Effect
	Vars      []Typed
	Pos       Pos
}

// Error is a fault in a source text.
type Error struct {
	Source string
	Pos    Pos
	Msg    string
}

// Error returns "pddl: source:line:column: message".
func (e *Error) Error() string { return fmt.Sprintf("pddl: %s:%v: %s", e.Source, e.Pos, e.Msg) }
