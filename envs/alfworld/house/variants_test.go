package house_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
	"stepgym/envs/alfworld/pddl"
)

// variant changes the rules or the problem of a generated game, as users do who
// write their own.
type variant struct {
	name                     string
	domain, grammar, problem func(text string) string
}

// swap replaces each old text, which must be there, by the new one.
func swap(t *testing.T, oldNew ...string) func(string) string {
	return func(text string) string {
		for i := 0; i < len(oldNew); i += 2 {
			if !strings.Contains(text, oldNew[i]) {
				t.Fatalf("there is no %q to replace", oldNew[i])
			}
			text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
		}
		return text
	}
}

// firstReceptacle finds a receptacle and its location in a problem.
var firstReceptacle = regexp.MustCompile(`\(receptacleAtLocation (\w+) (\w+)\)`)

// variants returns rules and problems that the published ones do not have.
func variants(t *testing.T) []variant {
	return []variant{
		{
			name: "examine what lies here, and say whether a lamp is on",
			domain: swap(t, "(and (holds ?a ?o))\n    :effect (and (checked ?o))", `(or (holds ?a ?o)
				(exists (?l - location ?r - receptacle) (and (atLocation ?a ?l) (receptacleAtLocation ?r ?l) (inReceptacle ?o ?r) (or (not (openable ?r)) (opened ?r)))))
				:effect (and (checked ?o))`),
			grammar: swap(t, `{"condition": "issliced(o:object)", "rhs": "#examine.sliced#"},`, `{"condition": "issliced(o:object)", "rhs": "#examine.sliced#"},
				{"condition": "toggleable(o:object) & istoggled(o:object)", "rhs": "This {o.name} is on."},
				{"condition": "toggleable(o:object) & not_istoggled(o:object)", "rhs": "This {o.name} is off."},
				{"condition": "toggleable(o:object)", "rhs": "This {o.name} was never used."},`),
		},
		{
			name: "start before a receptacle",
			problem: func(text string) string {
				loc := firstReceptacle.FindStringSubmatch(text)[2]
				return regexp.MustCompile(`\(atLocation agent1 \w+\)`).ReplaceAllString(text, "(atLocation agent1 "+loc+")")
			},
		},
		{
			name: "an ID without a class",
			problem: func(text string) string {
				return strings.ReplaceAll(text, firstReceptacle.FindStringSubmatch(text)[1], "Shed")
			},
		},
		{
			name: "other words, and a rule with two parameters",
			grammar: swap(t, "take {o} from {r}", "pick {o} off {r}", `"rhs": "You pick up the {o.name} from the {r.name}."`, `"rhs": "#seen(o, r)#!"`,
				`"list_empty"`, `"seen(o, r)": [{"rhs": "{o.indefinite} {o.name} (in/on the {r.name})"}], "list_empty"`),
		},
		{
			name: "equality, implication and a condition on an effect",
			domain: swap(t, "(and (atLocation ?a ?lStart) (receptacleAtLocation ?r ?lEnd))", "(and (atLocation ?a ?lStart) (receptacleAtLocation ?r ?lEnd) (not (= ?lStart ?lEnd)) (imply (holdsAny ?a) (not (openable ?r))))",
				"(and (isClean ?o) (increase (total-cost) 5))", "(and (isClean ?o) (when (isHot ?o) (and (not (isHot ?o)) (isCool ?o))) (increase (total-cost) 5))"),
		},
	}
}

// TestVariants plays rules and problems that nobody published in the original
// engine and in ours.
func TestVariants(t *testing.T) {
	python := original(t)
	dir := t.TempDir()
	var scripts []script
	var want [][]record
	for i, v := range variants(t) {
		c := house.Default()
		c.Seed, c.Games, c.Size, c.Clutter = uint64(300+i), 1, 0.4, 0.5
		if i == 0 {
			c.Types = []string{"look_at_obj_in_light"}
		}
		if i == 4 {
			c.Types = []string{"pick_heat_then_place_in_recep"}
		}
		game := newGenerator(t, c).Game("train", 0)
		apply := func(f func(string) string, text string) string {
			if f == nil {
				return text
			}
			return f(text)
		}
		pair := &games.Pair{
			Domain:  games.File{Source: v.name, Text: apply(v.domain, game.Pair.Domain.Text)},
			Grammar: games.File{Source: v.name, Text: apply(v.grammar, game.Pair.Grammar.Text)},
		}
		text := apply(v.problem, string(bytesOf(t, game)))
		problem, err := pddl.ParseProblem(v.name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := compile(t, pair).Load(problem, game.Task, engine.Options{})
		if err != nil {
			t.Errorf("%s: %v", v.name, err)
			continue
		}
		b, err := json.Marshal(map[string]any{
			"pddl_domain": pair.Domain.Text, "pddl_problem": text, "solvable": true,
			"grammar": strings.Replace(pair.Grammar.Text, games.Unknown, game.Task, 1),
		})
		file := filepath.Join(dir, strings.ReplaceAll(v.name, " ", "_"))
		if err == nil {
			err = os.WriteFile(file, b, 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
		actions, records := wander(t, loaded)
		scripts, want = append(scripts, script{file, actions}), append(want, records)
	}
	compareOriginal(t, python, scripts, want)
}
