package engine

import "slices"

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
