package engine

import (
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
)

// query is a compiled conjunctive query.
type query struct {
	literals []*literal
}

// literal is a literal of a query. Slots below bound have a value when the
// query begins; others get one at the first literal that has them.
type literal struct {
	id     int // of all literals of the rules
	pred   int // -1: nothing matches
	denied bool
	slots  []uint8
	fresh  []bool // slots[i] gets its value here
	asked  []int  // types
	key    int    // argument to look facts up by, -1 for none
	closed bool   // all arguments have values
}

// query compiles a query and binds its placeholders; the caller unbinds them.
func (t *texter) query(q grammar.Query) (*query, error) {
	out := &query{}
	for _, l := range q {
		c := &literal{id: len(t.rules.literals), key: -1, closed: true}
		c.pred, c.denied = t.rules.factsOf(l.Predicate)
		if c.pred >= 0 && t.rules.predicates[c.pred].arity != len(l.Args) {
			c.pred = -1
		}
		for i, a := range l.Args {
			typ, ok := t.rules.types.index[a.Type]
			if !ok {
				return nil, fmt.Errorf("type %q of placeholder %q is not declared", a.Type, a.Name)
			}
			slot := slices.Index(t.env, binding{a.Name, a.Type})
			fresh := slot < 0
			if fresh {
				if slot = len(t.env); slot == maxTextSlots {
					return nil, fmt.Errorf("more than %d placeholders are not supported", maxTextSlots)
				}
				t.env = append(t.env, binding{a.Name, a.Type})
				c.closed = false
				t.out.queries = true
			} else if c.key < 0 && !slices.Contains(c.slots, uint8(slot)) {
				c.key = i
			}
			t.out.used[slot] = true
			c.slots = append(c.slots, uint8(slot))
			c.fresh = append(c.fresh, fresh)
			c.asked = append(c.asked, typ)
		}
		t.rules.reads(c)
		out.literals = append(out.literals, c)
	}
	return out, nil
}

// factsOf returns the predicate whose facts a query means by name, -1 if there
// are never any, and whether it means those that an effect has deleted.
func (r *Rules) factsOf(name string) (pred int, denied bool) {
	if p, ok := r.preds[name]; ok {
		return p, false
	}
	if p, ok := r.preds[strings.TrimPrefix(name, "not_")]; ok && strings.HasPrefix(name, "not_") && r.predicates[p].fluent {
		return p, true
	}
	return -1, false
}

// reads notes what a literal needs of games.
func (r *Rules) reads(l *literal) {
	r.literals = append(r.literals, l)
	if l.pred < 0 {
		return
	}
	p := &r.predicates[l.pred]
	p.read = true
	p.denied = p.denied || l.denied
	if l.key > 0 && !l.closed {
		if p.keys == nil {
			p.keys = make([]bool, p.arity)
		}
		p.keys[l.key] = true
	}
}
