package engine_test

import (
	"maps"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// twin plays a game the slow and obvious way: a state is a set of facts written
// as strings, and whatever can be done is found by trying all objects. It shares
// no code with the engine; both come from the same description.
type twin struct {
	domain  *pddl.Domain
	grammar *grammar.Grammar
	problem *pddl.Problem
	objects []pddl.Typed // in the order of declaration, constants first
	typeOf  map[string]string
	parent  map[string]string
	names   map[string]string
	read    map[string]bool // predicates that something reads, "not_p" for those that have been deleted

	facts    map[string][]string // "in apple_1 box_2": its words
	dream    *twin               // all facts that may ever be true; nil before somebody asks
	changes  map[string]bool     // in a dream: predicates that effects change; what is denied of them holds
	commands []twinCommand
	vague    bool // what the original does is not known any more: see apply
}

// twinCommand is an action that can be done now.
type twinCommand struct {
	text   string
	action *pddl.Action
	env    map[string]string // "?r": object
}

// newTwin starts a game. The grammar is that of the game, its task in place.
func newTwin(d *pddl.Domain, g *grammar.Grammar, p *pddl.Problem) *twin {
	t := &twin{
		domain: d, grammar: g, problem: p,
		objects: slices.Concat(d.Constants, p.Objects),
		typeOf:  make(map[string]string), parent: make(map[string]string), names: make(map[string]string),
		read: make(map[string]bool), facts: make(map[string][]string),
	}
	for _, o := range t.objects {
		t.typeOf[o.Name] = o.Type
	}
	for _, typ := range d.Types {
		t.parent[typ.Name] = typ.Type
	}
	ids := make(map[string]bool)
	for _, f := range p.Init {
		t.facts[twinKey(f.Predicate, f.Args)] = append([]string{f.Predicate}, f.Args...)
		for _, a := range f.Args {
			ids[a] = true
		}
	}
	t.nameAll(slices.Sorted(maps.Keys(ids)))
	t.findRead()
	t.find()
	return t
}

func twinKey(predicate string, args []string) string {
	return strings.Join(append([]string{predicate}, args...), " ")
}

// nameAll hands out names: section 2.1.
func (t *twin) nameAll(ids []string) {
	class := func(id string) string {
		c, _, found := strings.Cut(id, "_bar_")
		if !found {
			return ""
		}
		if strings.Contains(id, "basin") {
			c += "basin"
		}
		return c
	}
	left := make(map[string]int)
	for _, id := range ids {
		left[class(id)]++
	}
	for _, id := range ids {
		if c := class(id); c != "" {
			t.names[id] = c + " " + twinItoa(left[c])
			left[c]--
		} else {
			t.names[id] = id + " "
		}
	}
}

func twinItoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return twinItoa(n/10) + twinItoa(n%10)
}

// isA reports whether an object has a type, itself or by its ancestors.
func (t *twin) isA(object, typ string) bool {
	for have := t.typeOf[object]; ; have = t.parent[have] {
		if have == typ {
			return true
		}
		if have == "object" || have == "" {
			return false
		}
	}
}

// twinValue is what a term of a formula stands for.
func twinValue(env map[string]string, term string) string {
	if strings.HasPrefix(term, "?") {
		return env[term]
	}
	return term
}

func twinValues(env map[string]string, terms []string) []string {
	out := make([]string, len(terms))
	for i, a := range terms {
		out[i] = twinValue(env, a)
	}
	return out
}

// holds evaluates a condition.
func (t *twin) holds(f *pddl.Formula, env map[string]string) bool {
	if f == nil {
		return true
	}
	switch f.Op {
	case pddl.Atom:
		_, ok := t.facts[twinKey(f.Predicate, twinValues(env, f.Args))]
		return ok
	case pddl.Equal:
		return twinValue(env, f.Args[0]) == twinValue(env, f.Args[1])
	case pddl.Not:
		return t.dreams(f.Subs[0]) || !t.holds(f.Subs[0], env)
	case pddl.And:
		for _, s := range f.Subs {
			if !t.holds(s, env) {
				return false
			}
		}
		return true
	case pddl.Or:
		for _, s := range f.Subs {
			if t.holds(s, env) {
				return true
			}
		}
		return false
	case pddl.Imply:
		return t.dreams(f.Subs[0]) || !t.holds(f.Subs[0], env) || t.holds(f.Subs[1], env)
	case pddl.Exists:
		found := false
		t.bind(f.Vars, f.Subs[0], env, func(map[string]string) bool { found = true; return false })
		return found
	case pddl.ForAll:
		all := true
		if t.changes != nil {
			return true
		}
		t.bind(f.Vars, nil, env, func(e map[string]string) bool { all = t.holds(f.Subs[0], e); return all })
		return all
	}
	panic("a formula without a connective")
}

// bind tries all objects for vars and yields the bindings in which f holds.
// Parts of a conjunction are looked at as soon as all their variables are
// bound; that is all its cleverness.
func (t *twin) bind(vars []pddl.Typed, f *pddl.Formula, env map[string]string, yield func(map[string]string) bool) {
	parts := twinConjuncts(f)
	due := make([][]*pddl.Formula, len(vars)+1)
	for _, p := range parts {
		n := 0
		for i, v := range vars {
			if twinMentions(p, v.Name) {
				n = i + 1
			}
		}
		due[n] = append(due[n], p)
	}
	e := maps.Clone(env)
	if e == nil {
		e = make(map[string]string)
	}
	var try func(i int) bool
	try = func(i int) bool {
		if i > 0 || len(vars) == 0 {
			for _, p := range due[i] {
				if !t.holds(p, e) {
					return true
				}
			}
		}
		if i == len(vars) {
			return yield(e)
		}
		for _, o := range t.objects {
			if !t.isA(o.Name, vars[i].Type) {
				continue
			}
			e[vars[i].Name] = o.Name
			if !try(i + 1) {
				return false
			}
		}
		return true
	}
	for _, p := range due[0] {
		if !t.holds(p, env) {
			return
		}
	}
	try(0)
}

func twinConjuncts(f *pddl.Formula) []*pddl.Formula {
	if f == nil {
		return nil
	}
	if f.Op != pddl.And {
		return []*pddl.Formula{f}
	}
	var out []*pddl.Formula
	for _, s := range f.Subs {
		out = append(out, twinConjuncts(s)...)
	}
	return out
}

// twinMentions reports whether a variable stands free in f, or seems to.
func twinMentions(f *pddl.Formula, name string) bool {
	return slices.Contains(f.Args, name) || slices.ContainsFunc(f.Subs, func(s *pddl.Formula) bool { return twinMentions(s, name) })
}

// won evaluates the goal.
func (t *twin) won() bool { return t.holds(t.problem.Goal, nil) }

// find finds everything that can be done.
func (t *twin) find() {
	t.commands = nil
	for i := range t.domain.Actions {
		a := &t.domain.Actions[i]
		j := slices.IndexFunc(t.grammar.Actions, func(g grammar.Action) bool { return strings.EqualFold(g.Name, a.Name) })
		if j < 0 || a.Effect == nil {
			continue
		}
		t.bind(a.Params, a.Precondition, nil, func(env map[string]string) bool {
			env = maps.Clone(env)
			if t.changesSomething(a, env) {
				t.commands = append(t.commands, twinCommand{t.say(t.grammar.Actions[j].Template, t.context(a, env)), a, env})
			}
			return true
		})
	}
}

// admissible returns the texts of what can be done.
func (t *twin) admissible() []string {
	var out []string
	for _, c := range t.commands {
		out = append(out, c.text)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// step does a command and returns what the game says.
func (t *twin) step(text string) string {
	text = strings.TrimSpace(text)
	i := slices.IndexFunc(t.commands, func(c twinCommand) bool { return c.text == text })
	if i < 0 {
		return "Nothing happens."
	}
	c := t.commands[i]
	t.apply(c.action, c.env)
	j := slices.IndexFunc(t.grammar.Actions, func(g grammar.Action) bool { return strings.EqualFold(g.Name, c.action.Name) })
	feedback := t.say(t.grammar.Actions[j].Feedback, t.context(c.action, c.env))
	t.find()
	return feedback
}
