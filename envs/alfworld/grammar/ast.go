package grammar

import "fmt"

// Grammar is a .twl2 file: how a game speaks.
type Grammar struct {
	Source  string
	Rules   map[string]*Rule // by name, with parameters if it has any: "look.feedback", "overview(o)": see Rule
	Actions []Action         // in the order of the file
	Cut     []*Error         // texts that end early, at a byte that has no place in a text: see Parse
}

// Rule is a named text with alternatives: the first one whose condition has a
// match is taken. Rules of one name and different parameters are different
// rules; their key in Grammar.Rules is "name(p1, p2)", with one space after the
// comma. All rules of a file, those of its actions as well, are in
// Grammar.Rules; a later rule replaces an earlier one of its key.
//
// What no rule can do: none calls itself through whatever others, calls go at
// most 100 deep and unfold into at most 100,000 pieces.
type Rule struct {
	Name         string
	Params       []string // names that a caller must have bound: overview(o) has "o"
	Alternatives []Alternative
}

// Alternative is one right-hand side of a rule.
type Alternative struct {
	Condition Query // holds without a literal
	Text      []Piece
}

// Action says how an action schema of the domain is written and answered.
type Action struct {
	Name     string           // as the file has it; compare without regard to case
	Template []Piece          // the command
	Feedback []Piece          // what the game says
	Local    map[string]*Rule // those of Grammar.Rules that came with the action
}

// Query is a conjunction: its matches bind placeholders to entities so that
// all literals hold. Distinct placeholders bind distinct entities, and none
// binds an entity to which the text around it, or an argument of the action,
// is bound. Matches come in the order of their facts, the first literal's first.
type Query []Literal

// Literal is a fact to match. A predicate that begins with "not_" matches facts
// that an effect has deleted; it is a predicate of its own.
type Literal struct {
	Predicate string // in lower case
	Args      []Placeholder
}

// Placeholder is a variable of a query.
type Placeholder struct {
	Name, Type string // "r", "receptacle"; a Type that is not given is the Name without apostrophes at its end
}

// PieceOp is the sort of a Piece.
type PieceOp uint8

// The sorts of pieces.
const (
	Literally PieceOp = iota + 1 // Text
	Call                         // the rule Rule, which sees what is bound here
	Value                        // the expression Expr; with a Query, once for every match, one after the other
	List                         // [ ... ]: Items for every match of Query, joined as an enumeration
)

// Piece is a part of a text.
//
// A List without members is the text of the rule "list_empty"; between two
// members stands "list_separator", before the last one "list_last_separator".
type Piece struct {
	Op    PieceOp
	Text  string
	Rule  string   // its key in Grammar.Rules, where it is
	Args  []string // of a call: the names of the rule's parameters
	Expr  Expr
	Query Query
	Items []Piece // what a List says of each match: a Call, or a Value without a query
}

// Expr is a concatenation of terms.
type Expr []Term

// Term is a part of an expression: a constant text; a field of an entity; the
// entity itself, whose text is its name; or a call of a rule, which then is the
// only term. Or is taken if the term is empty.
type Term struct {
	Constant string // without quotes
	Entity   string // placeholder, "" for a constant or a call
	Field    string // "name", "indefinite" (always "a"), "definite" (always "the"), "id", "type"; "" for the entity itself
	Call     *Piece
	Or       *Term
}

// Error is a fault in a source text.
type Error struct {
	Source    string
	Line, Col int // from 1; Col in bytes
	Msg       string
}

// Error returns "grammar: source:line:column: message".
func (e *Error) Error() string {
	return fmt.Sprintf("grammar: %s:%d:%d: %s", e.Source, e.Line, e.Col, e.Msg)
}
