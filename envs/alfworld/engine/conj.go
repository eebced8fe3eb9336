package engine

import (
	"fmt"
	"slices"
)

// maxAlternatives bounds the alternatives that a condition is split into.
const maxAlternatives = 4096

// conj is a conjunction: one alternative of a condition. Variables of exists
// are slots like those of parameters.
type conj struct {
	vars []term // slots bound by exists
	pos  []atom
	neg  []atom
	eq   []*form // equalities
	rest []*form // for all: decided when everything else is bound
}

// size returns the number of parts.
func (c *conj) size() int { return len(c.vars) + len(c.pos) + len(c.neg) + len(c.eq) + len(c.rest) }

// alternatives splits a condition into conjunctions, one of which has to hold.
func alternatives(f *form) ([]conj, error) {
	switch f.op {
	case formAtom:
		if f.not {
			return []conj{{neg: []atom{f.atom}}}, nil
		}
		return []conj{{pos: []atom{f.atom}}}, nil
	case formEqual:
		return []conj{{eq: []*form{f}}}, nil
	case formForAll:
		return []conj{{rest: []*form{f}}}, nil
	case formExists:
		out, err := alternatives(f.subs[0])
		for i := range out {
			out[i].vars = append(slices.Clone(f.vars), out[i].vars...)
		}
		return out, err
	case formOr:
		var out []conj
		for _, s := range f.subs {
			alts, err := alternatives(s)
			if err != nil {
				return nil, err
			}
			if out = append(out, alts...); len(out) > maxAlternatives {
				return nil, errAlternatives
			}
			if i := slices.IndexFunc(alts, func(c conj) bool { return c.size() == 0 }); i >= 0 {
				return alts[i : i+1], nil // it always holds, whatever the others say
			}
		}
		return out, nil
	}
	out := []conj{{}}
	for _, s := range f.subs {
		alts, err := alternatives(s)
		if err != nil {
			return nil, err
		}
		if len(out)*len(alts) > maxAlternatives {
			return nil, errAlternatives
		}
		var next []conj
		for i := range out {
			for j := range alts {
				next = append(next, both(&out[i], &alts[j]))
			}
		}
		out = next
	}
	return out, nil
}

var errAlternatives = fmt.Errorf("a condition with more than %d alternatives is not supported: split the action", maxAlternatives)

// both returns the conjunction of two conjunctions.
func both(a, b *conj) conj {
	return conj{
		vars: slices.Concat(a.vars, b.vars),
		pos:  slices.Concat(a.pos, b.pos),
		neg:  slices.Concat(a.neg, b.neg),
		eq:   slices.Concat(a.eq, b.eq),
		rest: slices.Concat(a.rest, b.rest),
	}
}
