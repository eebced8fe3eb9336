package engine

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// tiny is a domain with holes: types, predicates, actions.
const tiny = `(define (domain tiny) (:types a b) (:predicates (p ?x) (q ?x ?y)) %s)`

// tinyGrammar has an action go, and more rules or actions.
const tinyGrammar = `grammar :: """{"intro": [{"rhs": "Hello. UNKNOWN GOAL."}], "go": [{"rhs": "%s"}]}"""; action go { template :: "%s"; feedback :: "#go#"; }`

// compiled compiles texts.
func compiled(t testing.TB, domain, text string) (*Rules, error) {
	t.Helper()
	d, err := pddl.ParseDomain("tiny.pddl", []byte(domain))
	if err != nil {
		t.Fatal(err)
	}
	g, err := grammar.Parse("tiny.twl2", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return Compile(d, g)
}

// TestCompileErrors has what is not supported.
func TestCompileErrors(t *testing.T) {
	const act = `(:action go :parameters (?x - a) :precondition (p ?x) :effect (q ?x ?x))`
	many := "(:action go :parameters ("
	for i := range 70 {
		many += fmt.Sprintf("?v%d ", i)
	}
	many += ") :precondition () :effect (p ?v1))"
	wide := "(:action go :parameters (?x) :precondition (and" + strings.Repeat(" (or (p ?x) (q ?x ?x))", 13) + ") :effect (not (p ?x)))"
	for _, tt := range []struct{ name, domain, says, template, want string }{
		{"no action in the grammar", `(:action stay :parameters () :precondition () :effect (p c))`, "x", "go", "pddl: tiny.pddl:1:67: the grammar tiny.twl2 has no action stay"},
		{"variables", many, "x", "go", "pddl: tiny.pddl:1:"},
		{"alternatives", wide, "x", "go {x}", "pddl: tiny.pddl:1:67: a condition with more than 4096 alternatives is not supported: split the action"},
		{"placeholder without a value", act, "{y.name}", "go {x}", `engine: grammar tiny.twl2: action go: rule "go": "y" is not bound by a query or the action`},
		{"type of a placeholder", act, "{y.name | p(y:c)}", "go {x}", `engine: grammar tiny.twl2: action go: rule "go": type "c" of placeholder "y" is not declared`},
		{"parameter of a template", act, "x", "go {y}", `engine: grammar tiny.twl2: action go: template: "y" is not a parameter of the action`},
		{"rule in a template", act, "x", "go #go#", `engine: grammar tiny.twl2: action go: template: a call of a rule is not supported`},
		{"query in a template", act, "x", "go {x.name | q(x:a, x:a)}", `engine: grammar tiny.twl2: action go: template: the query about q is not a part of the action's precondition, which is not supported: a command's text cannot change`},
	} {
		_, err := compiled(t, fmt.Sprintf(tiny, tt.domain), fmt.Sprintf(tinyGrammar, tt.says, tt.template))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// TestLoadErrors has problems that do not fit the domain.
func TestLoadErrors(t *testing.T) {
	r, err := compiled(t, fmt.Sprintf(tiny, `(:action go :parameters (?x - a) :precondition (p ?x) :effect (q ?x ?x))`), fmt.Sprintf(tinyGrammar, "x", "go {x}"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, objects, init, goal, want string }{
		{"arity", "u - a", "(p u) (p u u)", "(p u)", "engine: load tiny: fact (p u u) has 2 argument(s), the domain declares 1"},
		{"type", "u - c", "(p u)", "(p u)", `engine: load tiny: object "u" has the type "c", which the domain does not declare`},
		{"goal's predicate", "u - a", "(p u)", "(r u)", `engine: load tiny: pddl: tiny:0:0: predicate "r" is not declared`},
		{"goal's arity", "u - a", "(p u)", "(p u u)", `engine: load tiny: pddl: tiny:0:0: predicate "p" has 2 argument(s) here and was declared with 1`},
	} {
		text := fmt.Sprintf("(define (problem tiny) (:domain tiny) (:objects %s) (:init %s) (:goal %s))", tt.objects, tt.init, tt.goal)
		p, err := pddl.ParseProblem("tiny", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Load(p, "", Options{}); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
		// The loader's room is used again: what is left in it must not show.
		good := load(t, r, "tiny", "(define (problem tiny) (:domain tiny) (:objects u v - a) (:init (p u)) (:goal (q u u)))", "")
		s := good.Start()
		if feedback, ok := s.Step("go u"); feedback != "x" || !ok || !s.Won() || len(good.Entities()) != 1 {
			t.Errorf("after %s: %q, %v, won %v, %d entities", tt.name, feedback, ok, s.Won(), len(good.Entities()))
		}
	}
}

// TestLoadBudget has an action with 10^12 combinations of objects.
func TestLoadBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("long: it tries many combinations")
	}
	r, err := compiled(t, fmt.Sprintf(tiny, `(:action go :parameters (?a ?b ?c ?d ?e ?f) :precondition (not (= ?f ?f)) :effect (p ?a))`), fmt.Sprintf(tinyGrammar, "x", "go"))
	if err != nil {
		t.Fatal(err)
	}
	objects := ""
	for i := range 100 {
		objects += fmt.Sprintf(" o%d", i)
	}
	p, err := pddl.ParseProblem("tiny", []byte("(define (problem tiny) (:domain tiny) (:objects"+objects+") (:init (p o1)) (:goal (p o1)))"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Load(p, "", Options{}); !errors.Is(err, errBudget) {
		t.Errorf("got %v, want %v", err, errBudget)
	}
}

// TestStrangers has objects that no fact names at the start.
func TestStrangers(t *testing.T) {
	r, err := compiled(t, fmt.Sprintf(tiny, `(:action go :parameters (?x - a) :precondition () :effect (and (not (p ?x)) (forall (?y) (q ?x ?y))))`),
		fmt.Sprintf(tinyGrammar, "[{y.name + 'and' + y.id | q(x:a, y:object)}] {x.name}", "go {x}"))
	if err != nil {
		t.Fatal(err)
	}
	g := load(t, r, "tiny", "(define (problem tiny) (:domain tiny) (:objects z b - a c - b) (:init (p b)) (:goal (forall (?y) (q z ?y))))", "")
	s := g.Start()
	var texts []string
	for _, c := range s.Admissible() {
		texts = append(texts, g.Text(c))
	}
	if d := cmp.Diff(texts, []string{"go b ", "go z "}); d != "" {
		t.Errorf("admissible (-got +want):\n%s", d)
	}
	if feedback, ok := s.Step("go z"); feedback != "b andb, and c andc z " || !ok || !s.Won() {
		t.Errorf("got %q, %v, won %v", feedback, ok, s.Won())
	}
	if g.NumEntities() != 1 || len(g.Entities()) != 1 {
		t.Errorf("%d entities, want 1", g.NumEntities())
	}
}

// TestTask has tasks with and without a period, and none.
func TestTask(t *testing.T) {
	r, err := compiled(t, fmt.Sprintf(tiny, ""), fmt.Sprintf(tinyGrammar, "x", "go"))
	if err != nil {
		t.Fatal(err)
	}
	for task, want := range map[string]string{
		"":                 "Hello. UNKNOWN GOAL.",
		"sit down":         "Hello. sit down.",
		"sit down.":        "Hello. sit down.",
		"sit down; sleep.": "Hello. sit down", // as the original cuts it
	} {
		g := load(t, r, "tiny", "(define (problem tiny) (:domain tiny) (:objects u - a) (:init (p u)) (:goal (p u)))", task)
		s := g.Start()
		if got := s.Intro(); got != want || !s.Won() {
			t.Errorf("%q: %q, want %q; won %v", task, got, want, s.Won())
		}
	}
}

// TestShuffle gives other numbers to the same things.
func TestShuffle(t *testing.T) {
	g := workshop(t)
	b, err := os.ReadFile("testdata/workshop/problem.pddl")
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem("problem.pddl", b)
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]bool{}
	for seed := range uint64(20) {
		var texts [2]string
		for i := range texts {
			s, err := g.Rules().Load(p, "", Options{Shuffle: rand.New(rand.NewPCG(seed, 0))})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for i, e := range s.Entities() {
				if e.ID != g.Entities()[i].ID || e.Class != g.Entities()[i].Class {
					t.Fatalf("entity %d is %+v", i, e)
				}
				names = append(names, e.Name)
			}
			texts[i] = strings.Join(names, ",")
			var plain []string
			for _, e := range g.Entities() {
				plain = append(plain, e.Name)
			}
			slices.Sort(plain)
			slices.Sort(names)
			if d := cmp.Diff(names, plain); d != "" {
				t.Fatalf("other names (-shuffled +plain):\n%s", d)
			}
		}
		if texts[0] != texts[1] {
			t.Errorf("seed %d gives two orders", seed)
		}
		orders[texts[0]] = true
	}
	if len(orders) < 5 {
		t.Errorf("%d orders with 20 seeds", len(orders))
	}
}

// TestPublished loads the published games of the two small splits and measures
// what they hold.
func TestPublished(t *testing.T) {
	if testing.Short() {
		t.Skip("long: the published games")
	}
	rules := published(t)
	names := pddl.NewNames()
	var games []*Game
	var before, after runtime.MemStats
	counted := 0
	for _, split := range []string{"valid_seen", "valid_unseen"} {
		packed(t, split, func(p packedGame) {
			q, err := names.ParseProblem(p.ID, []byte(p.Problem))
			if err != nil {
				t.Fatal(err)
			}
			if len(games) == 0 { // names and choices that games share
				if _, err := rules.Load(q, p.Task, Options{}); err != nil {
					t.Fatal(err)
				}
				runtime.GC()
				runtime.ReadMemStats(&before)
			}
			g, err := rules.Load(q, p.Task, Options{})
			if err != nil {
				t.Fatal(err)
			}
			games = append(games, g)
			counted += g.Bytes()
			if g.Start().Won() {
				t.Errorf("%s is won at the start", p.ID)
			}
			if s := g.Start(); 8*len(s.bits) > 600 {
				t.Errorf("%s: a state has %d bytes of facts", p.ID, 8*len(s.bits))
			}
		})
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := int(after.HeapAlloc-before.HeapAlloc) / len(games)
	counted /= len(games)
	t.Logf("%d games of %d bytes each, counted %d", len(games), held, counted)
	if held > 200_000 || counted > held || counted < held/2 {
		t.Errorf("a game holds %d bytes and counts %d, want less than 200,000 and most of them counted", held, counted)
	}
	runtime.KeepAlive(games)
}

// TestConcurrentLoad loads in many goroutines with the same rules.
func TestConcurrentLoad(t *testing.T) {
	g := workshop(t)
	b, err := os.ReadFile("testdata/workshop/problem.pddl")
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem("problem.pddl", b)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				again, err := g.Rules().Load(p, g.Task(), Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if again.fingerprint() != g.fingerprint() || len(again.Start().Choices()) != len(g.Start().Choices()) {
					t.Error("loaded beside others the game is another one")
				}
			}
		})
	}
	wg.Wait()
}
