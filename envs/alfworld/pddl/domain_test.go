package pddl_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

func readFile(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func atom(predicate string, args ...string) *pddl.Formula {
	return &pddl.Formula{Op: pddl.Atom, Predicate: predicate, Args: args}
}

func formula(op pddl.FormulaOp, subs ...*pddl.Formula) *pddl.Formula {
	return &pddl.Formula{Op: op, Subs: subs}
}

func quantified(op pddl.FormulaOp, sub *pddl.Formula, vars ...pddl.Typed) *pddl.Formula {
	return &pddl.Formula{Op: op, Subs: []*pddl.Formula{sub}, Vars: vars}
}

func equal(a, b string) *pddl.Formula {
	return &pddl.Formula{Op: pddl.Equal, Args: []string{a, b}}
}

var noPlaces = cmpopts.IgnoreTypes(pddl.Pos{})

// domainOf wraps a condition and an effect into a domain.
func domainOf(precondition, effect string) string {
	return `(define (domain d) (:types t u - s s)
(:predicates (p) (q ?x) (r ?x - t ?y))
(:action a :parameters (?a - t ?b)
 :precondition ` + precondition + `
 :effect ` + effect + `))`
}

func TestConditions(t *testing.T) {
	tests := []struct {
		name, text string
		want       *pddl.Formula
	}{
		{"empty", `()`, nil},
		{"and of nothing", `(and)`, nil},
		{"atom", `(r ?a ?b)`, atom("r", "?a", "?b")},
		{"no arguments", `(p)`, atom("p")},
		{"capitals", `(AND (Q ?A) (q Thing))`, formula(pddl.And, atom("q", "?a"), atom("q", "thing"))},
		{"or of nothing", `(or)`, formula(pddl.Or)},
		{"nested empty", `(not ())`, formula(pddl.Not, formula(pddl.And))},
		{"or", `(or (p) (not (q ?a)))`, formula(pddl.Or, atom("p"), formula(pddl.Not, atom("q", "?a")))},
		{"imply", `(imply (p) (q ?a))`, formula(pddl.Imply, atom("p"), atom("q", "?a"))},
		{"equal", `(not (= ?a thing))`, formula(pddl.Not, equal("?a", "thing"))},
		{"exists", `(exists (?x - t ?y ?z - u) (r ?x ?z))`, quantified(pddl.Exists, atom("r", "?x", "?z"), pddl.Typed{Name: "?x", Type: "t"}, pddl.Typed{Name: "?y", Type: "u"}, pddl.Typed{Name: "?z", Type: "u"})},
		{"nested, the same name again", `(exists (?x) (and (q ?x) (forall (?x - t) (r ?x ?a))))`, quantified(pddl.Exists,
			formula(pddl.And, atom("q", "?x"), quantified(pddl.ForAll, atom("r", "?x", "?a"), pddl.Typed{Name: "?x", Type: "t"})), pddl.Typed{Name: "?x", Type: "object"})},
		{"no variables", `(exists () (p))`, quantified(pddl.Exists, atom("p"))},
		{"a comma is part of its token", `(exists (?l - t, ?r - u) (r ?l ?r))`, quantified(pddl.Exists, atom("r", "?l", "?r"), pddl.Typed{Name: "?l", Type: "t,"}, pddl.Typed{Name: "?r", Type: "u"})},
		{"a question mark begins a token", `(r ?a?b)`, atom("r", "?a", "?b")},
		{"comments and odd white space", "(and;(p)\r\n\t(p);)\n)", formula(pddl.And, atom("p"))},
		{"arguments of other types", `(r ?b ?b)`, atom("r", "?b", "?b")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := pddl.ParseDomain("d.pddl", []byte(domainOf(tt.text, "()")))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Actions[0].Precondition, noPlaces); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestEffects(t *testing.T) {
	add := func(p string, args ...string) *pddl.Effect {
		return &pddl.Effect{Op: pddl.Add, Predicate: p, Args: args}
	}
	remove := func(p string, args ...string) *pddl.Effect {
		return &pddl.Effect{Op: pddl.Delete, Predicate: p, Args: args}
	}
	all := func(subs ...*pddl.Effect) *pddl.Effect { return &pddl.Effect{Op: pddl.All, Subs: subs} }
	when := func(c *pddl.Formula, e *pddl.Effect) *pddl.Effect {
		return &pddl.Effect{Op: pddl.When, Condition: c, Subs: []*pddl.Effect{e}}
	}
	tests := []struct {
		name, text string
		want       *pddl.Effect
	}{
		{"none", `()`, nil},
		{"and of nothing", `(and)`, nil},
		{"add", `(q ?a)`, add("q", "?a")},
		{"delete", `(not (r ?a ?b))`, remove("r", "?a", "?b")},
		{"and", `(and (p) (not (p)) ())`, all(add("p"), remove("p"), all())},
		{"when", `(when (and (p) (q ?b)) (and (q ?a) (not (p))))`, when(formula(pddl.And, atom("p"), atom("q", "?b")), all(add("q", "?a"), remove("p")))},
		{"for all", `(forall (?x - t) (when (r ?x ?a) (not (q ?x))))`, &pddl.Effect{Op: pddl.ForEvery, Vars: []pddl.Typed{{Name: "?x", Type: "t"}}, Subs: []*pddl.Effect{when(atom("r", "?x", "?a"), remove("q", "?x"))}}},
		{"cost", `(and (increase (total-cost) 5) (increase (total-cost) (distance ?a ?c)) (p))`, all(&pddl.Effect{Op: pddl.Increase}, &pddl.Effect{Op: pddl.Increase}, add("p"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := pddl.ParseDomain("d.pddl", []byte(domainOf("()", tt.text)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Actions[0].Effect, noPlaces); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestDomain(t *testing.T) {
	d, err := pddl.ParseDomain("domain.pddl", readFile(t, "testdata/domain.pddl"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]pddl.Typed{
		{"agent", "object", pddl.Pos{4, 11}},
		{"place", "object", pddl.Pos{4, 17}},
		{"thing", "object", pddl.Pos{4, 23}},
		{"shelf", "furniture", pddl.Pos{5, 11}},
		{"box", "furniture", pddl.Pos{5, 17}},
		{"furniture", "object", pddl.Pos{6, 11}},
		{"kind", "object", pddl.Pos{6, 21}},
	}, d.Types); diff != "" {
		t.Errorf("types, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]pddl.Typed{{"me", "agent", pddl.Pos{7, 15}}}, d.Constants); diff != "" {
		t.Errorf("constants, -want +got:\n%s", diff)
	}
	var names []string
	for _, a := range d.Actions {
		names = append(names, a.Name)
	}
	if got, want := strings.Join(names, " "), "walk take put switch dust wait"; got != want {
		t.Errorf("actions %q, want %q", got, want)
	}
	if got, want := d.Actions[0].Pos, (pddl.Pos{Line: 20, Col: 3}); got != want {
		t.Errorf("place of walk: %v, want %v", got, want)
	}
	if got := d.Actions[1].Precondition.Subs[4].Subs[0].Subs[0]; got.Op != pddl.Exists || got.Pos != (pddl.Pos{Line: 28, Col: 33}) {
		t.Errorf("the inner exists of take is %+v", got)
	}
	wait := d.Actions[5]
	if wait.Params != nil || wait.Precondition != nil || wait.Effect != nil {
		t.Errorf("wait is not empty: %+v", wait)
	}
}

func TestPublishedDomains(t *testing.T) {
	for name, want := range map[string]struct{ actions, predicates int }{"alfred.pddl": {15, 32}, "alfred-2.1.1.pddl": {14, 32}} {
		d, err := pddl.ParseDomain(name, readFile(t, testdata.Shared(t, "alfworld/domain/"+name)))
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Actions) != want.actions || len(d.Predicates) != want.predicates || len(d.Types) != 6 {
			t.Errorf("%s: %d actions, %d predicates, %d types", name, len(d.Actions), len(d.Predicates), len(d.Types))
		}
		// The comma that makes the first half of this condition false.
		vars := d.Actions[3].Precondition.Subs[0].Vars
		if d.Actions[3].Name != "examineobject" || vars[0].Type != "location," || vars[1].Type != "receptacle" {
			t.Errorf("%s: variables of %s: %v", name, d.Actions[3].Name, vars)
		}
	}
}
