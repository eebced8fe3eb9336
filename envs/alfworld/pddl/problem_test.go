package pddl_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/pddl"
)

// slowFacts reads the facts of a problem the slow and obvious way.
func slowFacts(text string) []pddl.Fact {
	text = regexp.MustCompile(`;[^\n]*`).ReplaceAllString(strings.ToLower(text), "")
	_, text, _ = strings.Cut(text, "(:init")
	text, _, _ = strings.Cut(text, "(:goal")
	var out []pddl.Fact
	seen := make(map[string]bool)
	for _, m := range regexp.MustCompile(`\(([^()]*)\)`).FindAllStringSubmatch(text, -1) {
		w := strings.Fields(m[1])
		if key := strings.Join(w, " "); !seen[key] && w[0] != "total-cost" && w[0] != "distance" {
			seen[key] = true
			out = append(out, pddl.Fact{Predicate: w[0], Args: w[1:]})
		}
	}
	return out
}

func TestProblem(t *testing.T) {
	text := readFile(t, "testdata/problem.pddl")
	p, err := pddl.ParseProblem("problem.pddl", text)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "small_house" || p.Domain != "household" || p.Source != "problem.pddl" {
		t.Errorf("name %q, domain %q, source %q", p.Name, p.Domain, p.Source)
	}
	if got, want := len(p.Objects), 26; got != want {
		t.Errorf("%d objects, want %d", got, want)
	}
	if diff := cmp.Diff(pddl.Typed{Name: "shelf_1", Type: "shelf"}, p.Objects[3]); diff != "" {
		t.Errorf("an object, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(slowFacts(string(text)), p.Init); diff != "" {
		t.Errorf("facts, -want +got:\n%s", diff)
	}
	want := formula(pddl.And,
		quantified(pddl.Exists, formula(pddl.And, atom("iskind", "?t", "lampkind"), atom("lit", "?t"), atom("carries", "?a", "?t")),
			pddl.Typed{Name: "?t", Type: "thing"}, pddl.Typed{Name: "?a", Type: "agent"}),
		quantified(pddl.ForAll, formula(pddl.Not, atom("dusty", "?f")), pddl.Typed{Name: "?f", Type: "shelf"}))
	if diff := cmp.Diff(want, p.Goal); diff != "" {
		t.Errorf("goal, -want +got:\n%s", diff)
	}
}

func TestFacts(t *testing.T) {
	fact := func(p string, args ...string) pddl.Fact { return pddl.Fact{Predicate: p, Args: args} }
	tests := []struct {
		name, text string
		want       []pddl.Fact
	}{
		{"none", ``, []pddl.Fact{}},
		{"order", `(q b) (p a) (q b)`, []pddl.Fact{fact("q", "b"), fact("p", "a")}},
		{"no arguments", `(p) ( p )`, []pddl.Fact{fact("p", []string{}...)}},
		{"other spelling", "(p A b) (P a b) (p  a\tb) ( p a\nb ) (p a b ) (p a;)\nb)", []pddl.Fact{fact("p", "a", "b")}},
		{"other spelling first", "( p a\tb) (p a b) (p a ;x)\nb)", []pddl.Fact{fact("p", "a", "b")}},
		{"a comment that ends like a fact", "(p a ;)\n) (p a ;)\nb) (p a ;)\nb)", []pddl.Fact{fact("p", "a"), fact("p", "a", "b")}},
		{"numbers", `(= (total-cost) 0) (= (distance a b) 12) (p a)`, []pddl.Fact{fact("p", "a")}},
		{"negative", `(not (p a)) (p b)`, []pddl.Fact{fact("p", "b")}},
		{"tokens that run together", `(p ab) (p a b) (pa b)`, []pddl.Fact{fact("p", "ab"), fact("p", "a", "b"), fact("pa", "b")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := pddl.ParseProblem("p", []byte("(define (problem p) (:domain d) (:init "+tt.text+") (:goal ()))"))
			if err != nil {
				t.Fatal(err)
			}
			for i := range p.Init {
				if p.Init[i].Args == nil {
					p.Init[i].Args = []string{}
				}
			}
			for i := range tt.want {
				if tt.want[i].Args == nil {
					tt.want[i].Args = []string{}
				}
			}
			if diff := cmp.Diff(tt.want, p.Init); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The arguments of a fact end where they end, though they share memory.
func TestFactsDoNotOverlap(t *testing.T) {
	p, err := pddl.ParseProblem("p", readFile(t, "testdata/problem.pddl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Init {
		if cap(f.Args) != len(f.Args) {
			t.Fatalf("appending to %v would overwrite its neighbour", f)
		}
	}
}

func TestPublishedProblems(t *testing.T) {
	names := pddl.NewNames()
	for _, split := range []string{"valid_unseen", "valid_seen"} {
		for i, text := range published(t, split) {
			p, err := names.ParseProblem(fmt.Sprint(split, " ", i), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if i%40 != 0 {
				continue
			}
			if diff := cmp.Diff(slowFacts(text), p.Init); diff != "" {
				t.Fatalf("%s: facts, -want +got:\n%s", p.Source, diff)
			}
			one, err := pddl.ParseProblem(p.Source, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(one, p); diff != "" {
				t.Fatalf("%s: alone and with shared names, -alone +shared:\n%s", p.Source, diff)
			}
		}
	}
}

func TestNamesAreShared(t *testing.T) {
	text := readFile(t, "testdata/problem.pddl")
	names := pddl.NewNames()
	var all [4]*pddl.Problem
	var wg sync.WaitGroup
	for i := range all {
		wg.Go(func() {
			p, err := names.ParseProblem("p", text)
			if err != nil {
				t.Error(err)
			}
			all[i] = p
		})
	}
	wg.Wait()
	n := names.Len()
	if _, err := names.ParseProblem("p", text); err != nil || names.Len() != n {
		t.Errorf("reading again: %v, %d names, had %d", err, names.Len(), n)
	}
	for _, p := range all[1:] {
		if diff := cmp.Diff(all[0], p); diff != "" {
			t.Errorf("problems of one text differ:\n%s", diff)
		}
	}
	if got := names.Keep("kitchen"); got != "kitchen" || names.Len() != n {
		t.Errorf("Keep(kitchen) = %q, %d names, had %d", got, names.Len(), n)
	}
}

// Reading one text leaves nothing behind that changes how the next is read.
func TestNamesAfterErrors(t *testing.T) {
	text := readFile(t, "testdata/problem.pddl")
	want, err := pddl.ParseProblem("p", text)
	if err != nil {
		t.Fatal(err)
	}
	names := pddl.NewNames()
	for _, cut := range []int{len(text) / 3, len(text) / 2, len(text) - 3} {
		if _, err := names.ParseProblem("p", text[:cut]); err == nil {
			t.Errorf("no error for the first %d bytes", cut)
		}
		got, err := names.ParseProblem("p", slices.Clone(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}
