package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
)

// marker stands in a grammar for the task.
const marker = "UNKNOWN GOAL"

// maxTextSlots bounds the placeholders that are bound at one point of a text.
const maxTextSlots = 24

// text is a compiled text. Rules are in place of their calls.
type text struct {
	nodes   []node
	queries bool // it binds placeholders of its own
	used    [maxTextSlots]bool
}

// nodeOp is the sort of a node.
type nodeOp uint8

const (
	sayText   nodeOp = iota + 1 // s
	sayName                     // of the entity in slot
	sayID                       // likewise
	sayType                     // likewise
	sayTask                     // the task; s follows it unless it ends with s
	sayChoice                   // the first of alts that applies
	sayEach                     // body for every match of query
	sayList                     // likewise, as an enumeration
)

// node is a part of a compiled text.
type node struct {
	op    nodeOp
	slot  uint8
	tells bool // the choice is what description says of the entity in slot
	s     string
	alts  []alt
	query *query
	body  []node

	empty, separator, last []node // of a list
}

// alt is an alternative of a rule.
type alt struct {
	condition *query // nil: always
	body      []node
}

// binding is a placeholder that has a value in slot.
type binding struct{ name, typ string }

// texter compiles texts.
type texter struct {
	rules *Rules
	out   *text
	env   []binding // by slot
	depth int
	rule  string // being compiled, for messages
}

// compileTexts compiles the grammar: templates and feedback of the actions of
// the domain, and the intro.
func (r *Rules) compileTexts() error {
	var err error
	if r.intro, err = r.compileText([]grammar.Piece{{Op: grammar.Call, Rule: "intro"}}, nil); err != nil {
		return r.wrap(err)
	}
	for _, s := range r.schemas {
		action, _ := r.action(s.name)
		if err := s.compileTemplate(action.Template); err != nil {
			return r.wrap(fmt.Errorf("action %s: %w", s.name, err))
		}
		r.addDescription(s, action.Feedback)
	}
	r.orderPrefixes()
	r.describeTypes()
	for _, s := range r.schemas {
		action, _ := r.action(s.name)
		env := make([]binding, len(s.params))
		for i, p := range s.params {
			env[i] = binding{p.Name[1:], p.Type}
		}
		if s.feedback, err = r.compileText(action.Feedback, env); err != nil {
			return r.wrap(fmt.Errorf("action %s: %w", s.name, err))
		}
		for i := range s.params { // a query binds nothing that a parameter is
			if s.feedback.queries || s.feedback.used[i] || slices.Contains(s.slotList, i) {
				s.stored = append(s.stored, i)
			}
		}
		for _, slot := range s.slotList {
			s.position = append(s.position, slices.Index(s.stored, slot))
		}
		s.nameThings()
	}
	return nil
}

// compileText compiles pieces in an environment.
func (r *Rules) compileText(pieces []grammar.Piece, env []binding) (*text, error) {
	t := &texter{rules: r, out: &text{}, env: slices.Clone(env)}
	if len(env) > maxTextSlots {
		return nil, fmt.Errorf("more than %d parameters are not supported", maxTextSlots)
	}
	var err error
	t.out.nodes, err = t.pieces(pieces)
	if err != nil && t.rule != "" {
		err = fmt.Errorf("rule %q: %w", t.rule, err)
	}
	return t.out, err
}

func (t *texter) pieces(pieces []grammar.Piece) ([]node, error) {
	var out []node
	for i := range pieces {
		nodes, err := t.piece(&pieces[i])
		if err != nil {
			return nil, err
		}
		for _, n := range nodes {
			if k := len(out) - 1; n.op == sayText && k >= 0 && out[k].op == sayText {
				out[k].s += n.s
				continue
			}
			out = append(out, n)
		}
	}
	return out, nil
}

func (t *texter) piece(p *grammar.Piece) ([]node, error) {
	switch p.Op {
	case grammar.Literally:
		return literally(p.Text), nil
	case grammar.Call:
		return t.call(p.Rule)
	case grammar.Value:
		if len(p.Query) == 0 {
			return t.expr(p.Expr)
		}
		n, err := t.matches(p.Query, sayEach, func() ([]node, error) { return t.expr(p.Expr) })
		return []node{n}, err
	case grammar.List:
		return t.list(p)
	}
	return nil, errors.New("this piece of text is not supported")
}

// literally splits a constant text at the mark of the task.
func literally(s string) []node {
	before, after, found := strings.Cut(s, marker)
	if !found {
		return []node{{op: sayText, s: s}}
	}
	task := node{op: sayTask}
	if strings.HasPrefix(after, ".") {
		task.s, after = ".", after[1:]
	}
	return append([]node{{op: sayText, s: before}, task}, literally(after)...)
}

// call compiles the rule that is called in the environment of the call:
// parameters have the names of what is passed.
func (t *texter) call(name string) ([]node, error) {
	rule := t.rules.grammar.Rules[name]
	if rule == nil {
		return nil, fmt.Errorf("there is no rule %q", name)
	}
	if t.depth++; t.depth > 100 {
		return nil, fmt.Errorf("rules call each other too deep, at %q", name)
	}
	t.rule = name
	n := node{op: sayChoice}
	n.slot, n.tells = t.rules.told(name, t.env)
	for i := range rule.Alternatives {
		a := alt{}
		if c := rule.Alternatives[i].Condition; len(c) > 0 {
			bound := len(t.env)
			q, err := t.query(c)
			if err != nil {
				return nil, err
			}
			t.env = t.env[:bound]
			a.condition = q
		}
		var err error
		if a.body, err = t.pieces(rule.Alternatives[i].Text); err != nil {
			return nil, err
		}
		n.alts = append(n.alts, a)
		if a.condition == nil {
			break // the rest is never reached
		}
	}
	t.depth--
	if len(n.alts) == 1 && n.alts[0].condition == nil {
		return n.alts[0].body, nil
	}
	return []node{n}, nil
}

// list compiles an enumeration.
func (t *texter) list(p *grammar.Piece) ([]node, error) {
	n, err := t.matches(p.Query, sayList, func() ([]node, error) {
		if len(p.Items) > 0 {
			return t.pieces(p.Items)
		}
		return t.expr(p.Expr)
	})
	if err != nil {
		return nil, err
	}
	if n.empty, err = t.callOr("list_empty", "nothing"); err != nil {
		return nil, err
	}
	if n.separator, err = t.callOr("list_separator", ", "); err != nil {
		return nil, err
	}
	n.last, err = t.callOr("list_last_separator", ", and ")
	return []node{n}, err
}

// callOr compiles a rule, or a text where the grammar has no such rule.
func (t *texter) callOr(rule, text string) ([]node, error) {
	if t.rules.grammar.Rules[rule] == nil {
		return []node{{op: sayText, s: text}}, nil
	}
	return t.call(rule)
}

// matches compiles what is said of every match of a query.
func (t *texter) matches(q grammar.Query, op nodeOp, body func() ([]node, error)) (node, error) {
	n := node{op: op}
	bound := len(t.env)
	if len(q) > 0 {
		var err error
		if n.query, err = t.query(q); err != nil {
			return n, err
		}
	}
	var err error
	n.body, err = body()
	t.env = t.env[:bound]
	return n, err
}

// expr compiles an expression.
func (t *texter) expr(e grammar.Expr) ([]node, error) {
	var pieces []node
	for i := range e {
		nodes, err := t.term(&e[i])
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, nodes...)
	}
	return pieces, nil
}

// term compiles a term. Only a constant can be empty.
func (t *texter) term(e *grammar.Term) ([]node, error) {
	switch {
	case e.Call != nil:
		return t.call(e.Call.Rule)
	case e.Entity != "":
		return t.entity(e)
	case e.Constant == "" && e.Or != nil:
		return t.term(e.Or)
	}
	return []node{{op: sayText, s: e.Constant}}, nil
}

func (t *texter) entity(e *grammar.Term) ([]node, error) {
	slot := -1
	for i := range t.env { // the last one of the name
		if t.env[i].name == e.Entity {
			slot = i
		}
	}
	if slot < 0 {
		return nil, fmt.Errorf("%q is not bound by a query or the action", e.Entity)
	}
	t.out.used[slot] = true
	n := node{op: sayName, slot: uint8(slot)}
	switch e.Field {
	case "", "name":
	case "id":
		n.op = sayID
	case "type":
		n.op = sayType
	case "indefinite":
		return []node{{op: sayText, s: "a"}}, nil
	case "definite":
		return []node{{op: sayText, s: "the"}}, nil
	default:
		return nil, fmt.Errorf("field %q of %q is not supported", e.Field, e.Entity)
	}
	return []node{n}, nil
}
