package pddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/pddl"
)

func FuzzParseDomain(f *testing.F) {
	f.Add(readFile(f, "testdata/domain.pddl"))
	f.Add([]byte(domainOf(`(exists (?l - t, ?r - u) (r ?l?r))`, `(when (p) (not (q ?a)))`)))
	f.Add([]byte(strings.Repeat("(", 1000)))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := pddl.ParseDomain("fuzz", text)
		if (d == nil) != (err != nil) {
			t.Fatalf("domain %v and error %v", d, err)
		}
		checkFuzzed(t, text, err)
	})
}

func FuzzParseProblem(f *testing.F) {
	f.Add(readFile(f, "testdata/problem.pddl"))
	f.Add([]byte("(define (problem p) (:domain d) (:init (p a ;)\n) (p  a) (not (q)) (= (f) 1)) (:goal (exists (?x) (p ?x))))"))
	names := pddl.NewNames()
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := pddl.ParseProblem("fuzz", text)
		if (p == nil) != (err != nil) {
			t.Fatalf("problem %v and error %v", p, err)
		}
		checkFuzzed(t, text, err)
		again, err2 := names.ParseProblem("fuzz", text)
		if diff := cmp.Diff(p, again); diff != "" {
			t.Fatalf("with shared names:\n%s", diff)
		}
		if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Fatalf("errors %v and %v", err, err2)
		}
		if p == nil {
			return
		}
		seen := make(map[string]bool)
		for _, f := range p.Init {
			key := strings.Join(append([]string{f.Predicate}, f.Args...), " ")
			if seen[key] {
				t.Fatalf("fact %q is there twice", key)
			}
			seen[key] = true
		}
	})
}

// checkFuzzed looks at an error: its place lies in the text.
func checkFuzzed(t *testing.T, text []byte, err error) {
	t.Helper()
	if err == nil {
		return
	}
	e := err.(*pddl.Error)
	lines := strings.Split(string(text), "\n")
	if e.Pos.Line < 1 || e.Pos.Line > len(lines) || e.Pos.Col < 1 || e.Pos.Col > len(lines[e.Pos.Line-1])+1 {
		t.Fatalf("%v: no such place in %q", e, text)
	}
}
