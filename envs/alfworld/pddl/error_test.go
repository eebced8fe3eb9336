package pddl_test

import (
	"errors"
	"strings"
	"testing"

	"stepgym/envs/alfworld/pddl"
)

func TestDomainErrors(t *testing.T) {
	deep := strings.Repeat("(not ", 300) + "(p)" + strings.Repeat(")", 300)
	tests := []struct{ name, text, want string }{
		{"nothing", ``, `1:1: the text ends where (define should be: is a parenthesis not closed?`},
		{"a comment only", "; no\n", `2:1: the text ends where (define`},
		{"not a list", `domain`, `1:1: "domain" where (define should be`},
		{"a problem", `(define (problem p) (:domain d))`, `1:10: "problem" where "domain" should be`},
		{"not closed", `(define (domain d) (:types a`, `1:29: the text ends where the name of a type should be`},
		{"more", `(define (domain d)) )`, `1:21: ")" where the end of the text should be`},
		{"not a section", `(define (domain d) x)`, `1:20: "x" where a section`},
		{"unknown section", "(define (domain d)\n  (:axioms))", `2:4: section ":axioms" is not supported in a domain`},
		{"twice", `(define (domain d) (:types a) (:types b))`, `1:32: a second section ":types"`},
		{"derived", `(define (domain d) (:derived (p) (q)))`, `1:21: ":derived" is not supported: write the condition out`},
		{"durative", `(define (domain d) (:durative-action x))`, `1:21: ":durative-action" is not supported: actions here take no time`},
		{"not ASCII", "(define (domain d) (:types \xc3\xa4))", `1:28: byte 0xc3 where the name of a type should be: names are written in ASCII`},
		{"either", `(define (domain d) (:types a b) (:predicates (p ?x - (either a b))))`, `1:54: "either" types are not supported`},
		{"type of nothing", `(define (domain d) (:types - a))`, `1:28: a type without the name of a type before it`},
		{"type missing", `(define (domain d) (:types a -))`, `1:31: ")" where a type should be`},
		{"variable as type", `(define (domain d) (:types ?a))`, `1:28: variable "?a" where the name of a type should be`},
		{"type twice", "(define (domain d) (:types a b\n a))", `2:2: type "a" is declared twice`},
		{"circle", `(define (domain d) (:types a - b b - c c - a))`, `1:28: type "a" is an ancestor of itself`},
		{"object has a parent", `(define (domain d) (:types object - b b))`, `1:28: type "object" is the root`},
		{"constant twice", `(define (domain d) (:constants a A))`, `1:34: constant "a" is declared twice`},
		{"predicate twice", `(define (domain d) (:predicates (p) (P ?x)))`, `1:37: predicate "p" is declared twice`},
		{"predicate without variables", `(define (domain d) (:predicates (p x)))`, `1:36: "x" where a variable should be`},
		{"bare question mark", `(define (domain d) (:predicates (p ? x)))`, `1:36: a question mark without a name`},
		{"variable twice", `(define (domain d) (:predicates (p ?x ?X)))`, `1:33: variable "?x" is listed twice`},
		{"predicate named and", `(define (domain d) (:predicates (and ?x)))`, `1:34: "and" cannot be the name of a predicate`},
		{"action twice", `(define (domain d) (:action a) (:action A))`, `1:32: a second action "a"`},
		{"parameters last", `(define (domain d) (:action a :effect () :parameters ()))`, `1:42: ":parameters" of action "a" come after their use`},
		{"effect twice", `(define (domain d) (:action a :effect () :effect ()))`, `1:42: a second ":effect" in action "a"`},
		{"unknown part", `(define (domain d) (:action a :cost (x)))`, `1:31: ":cost" is not supported in an action`},
		{"no list", `(define (domain d) (:action a :effect p))`, `1:39: "p" where an opening parenthesis after :effect should be`},
		{"action without a name", `(define (domain d) (:action :effect ()))`, `1:29: ":effect" where the name of an action should be`},

		{"numbers", domainOf(`(> (f ?a) 3)`, `()`), `4:17: ">": conditions on numbers are not supported`},
		{"equal numbers", domainOf(`(= (f ?a) 3)`, `()`), `4:19: "=" of numbers`},
		{"equal to nothing", domainOf(`(= ?a)`, `()`), `4:17: "=" compares 2 things, not 1`},
		{"undeclared", domainOf(`(and (p) (zz ?a))`, `()`), `4:25: predicate "zz" is not declared: add it to :predicates`},
		{"arguments", domainOf(`(r ?a)`, `()`), `4:16: predicate "r" has 1 argument(s) here and was declared with 2`},
		{"type as a predicate", domainOf(`(t ?a)`, `()`), `4:16: type "t" used as a predicate is not supported`},
		{"free variable", domainOf(`(exists (?x) (q ?y))`, `()`), `4:32: variable "?y" is not bound here`},
		{"out of scope", domainOf(`(and (exists (?x) (q ?x)) (q ?x))`, `()`), `4:45: variable "?x" is not bound here`},
		{"not of two", domainOf(`(not (p) (p))`, `()`), `4:25: "not" takes 1 condition(s), not more`},
		{"not of none", domainOf(`(not)`, `()`), `4:20: "not" needs 1 condition(s) and has 0`},
		{"imply of one", domainOf(`(imply (p))`, `()`), `4:26: "imply" needs 2 condition(s) and has 1`},
		{"exists without list", domainOf(`(exists ?x (q ?x))`, `()`), `4:24: "?x" where the list of variables of exists should be`},
		{"name in and", domainOf(`(and p)`, `()`), `4:21: "p" where a condition in parentheses should be`},
		{"list for a predicate", domainOf(`((p))`, `()`), `4:17: "(" where a connective or a predicate should be`},
		{"list for an argument", domainOf(`(q (p))`, `()`), `4:19: "(" where an argument`},
		{"variable for a predicate", domainOf(`(?a)`, `()`), `4:17: "?a" where a connective or a predicate should be`},
		{"deep", domainOf(deep, `()`), `4:1016: lists are nested more than 200 deep`},

		{"assign", domainOf(`()`, `(assign (f) 3)`), `5:11: "assign": effects on numbers other than "increase" are not supported`},
		{"or", domainOf(`()`, `(or (p) (p))`), `5:11: "or" has no place in an effect`},
		{"when of one", domainOf(`()`, `(when (p))`), `5:19: "when" needs 1 effect(s) and has 0`},
		{"when of two", domainOf(`()`, `(when (p) (p) (p))`), `5:24: "when" takes 1 effect(s), not more: put them into (and ...)`},
		{"not of a conjunction", domainOf(`()`, `(not (and (p)))`), `5:16: "and" inside of a "not" effect`},
		{"not of two effects", domainOf(`()`, `(not (p) (p))`), `5:19: "(" where a closing parenthesis: "not" takes one atom should be`},
		{"undeclared effect", domainOf(`()`, `(when (p) (zz))`), `5:20: predicate "zz" is not declared`},
		{"undeclared condition", domainOf(`()`, `(when (zz) (p))`), `5:16: predicate "zz" is not declared`},
		{"deep effect", domainOf(`()`, strings.ReplaceAll(deep, "not", "and")), `5:1010: lists are nested more than 200 deep`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := pddl.ParseDomain("d.pddl", []byte(tt.text))
			checkError(t, err, "pddl: d.pddl:"+tt.want)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	if _, ok := errors.AsType[*pddl.Error](err); !ok {
		t.Errorf("the error is a %T", err)
	}
	if !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestProblemErrors(t *testing.T) {
	const head = "(define (problem p) (:domain d)\n"
	tests := []struct{ name, text, want string }{
		{"a domain", `(define (domain d))`, `1:10: "domain" where "problem" should be`},
		{"no goal", head + `(:init))`, `2:9: the problem has no section ":goal"`},
		{"no facts", head + `(:goal ()))`, `2:12: the problem has no section ":init"`},
		{"unknown section", head + `(:constraints))`, `2:2: section ":constraints" is not supported in a problem`},
		{"object twice", head + `(:objects a b A - t))`, `2:2: object "a" is declared twice in this section`},
		{"variable", head + `(:objects ?a))`, `2:11: variable "?a" where the name of an object should be`},
		{"variable in a fact", head + `(:init (p a) (p ?x)))`, `2:17: variable "?x" in a fact`},
		{"list in a fact", head + `(:init (p a) (at 5 (p a))))`, `2:20: "(" where an argument`},
		{"no list", head + `(:init p)`, `2:8: "p" where a fact in parentheses should be`},
		{"empty fact", head + `(:init ()))`, `2:9: ")" where a predicate should be`},
		{"fact not closed", head + `(:init (p a`, `2:12: the text ends where an argument`},
		{"not ASCII", head + "(:init (p \xff)))", `2:11: byte 0xff where an argument`},
		{"keyword for a predicate", head + `(:init (:p a)))`, `2:9: ":p" where a predicate should be`},
		{"contradiction", head + `(:init (not (p  a)) (p a)) (:goal ()))`, `2:13: fact "p a" is listed with and without "not"`},
		{"not of two", head + `(:init (not (p a) (p b))) (:goal ()))`, `2:19: "(" where a closing parenthesis`},
		{"free variable", head + `(:init) (:goal (p ?x)))`, `2:19: variable "?x" is not bound here`},
		{"two goals", head + `(:init) (:goal (p a) (p b)))`, `2:22: "(" where a closing parenthesis: ":goal" takes one condition should be`},
		{"numbers", head + `(:init) (:goal (>= (f) 2)))`, `2:17: ">=": conditions on numbers are not supported`},
		{"line after many facts", head + "(:init" + strings.Repeat("\n(p a)", 1000) + "\n(p ?a)))", `1003:4: variable "?a" in a fact`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := pddl.ParseProblem("p.pddl", []byte(tt.text))
			checkError(t, err, "pddl: p.pddl:"+tt.want)
		})
	}
}
