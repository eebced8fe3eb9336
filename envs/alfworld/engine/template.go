package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
)

// examine is the first word of the commands that describe what they name.
const examine = "examine"

// templatePiece is a part of a command: a constant text, or the name of the
// entity that an argument of the action is.
type templatePiece struct {
	text string
	slot int // -1 for a constant text
	id   bool
}

// compileTemplate compiles how the commands of the schema are written.
func (s *schema) compileTemplate(pieces []grammar.Piece) error {
	for i := range pieces {
		if err := s.addTemplate(&pieces[i]); err != nil {
			return fmt.Errorf("template: %w", err)
		}
	}
	if len(s.template) == 0 {
		return errors.New("template: it is empty")
	}
	if s.template[0].slot < 0 {
		s.prefix = s.template[0].text
	}
	s.kind, _, _ = strings.Cut(strings.TrimLeft(s.prefix, " "), " ")
	s.slotList = s.slots()
	s.simple = len(s.slotList) <= 2
	named := 0
	for _, p := range s.template {
		if p.slot >= 0 {
			named++
		}
		s.simple = s.simple && !p.id
	}
	s.simple = s.simple && named == len(s.slotList)
	return nil
}

// orderPrefixes numbers the prefixes of the templates in their order.
func (r *Rules) orderPrefixes() {
	var all []string
	for _, s := range r.schemas {
		all = append(all, s.prefix)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, s := range r.schemas {
		s.order, _ = slices.BinarySearch(all, s.prefix)
	}
}

func (s *schema) addTemplate(p *grammar.Piece) error {
	switch p.Op {
	case grammar.Literally:
		s.addConstant(p.Text)
		return nil
	case grammar.Value, grammar.List:
		for _, l := range p.Query {
			if !s.implies(l) {
				return fmt.Errorf("the query about %s is not a part of the action's precondition, which is not supported: a command's text cannot change", l.Predicate)
			}
		}
		expr := p.Expr
		if len(p.Items) == 1 && p.Items[0].Op == grammar.Value {
			expr = p.Items[0].Expr
		} else if len(p.Items) > 0 {
			return errors.New("a list of rules is not supported")
		}
		for i := range expr {
			if err := s.addTerm(&expr[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("a call of a rule is not supported")
}

func (s *schema) addConstant(text string) {
	if n := len(s.template); n > 0 && s.template[n-1].slot < 0 {
		s.template[n-1].text += text
		return
	}
	s.template = append(s.template, templatePiece{text: text, slot: -1})
}

func (s *schema) addTerm(t *grammar.Term) error {
	switch {
	case t.Call != nil:
		return errors.New("a call of a rule is not supported")
	case t.Entity == "":
		s.addConstant(t.Constant)
		return nil
	}
	slot := s.param(t.Entity)
	if slot < 0 {
		return fmt.Errorf("%q is not a parameter of the action", t.Entity)
	}
	switch t.Field {
	case "", "name", "id":
		s.template = append(s.template, templatePiece{slot: slot, id: t.Field == "id"})
	case "indefinite":
		s.addConstant("a")
	case "definite":
		s.addConstant("the")
	default:
		return fmt.Errorf("field %q is not supported", t.Field)
	}
	return nil
}

// param returns the slot of a parameter, -1 if there is none of the name.
func (s *schema) param(name string) int {
	for i, p := range s.params {
		if p.Name[1:] == name {
			return i
		}
	}
	return -1
}

// implies reports whether the precondition has the literal, so that it holds
// wherever the command can be given.
func (s *schema) implies(l grammar.Literal) bool {
	args := make([]term, len(l.Args))
	for i, a := range l.Args {
		slot := s.param(a.Name)
		if slot < 0 || s.params[slot].Type != a.Type {
			return false
		}
		args[i] = term(slot)
	}
	for i := range s.variants {
		if !slices.ContainsFunc(s.variants[i].pos, func(a atom) bool {
			return s.frame.rules.predicates[a.pred].name == l.Predicate && slices.Equal(a.args, args)
		}) {
			return false
		}
	}
	return true
}

// slots returns the parameters that the command names, in the order of the text
// and without repetitions.
func (s *schema) slots() []int {
	var out []int
	for _, p := range s.template {
		if p.slot >= 0 && !slices.Contains(out, p.slot) {
			out = append(out, p.slot)
		}
	}
	return out
}

// description is an action that tells of the one entity that its command names.
type description struct {
	schema *schema
	slot   int // of the entity
	typ    int
	rule   string // that is its whole feedback, "" if there is none
}

// addDescription notes the schema if it describes something.
func (r *Rules) addDescription(s *schema, feedback []grammar.Piece) {
	slots := s.slotList
	if s.kind != examine || len(slots) != 1 {
		return
	}
	d := description{schema: s, slot: slots[0], typ: s.frame.types[slots[0]]}
	if len(feedback) == 1 && feedback[0].Op == grammar.Call {
		d.rule = feedback[0].Rule
	}
	r.describe = append(r.describe, d)
}

// told reports whether a rule that is called in an environment says what a
// description does, and of the entity in which slot: what it mentions has to have
// a value in both or in neither.
func (r *Rules) told(rule string, env []binding) (slot uint8, ok bool) {
	for _, d := range r.describe {
		if d.rule != rule {
			continue
		}
		own := make([]binding, len(d.schema.params))
		for i, p := range d.schema.params {
			own[i] = binding{p.Name[1:], p.Type}
		}
		at := slices.Index(env, own[d.slot])
		if at < 0 {
			continue
		}
		same := true
		r.mentions(rule, func(b binding) {
			same = same && slices.Contains(env, b) == slices.Contains(own, b)
		})
		if same {
			return uint8(at), true
		}
	}
	return 0, false
}

// mentions calls yield with the placeholders of a rule's queries, and of those
// that it calls.
func (r *Rules) mentions(rule string, yield func(binding)) {
	query := func(q grammar.Query) {
		for _, l := range q {
			for _, a := range l.Args {
				yield(binding{a.Name, a.Type})
			}
		}
	}
	var pieces func(list []grammar.Piece)
	pieces = func(list []grammar.Piece) {
		for i := range list {
			p := &list[i]
			query(p.Query)
			if p.Op == grammar.Call {
				r.mentions(p.Rule, yield)
			}
			for k := range p.Expr {
				for t := &p.Expr[k]; t != nil; t = t.Or {
					if t.Call != nil {
						r.mentions(t.Call.Rule, yield)
					}
				}
			}
			pieces(p.Items)
		}
	}
	if found := r.grammar.Rules[rule]; found != nil {
		for i := range found.Alternatives {
			query(found.Alternatives[i].Condition)
			pieces(found.Alternatives[i].Text)
		}
	}
}
