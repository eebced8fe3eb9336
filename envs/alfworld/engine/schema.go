package engine

import (
	"errors"
	"slices"
	"strings"

	"stepgym/envs/alfworld/pddl"
)

// schema is a compiled action.
type schema struct {
	name   string // as the grammar spells it
	index  int
	params []pddl.Typed
	frame  frame // parameters first, then variables of exists

	variants []conj   // alternatives of the precondition
	effects  []effect // in the order of the file

	template []templatePiece
	slotList []int  // parameters that it names, in the order of the text
	simple   bool   // it names at most two, each once and by name
	prefix   string // its text before its first entity
	order    int    // of the prefix, among those of all schemas
	kind     string // its first word
	feedback *text
	position []int // of the parameters of slotList in stored
	stored   []int // parameters that texts need, see Game.code
	named    []int // parameters that its texts depend on
	unnamed  []int // types of the others
	kept     bool  // texts may be kept, see memo.go
}

// effect makes an atom true or false.
type effect struct {
	atom atom
	del  bool
	vars []term // of forall
	when *form  // nil: always
	seen bool   // something reads what a conditional effect changes
}

// addSchema compiles an action of the domain, but for its texts.
func (r *Rules) addSchema(a *pddl.Action) error {
	action, ok := r.action(a.Name)
	if !ok {
		return &pddl.Error{Source: r.domain.Source, Pos: a.Pos, Msg: "the grammar " + r.grammar.Source + " has no action " + a.Name}
	}
	s := &schema{name: action.Name, index: len(r.schemas), params: a.Params, frame: frame{rules: r, known: r.constants, source: r.domain.Source}}
	for _, p := range a.Params {
		if _, err := s.frame.bind(p); err != nil {
			return err
		}
	}
	pre, err := s.frame.form(a.Precondition, false)
	if err != nil {
		return err
	}
	if s.variants, err = alternatives(pre); errors.Is(err, errAlternatives) {
		return s.frame.fault(a.Pos, "%v", err)
	}
	if err := s.addEffect(a.Effect, nil, nil); err != nil {
		return err
	}
	for i := range s.effects {
		p := &r.predicates[s.effects[i].atom.pred]
		p.fluent = true
		if !s.effects[i].del && !slices.Contains(p.adders, s.index) {
			p.adders = append(p.adders, s.index)
		}
	}
	r.byName[strings.ToLower(a.Name)] = len(r.schemas)
	r.schemas = append(r.schemas, s)
	return nil
}

// addEffect adds an effect under variables and a condition.
func (s *schema) addEffect(e *pddl.Effect, vars []term, when *form) error {
	if e == nil {
		return nil
	}
	switch e.Op {
	case pddl.Increase:
		return nil
	case pddl.Add, pddl.Delete:
		a, err := s.frame.resolve(e.Predicate, e.Args, e.Pos)
		s.effects = append(s.effects, effect{atom: a, del: e.Op == pddl.Delete, vars: vars, when: when})
		return err
	case pddl.When:
		c, err := s.frame.form(e.Condition, false)
		if err != nil {
			return err
		}
		if when != nil {
			c = &form{op: formAnd, subs: []*form{when, c}}
		}
		return s.addEffects(e.Subs, vars, c)
	case pddl.All:
		return s.addEffects(e.Subs, vars, when)
	case pddl.ForEvery:
		visible := len(s.frame.scope)
		vars = vars[:len(vars):len(vars)]
		for _, v := range e.Vars {
			slot, err := s.frame.bind(v)
			if err != nil {
				return err
			}
			vars = append(vars, slot)
		}
		err := s.addEffects(e.Subs, vars, when)
		s.frame.scope = s.frame.scope[:visible]
		return err
	}
	return s.frame.fault(e.Pos, "this effect is not supported")
}

func (s *schema) addEffects(subs []*pddl.Effect, vars []term, when *form) error {
	for _, e := range subs {
		if err := s.addEffect(e, vars, when); err != nil {
			return err
		}
	}
	return nil
}
