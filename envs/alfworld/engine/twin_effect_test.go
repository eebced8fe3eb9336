package engine_test

import (
	"maps"
	"slices"
	"strings"

	"stepgym/envs/alfworld/pddl"
)

// twinEffect is a fact that an action sets, and under which conditions.
type twinEffect struct {
	add        bool
	fact       []string
	conditions []*pddl.Formula
	env        map[string]string
	fires      bool
}

// effects lists what an action sets.
func (t *twin) effects(e *pddl.Effect, env map[string]string, conditions []*pddl.Formula, fires bool) []twinEffect {
	if e == nil {
		return nil
	}
	var out []twinEffect
	switch e.Op {
	case pddl.Add, pddl.Delete:
		out = append(out, twinEffect{e.Op == pddl.Add, append([]string{e.Predicate}, twinValues(env, e.Args)...), conditions, env, fires})
	case pddl.All:
		for _, s := range e.Subs {
			out = append(out, t.effects(s, env, conditions, fires)...)
		}
	case pddl.When:
		out = t.effects(e.Subs[0], env, append(slices.Clone(conditions), e.Condition), fires && t.holds(e.Condition, env))
	case pddl.ForEvery:
		t.bind(e.Vars, nil, env, func(inner map[string]string) bool {
			out = append(out, t.effects(e.Subs[0], maps.Clone(inner), conditions, fires)...)
			return true
		})
	}
	return out
}

// apply does an effect: all conditions are looked at first, and what becomes
// true wins over what becomes false. A fact that becomes false leaves its
// negative behind, one that becomes true removes it. What can never be true, and
// what the precondition denies already, leaves no negative; where it denies it
// in some of the ways in which it holds only, the twin does not know.
func (t *twin) apply(a *pddl.Action, env map[string]string) {
	all := t.effects(a.Effect, env, nil, true)
	ways := t.ways(a.Precondition, env)
	for _, add := range []bool{false, true} {
		for _, e := range all {
			if e.add != add || !e.fires {
				continue
			}
			k := strings.Join(e.fact, " ")
			if add {
				t.facts[k] = e.fact
				delete(t.facts, "not_"+k)
				continue
			}
			delete(t.facts, k)
			denied := 0
			for _, way := range ways {
				if slices.Contains(way, "not "+k) {
					denied++
				}
			}
			if t.read["not_"+e.fact[0]] && denied > 0 && denied < len(ways) {
				t.vague = true
			}
			if denied == len(ways) {
				continue
			}
			if t.read["not_"+e.fact[0]] && t.possible().facts[k] == nil {
				continue
			}
			t.facts["not_"+k] = append([]string{"not_" + e.fact[0]}, e.fact[1:]...)
		}
	}
}

// changesSomething reports whether an action that can be done is one that the
// original keeps: it drops those whose effects are what their preconditions
// say anyhow, such as going where one is. An action that is possible in several
// ways is kept if it is in one of them.
func (t *twin) changesSomething(a *pddl.Action, env map[string]string) bool {
	all := t.effects(a.Effect, env, nil, true)
	always := make(map[string]bool)
	for _, e := range all {
		if e.add && e.conditions == nil {
			always[strings.Join(e.fact, " ")] = true
		}
	}
	for _, way := range t.ways(a.Precondition, env) {
		for _, e := range all {
			k := strings.Join(e.fact, " ")
			if !e.add && always[k] {
				continue
			}
			if !e.add {
				if t.facts[k] == nil && t.possible().facts[k] == nil {
					continue
				}
				k = "not " + k
			}
			if !slices.Contains(way, k) && t.mayFire(e) {
				return true
			}
		}
	}
	return false
}

// ways returns the ways in which a condition holds now: for each way the
// literals that make it hold. What forall says counts as no literal.
func (t *twin) ways(f *pddl.Formula, env map[string]string) [][]string {
	if f == nil {
		return [][]string{nil}
	}
	switch f.Op {
	case pddl.Atom:
		if k := twinKey(f.Predicate, twinValues(env, f.Args)); t.facts[k] != nil {
			return [][]string{{k}}
		}
		return nil
	case pddl.Not:
		if s := f.Subs[0]; s.Op == pddl.Atom {
			if k := twinKey(s.Predicate, twinValues(env, s.Args)); t.facts[k] == nil {
				return [][]string{{"not " + k}}
			}
			return nil
		}
		return t.waysNot(f.Subs[0], env)
	case pddl.And:
		out := [][]string{nil}
		for _, s := range f.Subs {
			var next [][]string
			for _, more := range t.ways(s, env) {
				for _, w := range out {
					next = append(next, slices.Concat(w, more))
				}
			}
			out = next
		}
		return out
	case pddl.Or:
		var out [][]string
		for _, s := range f.Subs {
			out = append(out, t.ways(s, env)...)
		}
		return out
	case pddl.Imply:
		return append(t.waysNot(f.Subs[0], env), t.ways(f.Subs[1], env)...)
	case pddl.Exists:
		var out [][]string
		t.bind(f.Vars, nil, env, func(e map[string]string) bool {
			out = append(out, t.ways(f.Subs[0], e)...)
			return true
		})
		return out
	}
	if t.holds(f, env) { // Equal, ForAll
		return [][]string{nil}
	}
	return nil
}

// waysNot returns the ways in which a condition does not hold.
func (t *twin) waysNot(f *pddl.Formula, env map[string]string) [][]string {
	not := func(s *pddl.Formula) *pddl.Formula { return &pddl.Formula{Op: pddl.Not, Subs: []*pddl.Formula{s}} }
	switch f.Op {
	case pddl.Not:
		return t.ways(f.Subs[0], env)
	case pddl.And, pddl.Or:
		g := &pddl.Formula{Op: pddl.Or}
		if f.Op == pddl.Or {
			g.Op = pddl.And
		}
		for _, s := range f.Subs {
			g.Subs = append(g.Subs, not(s))
		}
		return t.ways(g, env)
	case pddl.Imply:
		return t.ways(&pddl.Formula{Op: pddl.And, Subs: []*pddl.Formula{f.Subs[0], not(f.Subs[1])}}, env)
	case pddl.ForAll:
		return t.ways(&pddl.Formula{Op: pddl.Exists, Vars: f.Vars, Subs: []*pddl.Formula{not(f.Subs[0])}}, env)
	case pddl.Atom:
		return t.ways(not(f), env)
	}
	if !t.holds(f, env) { // Equal, Exists
		return [][]string{nil}
	}
	return nil
}
