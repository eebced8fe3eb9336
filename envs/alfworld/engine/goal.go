package engine

import (
	"errors"
	"slices"

	"stepgym/envs/alfworld/pddl"
)

// maxNodes bounds the size of a ground condition.
const maxNodes = 1 << 20

var errGoal = errors.New("a condition over that many objects is not supported: restrict its variables by predicates that do not change")

// groundOp is the sort of a groundNode.
type groundOp uint8

const (
	groundTrue groundOp = iota + 1
	groundFalse
	groundFact
	groundAnd
	groundOr
)

// groundNode is a condition over fluents: what is left of a form when its
// variables have values and the static facts are known.
type groundNode struct {
	op   groundOp
	fact uint16 // as a condition of an op
	subs []*groundNode
}

var (
	nodeTrue  = &groundNode{op: groundTrue}
	nodeFalse = &groundNode{op: groundFalse}
)

// constant returns the node that is always v.
func constant(v bool) *groundNode {
	if v {
		return nodeTrue
	}
	return nodeFalse
}

// add adds a part to a conjunction or disjunction.
func (n *groundNode) add(sub *groundNode) {
	absorbs, neutral := groundFalse, groundTrue
	if n.op == groundOr {
		absorbs, neutral = groundTrue, groundFalse
	}
	switch sub.op {
	case neutral:
	case absorbs:
		*n = *sub
	case n.op:
		n.subs = append(n.subs, sub.subs...)
	default:
		n.subs = append(n.subs, sub)
	}
}

// open reports whether more parts can change a conjunction or disjunction.
func (n *groundNode) open() bool { return n.op == groundAnd || n.op == groundOr }

// close simplifies a conjunction or disjunction when all parts are added.
func (n *groundNode) close() *groundNode {
	if !n.open() {
		return constant(n.op == groundTrue)
	}
	switch len(n.subs) {
	case 0:
		return constant(n.op == groundAnd)
	case 1:
		return n.subs[0]
	}
	return n
}

// negate returns the opposite.
func (n *groundNode) negate() *groundNode {
	switch n.op {
	case groundTrue, groundFalse:
		return constant(n.op == groundFalse)
	case groundFact:
		return &groundNode{op: groundFact, fact: n.fact ^ 1}
	}
	out := &groundNode{op: groundAnd + groundOr - n.op}
	for _, s := range n.subs {
		out.subs = append(out.subs, s.negate())
	}
	return out
}

// assume simplifies a node where conditions hold.
func (n *groundNode) assume(hold []uint16) *groundNode {
	switch n.op {
	case groundTrue, groundFalse:
		return n
	case groundFact:
		if slices.Contains(hold, n.fact) {
			return nodeTrue
		}
		if slices.Contains(hold, n.fact^1) {
			return nodeFalse
		}
		return n
	}
	out := &groundNode{op: n.op}
	for _, s := range n.subs {
		if out.open() {
			out.add(s.assume(hold))
		}
	}
	return out.close()
}

// Code of a condition: a fact is itself, a conjunction or disjunction is a tag
// with the number of words that follow and belong to it.
const (
	tagAnd  = 1 << 30
	tagOr   = 2 << 30
	tagSize = 1<<30 - 1
)

// encode returns the code of a node.
func (n *groundNode) encode() []uint32 { return slices.Clip(n.append(nil)) }

func (n *groundNode) append(code []uint32) []uint32 {
	at, tag := len(code), uint32(tagAnd)
	switch n.op {
	case groundTrue:
		return append(code, tagAnd)
	case groundFalse:
		return append(code, tagOr)
	case groundFact:
		return append(code, uint32(n.fact))
	case groundOr:
		tag = tagOr
	}
	code = append(code, 0)
	for _, s := range n.subs {
		code = s.append(code)
	}
	code[at] = tag | uint32(len(code)-at-1)
	return code
}

// facts calls yield with each fluent of a code.
func codeFacts(code []uint32, yield func(fluent int)) {
	for _, w := range code {
		if w < tagAnd {
			yield(int(w >> 1))
		}
	}
}

// goal is the compiled goal of a game.
type goal struct {
	code []uint32
	mask []uint64 // of the fluents in code
}

// goalReads calls yield with the predicates of a condition.
func goalReads(f *pddl.Formula, yield func(predicate string)) {
	if f == nil {
		return
	}
	if f.Op == pddl.Atom {
		yield(f.Predicate)
	}
	for _, s := range f.Subs {
		goalReads(s, yield)
	}
}

// groundGoal compiles the goal.
func (l *loader) groundGoal() error {
	fr := frame{rules: l.rules, known: l.rules.constants.clone(), source: l.problem.Source}
	f, err := fr.form(l.problem.Goal, false)
	if err != nil {
		return err
	}
	l.g.constants = l.resolve(fr.known)
	j := &join{g: l.g, types: fr.types, env: make([]uint16, maxSlots)}
	n, err := j.ground(f, 0)
	if err != nil {
		return err
	}
	l.g.goals.code = n.encode()
	return nil
}

// ground returns what a form says of the present binding of the bound slots.
func (j *join) ground(f *form, bound uint64) (*groundNode, error) {
	switch f.op {
	case formAtom:
		rel, at := j.g.rels[f.atom.pred], j.lookup(f.atom)
		switch {
		case at < 0:
			return constant(f.not), nil
		case !rel.fluent:
			return constant(!f.not), nil
		}
		return &groundNode{op: groundFact, fact: lit(rel.first+at, f.not)}, nil
	case formEqual:
		return constant(j.check(&step{op: stepEqual, atom: f.atom, not: f.not})), nil
	case formAnd, formOr:
		out := &groundNode{op: groundAnd}
		if f.op == formOr {
			out.op = groundOr
		}
		for _, s := range f.subs {
			n, err := j.ground(s, bound)
			if err != nil {
				return nil, err
			}
			if out.add(n); !out.open() {
				break
			}
		}
		return out.close(), nil
	case formExists:
		return j.exists(f, bound)
	}
	n, err := j.exists(f.negate(), bound)
	if err != nil {
		return nil, err
	}
	return n.negate(), nil
}

// lit returns the condition that a fluent is true, or false.
func lit(fluent int, not bool) uint16 {
	if not {
		return uint16(fluent)<<1 | 1
	}
	return uint16(fluent) << 1
}

// exists grounds an exists: one alternative for every binding that fits.
func (j *join) exists(f *form, bound uint64) (*groundNode, error) {
	alts, err := alternatives(f)
	if err != nil {
		return nil, err
	}
	out := &groundNode{op: groundOr}
	for i := range alts {
		c := &alts[i]
		var vars uint64
		for _, v := range c.vars {
			vars |= 1 << v
		}
		in, ok := j.g.joinOf(j.types, c, bound&^vars, vars, func(int) bool { return true })
		if !ok {
			continue
		}
		copy(in.env, j.env)
		in.yield = func() error {
			n, err := in.conjunction(c, bound|vars)
			if err != nil || !out.open() {
				return err
			}
			if out.add(n); len(out.subs) > maxNodes {
				return errGoal
			}
			return nil
		}
		if err := in.run(0); err != nil {
			return nil, err
		}
	}
	return out.close(), nil
}

// conjunction grounds a conjunction whose slots all have values, and whose
// static part the join has seen to.
func (j *join) conjunction(c *conj, bound uint64) (*groundNode, error) {
	out := &groundNode{op: groundAnd}
	for i, a := range c.pos {
		if rel := j.g.rels[a.pred]; rel.fluent {
			out.add(&groundNode{op: groundFact, fact: lit(rel.first+j.found[i], false)})
		}
	}
	for _, a := range c.neg {
		if rel := j.g.rels[a.pred]; rel.fluent {
			if f := j.lookup(a); f >= 0 {
				out.add(&groundNode{op: groundFact, fact: lit(rel.first+f, true)})
			}
		}
	}
	for _, f := range c.rest {
		n, err := j.ground(f, bound)
		if err != nil {
			return nil, err
		}
		if out.open() {
			out.add(n)
		}
	}
	return out.close(), nil
}
