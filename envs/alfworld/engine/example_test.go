package engine_test

import (
	"fmt"
	"log"
	"os"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// A domain of one's own: the files of testdata/workshop.
func Example() {
	read := func(name string) []byte {
		b, err := os.ReadFile("testdata/workshop/" + name)
		if err != nil {
			log.Fatal(err)
		}
		return b
	}
	domain, err := pddl.ParseDomain("domain.pddl", read("domain.pddl"))
	if err != nil {
		log.Fatal(err)
	}
	texts, err := grammar.Parse("grammar.twl2", read("grammar.twl2"))
	if err != nil {
		log.Fatal(err)
	}
	problem, err := pddl.ParseProblem("problem.pddl", read("problem.pddl"))
	if err != nil {
		log.Fatal(err)
	}
	rules, err := engine.Compile(domain, texts)
	if err != nil {
		log.Fatal(err)
	}
	game, err := rules.Load(problem, "tidy up.", engine.Options{})
	if err != nil {
		log.Fatal(err)
	}

	s := game.Start()
	fmt.Println(s.Intro())
	for _, command := range []string{"walk to bench 1", "take plank 1 from bench 1", "eat plank 1"} {
		feedback, ok := s.Step(command)
		fmt.Printf("> %s\n%s %v\n", command, feedback, ok)
	}
	for _, c := range s.Admissible() {
		fmt.Println("-", game.Text(c))
	}
	// Output:
	// You are in a workshop with a bench 2, a bench 1, a chest 2, and a chest 1.
	//
	// Please: tidy up.
	// > walk to bench 1
	// You walk to the bench 1. On the bench 1: a plank 1, and a saw 1. true
	// > take plank 1 from bench 1
	// You have the plank 1 now. true
	// > eat plank 1
	// Nothing happens. false
	// - examine bench 1
	// - examine chest 1
	// - paint plank 1 with blue 1 at bench 1
	// - paint plank 1 with redpaint  at bench 1
	// - put plank 1 on chest 1
	// - walk to bench 1
	// - walk to bench 2
	// - walk to chest 1
	// - walk to chest 2
}
