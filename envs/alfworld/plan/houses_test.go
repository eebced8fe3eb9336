package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// ourRules compiles the rules of the generated games.
func ourRules(t testing.TB) *engine.Rules {
	t.Helper()
	read := func(path string) []byte {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	d, err := pddl.ParseDomain(ours, read(ours))
	if err != nil {
		t.Fatal(err)
	}
	g, err := grammar.Parse("grammar.twl2", read("../house/grammar.twl2"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(d, g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// recClasses are the classes of receptacles of small houses, whether they have a
// door, and what goals they are needed for.
var recClasses = []struct {
	name   string
	door   bool
	treats string
}{
	{"shelf", false, "none"},
	{"cabinet", true, "none"},
	{"fridge", true, "isCool"},
	{"microwave", true, "isHot"},
	{"sinkbasin", false, "isClean"},
	{"desk", false, "none"},
}

// smallHouse writes a problem with few receptacles, some of them at one place,
// few objects, some of them in two receptacles, and a goal.
func smallHouse(rng *rand.Rand, goal string) string {
	var objects, init []string
	fact := func(format string, args ...any) { init = append(init, "("+fmt.Sprintf(format, args...)+")") }
	thing := func(name, kind string) { objects = append(objects, name+" - "+kind) }
	thing("agent1", "agent")
	places := 2 + rng.IntN(3)
	for i := range places + 1 {
		thing(fmt.Sprintf("loc_bar_%d", i), "location")
	}
	fact("atLocation agent1 loc_bar_%d", rng.IntN(places+1))
	var recs []string
	var needed []int // what the goal cannot do without
	for i, c := range recClasses {
		if strings.Contains(goal, c.name) || strings.Contains(goal, c.treats) {
			needed = append(needed, i)
		}
	}
	for i := range 3 + rng.IntN(2) {
		c := recClasses[rng.IntN(len(recClasses))]
		if i < len(needed) {
			c = recClasses[needed[i]]
		}
		name := fmt.Sprintf("%s_bar_%d", c.name, i)
		recs = append(recs, name)
		thing(name, "receptacle")
		fact("receptacleType %s %sType", name, c.name)
		fact("receptacleAtLocation %s loc_bar_%d", name, rng.IntN(places))
		if c.door {
			fact("openable %s", name)
			if rng.IntN(4) == 0 {
				fact("opened %s", name)
			}
		}
	}
	for _, c := range recClasses {
		thing(c.name+"Type", "rtype")
		for _, o := range []string{"apple", "mug", "book"} {
			if rng.IntN(5) > 0 {
				fact("canContain %sType %sType", c.name, o)
			}
		}
	}
	smallThings(rng, recs, goal, thing, fact)
	return fmt.Sprintf("(define (problem small) (:domain alfred) (:objects %s) (:init %s) (:goal %s))",
		strings.Join(objects, " "), strings.Join(init, " "), goal)
}

// smallThings puts objects into the receptacles: those that the goal is about,
// and another one.
func smallThings(rng *rand.Rand, recs []string, goal string, thing func(name, kind string), fact func(string, ...any)) {
	other := []string{"apple", "mug", "book"}[rng.IntN(3)]
	for _, o := range []string{"apple", "mug", "book", "desklamp"} {
		thing(o+"Type", "otype")
		n := 0
		if strings.Contains(goal, o) {
			n = 1 + rng.IntN(3)
		} else if o == other {
			n = 1
		}
		for i := range n {
			name := fmt.Sprintf("%s_bar_%d", o, i)
			thing(name, "object")
			fact("objectType %s %sType", name, o)
			for k := range 2 {
				if k == 0 || rng.IntN(5) == 0 {
					fact("inReceptacle %s %s", name, recs[rng.IntN(len(recs))])
				}
			}
			if o == "desklamp" {
				fact("toggleable %s", name)
				break
			}
			if rng.IntN(10) > 0 {
				fact("pickupable %s", name)
			}
			if o == "apple" {
				for _, able := range []string{"cleanable", "heatable", "coolable"} {
					if rng.IntN(6) > 0 {
						fact("%s %s", able, name)
					}
				}
			}
		}
	}
}

// smallGoals are those of the published games, with other names.
var smallGoals = []string{
	"(and (exists (?r - receptacle) (exists (?o - object) (and (inReceptacle ?o ?r) (objectType ?o mugType) (receptacleType ?r deskType)))))",
	"(and (exists (?r - receptacle) (exists (?o - object) (and (cleanable ?o) (objectType ?o appleType) (receptacleType ?r shelfType) (isClean ?o) (inReceptacle ?o ?r)))))",
	"(and (exists (?r - receptacle) (exists (?o - object) (and (heatable ?o) (objectType ?o appleType) (receptacleType ?r cabinetType) (isHot ?o) (inReceptacle ?o ?r)))))",
	"(and (exists (?r - receptacle) (exists (?o - object) (and (coolable ?o) (objectType ?o appleType) (receptacleType ?r fridgeType) (isCool ?o) (inReceptacle ?o ?r)))))",
	"(and (exists (?r - receptacle) (exists (?o1 - object) (and (objectType ?o1 mugType) (receptacleType ?r cabinetType) (inReceptacle ?o1 ?r) " +
		"(exists (?o2 - object) (and (not (= ?o1 ?o2)) (objectType ?o2 mugType) (receptacleType ?r cabinetType) (inReceptacle ?o2 ?r)))))))",
	"(and (exists (?ot - object ?r - receptacle ?a - agent ?l - location) (and (objectType ?ot desklampType) (toggleable ?ot) (isToggled ?ot) " +
		"(receptacleAtLocation ?r ?l) (atLocation ?a ?l) (inReceptacle ?ot ?r))) (exists (?o - object ?a - agent) (and (objectType ?o bookType) (holds ?a ?o))))",
}

// TestPlansAreShortest compares plans from states amid random play with those
// of the search, which knows nothing of households.
func TestPlansAreShortest(t *testing.T) {
	rules := ourRules(t)
	n := 600
	if testing.Short() {
		n = 120
	}
	compared, unsolvable, skipped, longest := 0, 0, 0, 0
	for i := range n {
		rng := rand.New(rand.NewPCG(uint64(i), 2))
		p, err := pddl.ParseProblem("small", []byte(smallHouse(rng, smallGoals[i%len(smallGoals)])))
		if err != nil {
			t.Fatal(err)
		}
		g, err := rules.Load(p, "test.", engine.Options{})
		if err != nil {
			t.Fatal(err)
		}
		planner := New(g)
		if planner.site == nil {
			t.Fatalf("house %d: not recognised", i)
		}
		s := g.Start()
		for range rng.IntN(12) {
			all := s.Admissible()
			s.Try(all[rng.IntN(len(all))])
		}
		want, err := search(t.Context(), s, 60_000)
		if err != nil && !errors.Is(err, envs.ErrNoHint) {
			t.Fatal(err)
		}
		if err != nil && strings.Contains(err.Error(), "among") {
			skipped++
			continue
		}
		before := s.Key()
		got, gotErr := planner.Shortest(t.Context(), s)
		if (err == nil) != (gotErr == nil) || len(got) != len(want) && !s.Won() {
			t.Fatalf("house %d, goal %d: plan %v (%v), want %v (%v)", i, i%len(smallGoals), texts(g, got), gotErr, texts(g, want), err)
		}
		if s.Key() != before {
			t.Fatalf("house %d: planning changed the state", i)
		}
		if err != nil {
			unsolvable++
			continue
		}
		compared++
		longest = max(longest, len(got))
		replay(t, s, got)
	}
	t.Logf("%d plans compared, the longest with %d commands; %d unsolvable, %d too large to search", compared, longest, unsolvable, skipped)
	if compared < n/3 {
		t.Errorf("only %d of %d compared", compared, n)
	}
}

// texts writes commands out.
func texts(g *engine.Game, plan []engine.Command) string {
	var out []string
	for _, c := range plan {
		out = append(out, g.Text(c))
	}
	return strings.Join(out, "; ")
}

// replay takes the commands by their texts: the last one must win, and none
// before it.
func replay(t *testing.T, s *engine.State, plan []engine.Command) {
	t.Helper()
	g := s.Game()
	if len(plan) == 0 && !s.Won() {
		t.Errorf("an empty plan, but the state is not won")
	}
	for i, c := range plan {
		if s.Won() {
			t.Errorf("won before command %d of %s", i, texts(g, plan))
		}
		if _, ok := s.Step(g.Text(c)); !ok {
			t.Errorf("%q is refused in %s", g.Text(c), texts(g, plan))
			return
		}
	}
	if !s.Won() {
		t.Errorf("not won by %s", texts(g, plan))
	}
}
