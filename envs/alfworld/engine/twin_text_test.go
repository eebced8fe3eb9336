package engine_test

import (
	"maps"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// twinContext is what a text knows: what placeholders are bound to, for queries,
// and what names are bound to, for expressions.
type twinContext struct {
	bound map[grammar.Placeholder]string
	names map[string]string
}

// context is that of an action: its parameters.
func (t *twin) context(a *pddl.Action, env map[string]string) twinContext {
	c := twinContext{make(map[grammar.Placeholder]string), make(map[string]string)}
	for _, p := range a.Params {
		name := strings.TrimPrefix(p.Name, "?")
		c.bound[grammar.Placeholder{Name: name, Type: p.Type}] = env[p.Name]
		c.names[name] = env[p.Name]
	}
	return c
}

func (c twinContext) clone() twinContext {
	return twinContext{maps.Clone(c.bound), maps.Clone(c.names)}
}

// intro says what a game begins with.
func (t *twin) intro() string {
	return t.say([]grammar.Piece{{Op: grammar.Call, Rule: "intro"}}, twinContext{})
}

// say says pieces.
func (t *twin) say(pieces []grammar.Piece, c twinContext) string {
	var out strings.Builder
	for _, p := range pieces {
		switch p.Op {
		case grammar.Literally:
			out.WriteString(p.Text)
		case grammar.Call:
			out.WriteString(t.call(p.Rule, c))
		case grammar.Value:
			for _, m := range t.matches(p.Query, c) {
				out.WriteString(t.express(p.Expr, m))
			}
		case grammar.List:
			var items []string
			for _, m := range t.matches(p.Query, c) {
				items = append(items, t.say(p.Items, m))
			}
			out.WriteString(t.enumerate(items, c))
		}
	}
	return out.String()
}

func (t *twin) enumerate(items []string, c twinContext) string {
	rule := func(name, otherwise string) string {
		if t.grammar.Rules[name] == nil {
			return otherwise
		}
		return t.call(name, c)
	}
	switch n := len(items); n {
	case 0:
		return rule("list_empty", "nothing")
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], rule("list_separator", ", ")) + rule("list_last_separator", ", and ") + items[n-1]
	}
}

// call says a rule: its first alternative whose condition has a match.
func (t *twin) call(key string, c twinContext) string {
	r := t.grammar.Rules[key]
	for _, a := range r.Alternatives {
		if len(t.matches(a.Condition, c)) > 0 {
			return t.say(a.Text, c)
		}
	}
	return ""
}

// express says an expression.
func (t *twin) express(e grammar.Expr, c twinContext) string {
	var out string
	for i := range e {
		for term := &e[i]; term != nil; term = term.Or {
			if s := t.term(term, c); s != "" {
				out += s
				break
			}
		}
	}
	return out
}

func (t *twin) term(term *grammar.Term, c twinContext) string {
	switch {
	case term.Call != nil:
		return t.say([]grammar.Piece{*term.Call}, c)
	case term.Entity == "":
		return term.Constant
	}
	id := c.names[term.Entity]
	switch term.Field {
	case "", "name":
		return t.names[id]
	case "indefinite":
		return "a"
	case "definite":
		return "the"
	case "type":
		return t.typeOf[id]
	}
	return id
}

// matches returns the context of every match of a query: the first literal's
// facts in order, for each the second's, and so on. Placeholders that are not
// bound take things that nothing else is bound to.
func (t *twin) matches(q grammar.Query, c twinContext) []twinContext {
	if len(q) == 0 {
		return []twinContext{c}
	}
	var out []twinContext
	for _, f := range t.factsFor(q[0]) {
		inner := c.clone()
		if inner.bound == nil {
			inner = twinContext{make(map[grammar.Placeholder]string), make(map[string]string)}
		}
		ok := true
		for i, ph := range q[0].Args {
			id, bound := inner.bound[ph]
			if !bound && slices.Contains(slices.Collect(maps.Values(inner.bound)), f[i+1]) || bound && id != f[i+1] {
				ok = false
				break
			}
			inner.bound[ph] = f[i+1]
			inner.names[ph.Name] = f[i+1]
		}
		if ok {
			out = append(out, t.matches(q[1:], inner)...)
		}
	}
	return out
}

// factsFor returns the facts of a literal's predicate whose arguments have its
// types: first by types, in their order, then by arguments.
func (t *twin) factsFor(l grammar.Literal) [][]string {
	var out [][]string
	for _, types := range t.typesBelow(l.Args) {
		var here [][]string
		for _, f := range t.facts {
			if f[0] != l.Predicate || len(f) != len(types)+1 {
				continue
			}
			fits := true
			for i, typ := range types {
				fits = fits && t.typeOf[f[i+1]] == typ
			}
			if fits {
				here = append(here, f)
			}
		}
		slices.SortFunc(here, slices.Compare[[]string])
		out = append(out, here...)
	}
	return out
}

// typesBelow returns the types that arguments may have: those of the
// placeholders, then, breadth first, those with a type below in place of one of
// them. Types below are all descendants, by name.
//
// Differs from the original where types nest three deep: there some come twice.
func (t *twin) typesBelow(args []grammar.Placeholder) [][]string {
	first := make([]string, len(args))
	for i, a := range args {
		first[i] = a.Type
	}
	expand := func(types []string) [][]string {
		var out [][]string
		for i, typ := range types {
			var below []string
			for _, d := range t.domain.Types {
				if t.below(d.Name, typ) {
					below = append(below, d.Name)
				}
			}
			slices.Sort(below)
			for _, b := range below {
				next := slices.Clone(types)
				next[i] = b
				out = append(out, next)
			}
		}
		return out
	}
	out := [][]string{first}
	seen := map[string]bool{strings.Join(first, " "): true}
	for i := 0; i < len(out); i++ {
		for _, next := range expand(out[i]) {
			if k := strings.Join(next, " "); !seen[k] {
				seen[k] = true
				out = append(out, next)
			}
		}
	}
	return out
}

// below reports whether typ has the ancestor top.
func (t *twin) below(typ, top string) bool {
	if typ == "object" {
		return false
	}
	for typ != "object" && typ != "" {
		typ = t.parent[typ]
		if typ == top {
			return true
		}
	}
	return false
}
