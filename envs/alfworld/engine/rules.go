package engine

import (
	"fmt"
	"strings"
	"sync"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// Rules is a compiled domain with its grammar. Safe for concurrent use. Texts
// and choices that several games have are held once, here, and so are lists of
// admissible commands, up to a bounded number.
type Rules struct {
	domain  *pddl.Domain
	grammar *grammar.Grammar

	types      *types
	none       map[int]*relation // without facts, by arity
	preds      map[string]int
	predicates []predicate
	constants  *constants // that the domain names
	schemas    []*schema
	byName     map[string]int // of schemas, in lower case

	literals []*literal // of all queries of the grammar
	intro    *text
	describe []description // in the order of the domain's actions

	described []bool // types that describe is about

	intern  *intern
	lists   *listCache
	said    *saidCache
	loaders sync.Pool // of *loader
}

// predicate is a declared predicate.
type predicate struct {
	name  string
	arity int

	fluent bool  // an effect changes it
	adders []int // schemas that can make it true
	read   bool  // a condition of an action or of the grammar reads it
	denied bool  // the grammar reads not_p

	keys []bool // arguments by which texts look its facts up, but for the first; nil for none
}

// maxArity bounds the arguments of a predicate.
const maxArity = 16

// Compile compiles a domain and a grammar. What the engine does not support is
// a *pddl.Error, with file and line, or names the rule of the grammar.
func Compile(d *pddl.Domain, g *grammar.Grammar) (*Rules, error) {
	r := &Rules{
		domain: d, grammar: g,
		types:     newTypes(d.Types),
		preds:     make(map[string]int),
		none:      make(map[int]*relation),
		constants: &constants{index: make(map[string]int)},
		byName:    make(map[string]int),
		intern:    newIntern(),
		lists:     new(listCache),
		said:      new(saidCache),
		loaders:   sync.Pool{New: func() any { return new(loader) }},
	}
	for _, p := range d.Predicates {
		if len(p.Params) > maxArity {
			return nil, &pddl.Error{Source: d.Source, Pos: p.Pos, Msg: fmt.Sprintf("a predicate with more than %d arguments is not supported", maxArity)}
		}
		if _, ok := r.preds[p.Name]; !ok {
			r.preds[p.Name] = len(r.predicates)
			r.predicates = append(r.predicates, predicate{name: p.Name, arity: len(p.Params)})
			r.none[len(p.Params)] = &relation{arity: len(p.Params), by: make([]*column, len(p.Params))}
		}
	}
	for i := range d.Actions {
		if err := r.addSchema(&d.Actions[i]); err != nil {
			return nil, err
		}
	}
	if err := r.compileTexts(); err != nil {
		return nil, err
	}
	r.markRead()
	return r, nil
}

// Domain returns the domain that was compiled. Not to be modified.
func (r *Rules) Domain() *pddl.Domain { return r.domain }

// Grammar returns the grammar that was compiled. Not to be modified.
func (r *Rules) Grammar() *grammar.Grammar { return r.grammar }

// action returns the grammar's action for a schema.
func (r *Rules) action(name string) (*grammar.Action, bool) {
	for i := range r.grammar.Actions {
		if strings.EqualFold(r.grammar.Actions[i].Name, name) {
			return &r.grammar.Actions[i], true
		}
	}
	return nil, false
}

// markRead marks the predicates that something reads: what effects do to others
// is never seen. A condition of an effect counts if the effect does.
func (r *Rules) markRead() {
	for _, s := range r.schemas {
		for i := range s.variants {
			r.readConj(&s.variants[i])
		}
	}
	for changed := true; changed; {
		changed = false
		for _, s := range r.schemas {
			for i := range s.effects {
				if e := &s.effects[i]; e.when != nil && !e.seen && r.predicates[e.atom.pred].read {
					e.seen, changed = true, true
					r.readForm(e.when)
				}
			}
		}
	}
}

func (r *Rules) readConj(c *conj) {
	for _, a := range c.pos {
		r.predicates[a.pred].read = true
	}
	for _, a := range c.neg {
		r.predicates[a.pred].read = true
	}
	for _, f := range c.rest {
		r.readForm(f)
	}
}

func (r *Rules) readForm(f *form) {
	if f.op == formAtom {
		r.predicates[f.atom.pred].read = true
	}
	for _, s := range f.subs {
		r.readForm(s)
	}
}

// wrap names the grammar in an error of compiling it.
func (r *Rules) wrap(err error) error {
	return fmt.Errorf("engine: grammar %s: %w", r.grammar.Source, err)
}
