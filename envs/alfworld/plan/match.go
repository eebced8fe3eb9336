package plan

import (
	"strings"

	"stepgym/envs/alfworld/pddl"
)

// literal is an atom and what is said of it: "" that it holds, "-" that it does
// not, "+" that it becomes true, "~" that it becomes false.
type literal struct {
	sign, predicate string
	args            []string
}

// maxCases bounds the cases that a formula is taken apart into.
const maxCases = 64

// pattern reads literals as they are written in this package: separated by
// semicolons, words by spaces, with a sign before the predicate. A word that
// begins with * stands for a constant; another one for a variable whose type
// its first letter says, see typeOf.
func pattern(text string) []literal {
	out := make([]literal, 0, 8)
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Fields(part)
		l := literal{predicate: words[0], args: words[1:]}
		if i := strings.IndexAny(l.predicate[:1], "-+~"); i == 0 {
			l.sign, l.predicate = l.predicate[:1], l.predicate[1:]
		}
		out = append(out, l)
	}
	return out
}

// typeOf returns the type of the variables of a pattern that begin with a
// letter.
func typeOf(name string) string {
	switch name[0] {
	case 'a':
		return "agent"
	case 'l':
		return "location"
	case 'r':
		return "receptacle"
	case 'x':
		return "otype"
	case 'y':
		return "rtype"
	}
	return "object"
}

// scope has the types of variables. A name with two types is in none.
type scope map[string]string

func (s scope) add(vars []pddl.Typed) bool {
	for _, v := range vars {
		if t, ok := s[v.Name]; ok && t != v.Type {
			return false
		}
		s[v.Name] = v.Type
	}
	return true
}

// cases takes a formula apart into conjunctions of which one must hold; the
// variables of its existential quantifiers go into the scope. ok is false for
// what cannot be taken apart like this.
func cases(f *pddl.Formula, negated bool, vars scope) (out [][]literal, ok bool) {
	if f == nil {
		return [][]literal{nil}, !negated
	}
	op, subs := f.Op, f.Subs
	switch op {
	case pddl.Atom, pddl.Equal:
		l := literal{predicate: f.Predicate, args: f.Args}
		if op == pddl.Equal {
			l.predicate = "="
		}
		if negated {
			l.sign = "-"
		}
		return [][]literal{{l}}, true
	case pddl.Not:
		return cases(subs[0], !negated, vars)
	case pddl.Exists:
		if negated || !vars.add(f.Vars) {
			return nil, false
		}
		return cases(subs[0], false, vars)
	case pddl.And, pddl.Or:
		return join(subs, negated, (op == pddl.And) != negated, vars)
	}
	return nil, false
}

// join takes the parts of a conjunction (all) or a disjunction apart.
func join(subs []*pddl.Formula, negated, all bool, vars scope) ([][]literal, bool) {
	var out [][]literal
	if all {
		out = [][]literal{nil}
	}
	for _, sub := range subs {
		c, ok := cases(sub, negated, vars)
		if !ok {
			return nil, false
		}
		if all {
			c = product(out, c)
			out = nil
		}
		if out = append(out, c...); len(out) > maxCases {
			return nil, false
		}
	}
	return out, true
}

// product joins every case of a with every case of b. What is said twice is
// kept once.
func product(a, b [][]literal) [][]literal {
	var out [][]literal
	for _, x := range a {
		for _, y := range b {
			both := x[:len(x):len(x)]
			for _, l := range y {
				if !says(both, l) {
					both = append(both, l)
				}
			}
			out = append(out, both)
		}
	}
	return out
}

// says reports whether l is among the literals.
func says(all []literal, l literal) bool {
	for _, m := range all {
		if m.sign == l.sign && m.predicate == l.predicate && equal(m.args, l.args) {
			return true
		}
	}
	return false
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// unify finds names for the words of a pattern under which it says what the
// literals say, no more and no less. The order does not matter, nor which
// variables are used.
func unify(want, have []literal, vars scope) (names map[string]string, ok bool) {
	if len(want) != len(have) {
		return nil, false
	}
	u := unifier{have: have, vars: vars, used: make([]bool, len(have)), names: map[string]string{}, back: map[string]string{}}
	return u.names, u.match(want)
}

type unifier struct {
	have  []literal
	vars  scope
	used  []bool
	names map[string]string // of the pattern's words
	back  map[string]string
}

func (u *unifier) match(want []literal) bool {
	if len(want) == 0 {
		return true
	}
	w := want[0]
	for i, h := range u.have {
		if u.used[i] || h.sign != w.sign || h.predicate != w.predicate || len(h.args) != len(w.args) {
			continue
		}
		u.used[i] = true
		bound, ok := u.bind(w.args, h.args)
		if ok && u.match(want[1:]) {
			return true
		}
		for _, word := range bound {
			delete(u.back, u.names[word])
			delete(u.names, word)
		}
		u.used[i] = false
	}
	return false
}

// bind gives the words names; it returns the words that had none before.
func (u *unifier) bind(words, names []string) (bound []string, ok bool) {
	for i, w := range words {
		n := names[i]
		if old, ok := u.names[w]; ok {
			if old != n {
				return bound, false
			}
			continue
		}
		if _, taken := u.back[n]; taken || !u.suits(w, n) {
			return bound, false
		}
		u.names[w], u.back[n] = n, w
		bound = append(bound, w)
	}
	return bound, true
}

// suits reports whether a word of a pattern may stand for the name.
func (u *unifier) suits(word, name string) bool {
	variable := strings.HasPrefix(name, "?")
	if word[0] == '*' {
		return !variable
	}
	t := u.vars[name]
	return variable && (t == typeOf(word) || t == "object")
}
