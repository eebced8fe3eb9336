package engine_test

import (
	"strings"

	"stepgym/envs/alfworld/pddl"
)

// possible returns a twin in whose state all facts are true that are true at
// some time if every action that can be done is, and nothing ever becomes
// false. The original looks no further either: facts beyond it do not exist
// there, nor do effects whose conditions need them.
func (t *twin) possible() *twin {
	if t.dream != nil {
		return t.dream
	}
	all := &twin{domain: t.domain, objects: t.objects, typeOf: t.typeOf, parent: t.parent, facts: make(map[string][]string), changes: make(map[string]bool)}
	for _, a := range t.domain.Actions {
		all.change(a.Effect)
	}
	for _, f := range t.problem.Init {
		all.facts[twinKey(f.Predicate, f.Args)] = append([]string{f.Predicate}, f.Args...)
	}
	for n := -1; n < len(all.facts); {
		n = len(all.facts)
		for _, a := range t.domain.Actions {
			var effects []twinEffect
			all.bind(a.Params, a.Precondition, nil, func(env map[string]string) bool {
				effects = append(effects, all.effects(a.Effect, env, nil, true)...)
				return true
			})
			for _, e := range effects {
				if e.add && e.fires {
					all.facts[strings.Join(e.fact, " ")] = e.fact
				}
			}
		}
	}
	t.dream = all
	return all
}

// change notes the predicates that an effect changes.
func (t *twin) change(e *pddl.Effect) {
	if e == nil {
		return
	}
	if e.Op == pddl.Add || e.Op == pddl.Delete {
		t.changes[e.Predicate] = true
	}
	for _, s := range e.Subs {
		t.change(s)
	}
}

// dreams reports whether t is a dream in which the negation of f holds anyhow.
func (t *twin) dreams(f *pddl.Formula) bool {
	if t.changes == nil {
		return false
	}
	if f.Op == pddl.Equal {
		return false
	}
	if f.Op == pddl.Atom {
		return t.changes[f.Predicate]
	}
	return true
}

// mayFire reports whether the conditions of an effect can ever hold.
func (t *twin) mayFire(e twinEffect) bool {
	for _, f := range e.conditions {
		if !t.possible().holds(f, e.env) {
			return false
		}
	}
	return true
}
