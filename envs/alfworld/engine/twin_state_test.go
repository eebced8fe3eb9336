package engine_test

import (
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// state names the state: all facts that something reads.
func (t *twin) state() string {
	var out []string
	for k, f := range t.facts {
		if t.read[f[0]] {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// findRead finds the predicates that something reads: a precondition, the goal,
// a text, or the condition of an effect on a predicate that something reads.
func (t *twin) findRead() {
	t.readFormula(t.problem.Goal)
	for _, a := range t.domain.Actions {
		t.readFormula(a.Precondition)
	}
	for _, r := range t.grammar.Rules {
		for _, a := range r.Alternatives {
			t.readQuery(a.Condition)
			t.readText(a.Text)
		}
	}
	for _, a := range t.grammar.Actions {
		t.readText(a.Template)
		t.readText(a.Feedback)
	}
	for n := -1; n < len(t.read); {
		n = len(t.read)
		for _, a := range t.domain.Actions {
			t.readEffect(a.Effect, nil)
		}
	}
}

func (t *twin) readFormula(f *pddl.Formula) {
	if f == nil {
		return
	}
	if f.Op == pddl.Atom {
		t.read[f.Predicate] = true
	}
	for _, s := range f.Subs {
		t.readFormula(s)
	}
}

func (t *twin) readQuery(q grammar.Query) {
	for _, l := range q {
		t.read[l.Predicate] = true
		t.read[strings.TrimPrefix(l.Predicate, "not_")] = true
	}
}

func (t *twin) readText(pieces []grammar.Piece) {
	for _, p := range pieces {
		t.readQuery(p.Query)
		t.readText(p.Items)
	}
}

func (t *twin) readEffect(e *pddl.Effect, conditions []*pddl.Formula) {
	if e == nil {
		return
	}
	if e.Op == pddl.When {
		conditions = append(slices.Clone(conditions), e.Condition)
	}
	if e.Op == pddl.Add || e.Op == pddl.Delete {
		if t.read[e.Predicate] || t.read["not_"+e.Predicate] {
			for _, f := range conditions {
				t.readFormula(f)
			}
		}
	}
	for _, s := range e.Subs {
		t.readEffect(s, conditions)
	}
}
