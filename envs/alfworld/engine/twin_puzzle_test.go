package engine_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twinPuzzle makes a game of three switches, of which the first is on, with one
// action, "push", that has a precondition and an effect.
func twinPuzzle(precondition, effect string) *twinGame {
	return &twinGame{
		ID: precondition + " / " + effect, Task: "push.",
		Domain: `(define (domain puzzle) (:types switch) (:constants A_bar_1 B_bar_1 C_bar_1 - switch)
(:predicates (on ?s - switch) (here ?s - switch) (pushed))
(:action push :parameters () :precondition ` + precondition + ` :effect ` + effect + `)
(:action help :parameters (?s - switch) :precondition () :effect (on ?s)))`,
		Grammar: `grammar :: """{"intro": [{"rhs": "#state#"}],
"state": [{"rhs": "On: [{s.id | on(s:switch)}]. Off: [{s.id | not_on(s:switch)}]. Pushed: [{'yes' | pushed()}]."}]}""";
action push { template :: "push"; feedback :: "#state#"; }
action help { template :: "help {s}"; feedback :: "#state#"; }`,
		Problem: `(define (problem puzzle) (:domain puzzle) (:objects D_bar_1 - switch) (:init (on A_bar_1) (here A_bar_1) (here B_bar_1) (here C_bar_1) (here D_bar_1)) (:goal (pushed)))`,
	}
}

// What actions do in the corners that the random worlds found.
func TestTwinPuzzles(t *testing.T) {
	const none = "Nothing happens."
	said := func(on, off, pushed string) string {
		return "On: " + on + ". Off: " + off + ". Pushed: " + pushed + "."
	}
	tests := []struct{ name, precondition, effect, want string }{
		{"add beats delete", `()`, `(and (not (on B_bar_1)) (on B_bar_1))`, said("a_bar_1, and b_bar_1", "nothing", "nothing")},
		{"add that is a precondition beats delete", `(on A_bar_1)`, `(and (pushed) (on A_bar_1) (not (on A_bar_1)))`, said("a_bar_1", "nothing", "yes")},
		{"and a conditional delete", `(on A_bar_1)`, `(and (pushed) (on A_bar_1) (when (not (on B_bar_1)) (not (on A_bar_1))))`, said("a_bar_1", "nothing", "yes")},
		{"a conditional add that is a precondition beats delete", `(on A_bar_1)`, `(and (pushed) (when (not (on B_bar_1)) (on A_bar_1)) (not (on A_bar_1)))`, said("a_bar_1", "nothing", "yes")},
		{"a conditional add that does not fire", `(on A_bar_1)`, `(and (pushed) (when (on B_bar_1) (on A_bar_1)) (not (on A_bar_1)))`, said("nothing", "a_bar_1", "yes")},
		{"conditions are looked at before", `()`, `(and (when (on A_bar_1) (not (on A_bar_1))) (when (not (on A_bar_1)) (pushed)))`, said("nothing", "a_bar_1", "nothing")},
		{"a delete of what is off", `()`, `(and (pushed) (not (on B_bar_1)))`, said("a_bar_1", "b_bar_1", "yes")},
		{"of what the precondition says is off", `(not (on B_bar_1))`, `(and (pushed) (not (on B_bar_1)))`, said("a_bar_1", "nothing", "yes")},
		{"of what one of two ways says is off", `(or (not (on B_bar_1)) (and))`, `(and (pushed) (not (on B_bar_1)))`, said("a_bar_1", "b_bar_1", "yes")},
		{"nothing new", `(on A_bar_1)`, `(on A_bar_1)`, none},
		{"nothing new, under a condition", `(on A_bar_1)`, `(when (on B_bar_1) (on A_bar_1))`, none},
		{"nothing new in one of two ways", `(or (on A_bar_1) (not (on B_bar_1)))`, `(on A_bar_1)`, said("a_bar_1", "nothing", "nothing")},
		{"no effect", `()`, `()`, none},
		{"for all", `()`, `(and (pushed) (forall (?s - switch) (when (not (on ?s)) (on ?s))))`, said("a_bar_1, b_bar_1, c_bar_1, and d_bar_1", "nothing", "yes")},
		{"for all, turned around", `()`, `(forall (?s - switch) (and (when (not (on ?s)) (on ?s)) (when (on ?s) (not (on ?s)))))`, said("b_bar_1, c_bar_1, and d_bar_1", "a_bar_1", "nothing")},
		{"not all", `(not (forall (?s - switch) (on ?s)))`, `(pushed)`, said("a_bar_1", "nothing", "yes")},
		{"all", `(forall (?s - switch) (imply (on ?s) (= ?s A_bar_1)))`, `(pushed)`, said("a_bar_1", "nothing", "yes")},
		{"none", `(not (exists (?s - switch) (and (on ?s) (not (= ?s A_bar_1)))))`, `(pushed)`, said("a_bar_1", "nothing", "yes")},
		{"two different ones", `(exists (?s ?t - switch) (and (on ?s) (on ?t) (not (= ?s ?t))))`, `(pushed)`, none},
		{"two that may be one", `(exists (?s ?t - switch) (and (on ?s) (on ?t)))`, `(pushed)`, said("a_bar_1", "nothing", "yes")},
		{"a type without members", `(exists (?s - switch, ?t - switch) (on ?t))`, `(pushed)`, none},
		{"all of no members", `(forall (?s - nothing) (on ?s))`, `(pushed)`, said("a_bar_1", "nothing", "yes")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := twinPuzzle(tt.precondition, tt.effect)
			if diff := cmp.Diff(tt.want, g.start(t).step("push")); diff != "" {
				t.Errorf("twin, -want +got:\n%s", diff)
			}
			got, _ := g.load(t).Start().Step("push")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("engine, -want +got:\n%s", diff)
			}
			if msg := twinWalk(t, g, rand.New(rand.NewPCG(1, 7)), 12); msg != "" {
				t.Error(msg)
			}
		})
	}
}
