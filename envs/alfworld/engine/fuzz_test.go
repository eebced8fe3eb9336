package engine

import (
	"math/rand/v2"
	"os"
	"testing"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// FuzzGame compiles, loads and plays foreign files. Whatever the readers accept
// is a game or an error.
func FuzzGame(f *testing.F) {
	var texts [3]string
	for i, name := range []string{"domain.pddl", "grammar.twl2", "problem.pddl"} {
		b, err := os.ReadFile("testdata/workshop/" + name)
		if err != nil {
			f.Fatal(err)
		}
		texts[i] = string(b)
	}
	f.Add(texts[0], texts[1], texts[2])
	f.Add("(define (domain d) (:predicates (p ?x)) (:action go :parameters (?x) :precondition (not (p ?x)) :effect (forall (?y) (when (not (p ?y)) (p ?y)))))",
		`grammar :: """{"intro": [{"rhs": "[{x.name | p(x:object)}]"}]}"""; action go { template :: "go {x}"; feedback :: "#intro#"; }`,
		"(define (problem q) (:domain d) (:objects a b c) (:init (p a)) (:goal (forall (?x ?y) (or (p ?x) (not (= ?x ?y))))))")
	f.Fuzz(func(t *testing.T, domain, text, problem string) {
		if len(domain)+len(text)+len(problem) > 20_000 {
			return
		}
		d, err := pddl.ParseDomain("d", []byte(domain))
		if err != nil {
			return
		}
		g, err := grammar.Parse("g", []byte(text))
		if err != nil {
			return
		}
		p, err := pddl.ParseProblem("p", []byte(problem))
		if err != nil {
			return
		}
		r, err := Compile(d, g)
		if err != nil {
			return
		}
		game, err := r.Load(p, "do it.", Options{})
		if err != nil {
			return
		}
		s := game.Start()
		_ = s.Intro()
		walk(s, rand.New(rand.NewPCG(1, 1)), 10, func(string) {
			_ = view(s)
			b, err := s.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			c, err := game.Unmarshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if c.Key() != s.Key() || c.Won() != s.Won() {
				t.Fatal("restored it is another state")
			}
		})
	})
}
