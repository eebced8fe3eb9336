package pddl_test

import (
	"fmt"

	"stepgym/envs/alfworld/pddl"
)

func ExampleParseDomain() {
	d, err := pddl.ParseDomain("garden.pddl", []byte(`
(define (domain garden)
  (:types plant)
  (:predicates (dry ?p - plant))
  (:action Water
    :parameters (?p - plant)
    :precondition (dry ?p)
    :effect (not (dry ?p))))`))
	if err != nil {
		fmt.Println(err)
		return
	}
	a := d.Actions[0]
	fmt.Println(a.Name, a.Params[0].Name, a.Params[0].Type, a.Precondition.Predicate, a.Pos)
	// Output: water ?p plant dry 5:3
}

func ExampleParseProblem() {
	p, err := pddl.ParseProblem("monday.pddl", []byte(`
(define (problem monday)
  (:domain garden)
  (:objects Rose Fern - plant)
  (:init (dry Rose) (dry Fern) (dry Rose))
  (:goal (not (dry Rose))))`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(p.Objects), p.Init, p.Goal.Op == pddl.Not)
	// Output: 2 [{dry [rose]} {dry [fern]}] true
}

func ExampleError() {
	_, err := pddl.ParseProblem("monday.pddl", []byte(`(define (problem monday)
  (:domain garden)
  (:init (dry ?plant)))`))
	fmt.Println(err)
	// Output: pddl: monday.pddl:3:15: variable "?plant" in a fact
}
