package plan

import (
	"slices"
	"strings"

	"stepgym/envs/alfworld/pddl"
)

// rule is an action of the household domain: what it needs and what it does, as
// far as that matters to plans.
type rule struct {
	do         verb
	when, then string
	access     bool // r must be open, or not be openable
	tool       bool // r must have a type that the action names
}

// household returns the rules. Closing is left out: nothing needs what is
// closed.
func household() []rule {
	const (
		here = "atlocation a l; receptacleatlocation r l; "
		tool = here + "holds a o; receptacletype r *tool; "
	)
	return []rule{
		{do: goTo, when: "atlocation a l; receptacleatlocation r l2", then: "~atlocation a l; +atlocation a l2"},
		{do: open, when: here + "openable r; -opened r", then: "+opened r"},
		{do: take, when: here + "pickupable o; inreceptacle o r; -holdsany a", then: "~inreceptacle o r; +holds a o; +holdsany a", access: true},
		{do: put, when: here + "holds a o; objecttype o x; receptacletype r y; cancontain y x", then: "+inreceptacle o r; ~holds a o; ~holdsany a", access: true},
		{do: clean, when: tool + "cleanable o", then: "+isclean o", tool: true},
		{do: heat, when: tool + "heatable o", then: "+ishot o; ~iscool o", tool: true},
		{do: cool, when: tool + "coolable o", then: "+iscool o; ~ishot o", tool: true},
		{do: use, when: here + "toggleable o; inreceptacle o r", then: "+istoggled o"},
	}
}

// matters reports whether plans depend on facts of the predicate.
func matters(predicate string) bool {
	switch predicate {
	case "atlocation", "receptacleatlocation", "openable", "opened", "inreceptacle", "receptacletype", "objecttype", "cancontain",
		"holds", "holdsany", "pickupable", "cleanable", "isclean", "heatable", "ishot", "coolable", "iscool", "toggleable", "istoggled":
		return true
	}
	return false
}

// domain is a household domain.
type domain struct {
	schemas [open + 1]string   // names of its actions
	tools   [open + 1][]string // types of receptacles that clean, heat, cool
}

// recognise reports whether d is a household domain: whether its actions, but
// for those that change nothing of matter, say what the rules say.
func recognise(d *pddl.Domain) (out domain, ok bool) {
	if d == nil {
		return out, false
	}
	rules := household()
	for i := range d.Actions {
		a := &d.Actions[i]
		effects, ok := changes(a.Effect, false)
		if !ok {
			return out, false
		}
		if len(effects) == 0 || len(effects) == 1 && effects[0].sign == "~" && effects[0].predicate == "opened" {
			continue
		}
		vars := scope{}
		if !vars.add(a.Params) {
			return out, false
		}
		all, ok := cases(a.Precondition, false, vars)
		if !ok {
			return out, false
		}
		k := slices.IndexFunc(rules, func(r rule) bool {
			tools, ok := r.describes(all, effects, vars)
			if ok {
				out.tools[r.do] = tools
			}
			return ok && out.schemas[r.do] == ""
		})
		if k < 0 {
			return out, false
		}
		out.schemas[rules[k].do] = a.Name
	}
	for _, r := range rules {
		if out.schemas[r.do] == "" {
			return out, false
		}
	}
	return out, true
}

// describes reports whether the rule says what an action with these cases of
// its precondition and these effects says; tools are the types that it names.
func (r rule) describes(all [][]literal, effects []literal, vars scope) (tools []string, ok bool) {
	then := pattern(r.then)
	if !alike(then, effects) || len(all) == 0 {
		return nil, false
	}
	ways := [][]literal{append(pattern(r.when), then...)}
	if r.access {
		shut := pattern("-openable r; opened r")
		ways = [][]literal{append(ways[0][:len(ways[0]):len(ways[0])], shut[0]), append(ways[0][:len(ways[0]):len(ways[0])], shut[1])}
	}
	met := make([]bool, len(ways))
	for _, c := range all {
		k := -1
		for i, way := range ways {
			names, ok := unify(way, slices.Concat(c, effects), vars)
			if !ok {
				continue
			}
			if k = i; r.tool {
				tools = append(tools, names["*tool"])
			}
			break
		}
		if k < 0 {
			return nil, false
		}
		met[k] = true
	}
	return tools, !slices.Contains(met, false)
}

// alike reports whether literals say things of the same predicates, whatever
// the arguments.
func alike(a, b []literal) bool {
	if len(a) != len(b) {
		return false
	}
	for _, l := range a {
		if !slices.ContainsFunc(b, func(m literal) bool { return m.sign == l.sign && m.predicate == l.predicate }) {
			return false
		}
	}
	return true
}

// changes lists what of matter an effect does. ok is false if something of
// matter is done under a condition or to a number of things.
func changes(e *pddl.Effect, conditional bool) (out []literal, ok bool) {
	if e == nil {
		return nil, true
	}
	switch e.Op {
	case pddl.Add, pddl.Delete:
		if !matters(e.Predicate) {
			return nil, true
		}
		sign := "+"
		if e.Op == pddl.Delete {
			sign = "~"
		}
		return []literal{{sign, strings.ToLower(e.Predicate), e.Args}}, !conditional
	case pddl.Increase:
		return nil, true
	case pddl.All, pddl.When, pddl.ForEvery:
		for _, sub := range e.Subs {
			l, ok := changes(sub, conditional || e.Op != pddl.All)
			if !ok {
				return nil, false
			}
			out = append(out, l...)
		}
		return out, true
	}
	return nil, false
}
