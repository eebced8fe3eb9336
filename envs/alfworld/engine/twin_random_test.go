package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// twinWorld writes worlds of no sense at random: a few types and predicates,
// actions with any conditions and effects, texts with any queries.
type twinWorld struct {
	*rand.Rand
	types      []string
	predicates []twinPredicate
	fresh      int
}

type twinPredicate struct {
	name   string
	params []string // types
}

// twinVar is a variable in scope: "?x" in the domain, "x" in texts.
type twinVar struct{ name, typ string }

func (w *twinWorld) pick(list []string) string { return list[w.IntN(len(list))] }

func (w *twinWorld) variable(prefix string) twinVar {
	w.fresh++
	return twinVar{fmt.Sprint(prefix, w.fresh), w.pick(w.types)}
}

// newTwinWorld makes a game.
func newTwinWorld(seed uint64) *twinGame {
	w := &twinWorld{Rand: rand.New(rand.NewPCG(seed, 3)), types: []string{"object", "red", "blue", "pale"}}
	for i := range 3 + w.IntN(4) {
		p := twinPredicate{name: fmt.Sprint("p", i)}
		for range w.IntN(3) {
			p.params = append(p.params, w.pick(w.types))
		}
		w.predicates = append(w.predicates, p)
	}
	var d strings.Builder
	// Every action has an effect that no condition mentions: whether one that
	// never changes anything is offered depends on how far one looks ahead.
	d.WriteString("(define (domain random)\n(:types red blue - object pale - red)\n(:constants Red_bar_9 - red)\n(:predicates (did) (day) (night) (is ?x)")
	for _, p := range w.predicates {
		fmt.Fprintf(&d, " (%s", p.name)
		for i, typ := range p.params {
			fmt.Fprintf(&d, " ?v%d - %s", i, typ)
		}
		d.WriteString(")")
	}
	d.WriteString(")\n")
	// Nobody can wish, but to see that one must know that it is never day and
	// night. So nothing can be ruled out, and how far one looks does not count
	// for what has been deleted either.
	d.WriteString(`(:action swap :parameters () :precondition ()
  :effect (and (when (day) (and (night) (not (day)))) (when (night) (and (day) (not (night))))))
(:action wish :parameters () :precondition (and (day) (night)) :effect (and`)
	for _, p := range w.predicates {
		d.WriteString(" (forall (?u ?v) (" + p.name + []string{"", " ?u", " ?u ?v"}[len(p.params)] + "))")
	}
	d.WriteString("))\n")
	var g strings.Builder
	g.WriteString("grammar :: \"\"\"{\n\"intro\": [{\"rhs\": \"Start. #a# #b#\"}],\n")
	fmt.Fprintf(&g, "\"a\": [%s],\n\"b\": [%s]", w.alternatives(nil), w.alternatives(nil))
	if w.IntN(2) == 0 {
		g.WriteString(",\n\"list_empty\": [{\"rhs\": \"none\"}], \"list_last_separator\": [{\"rhs\": \" und #c#\"}], \"c\": [{\"rhs\": \"zwar \"}]")
	}
	g.WriteString("\n}\"\"\";\naction swap { template :: \"swap\"; feedback :: \"#a##b#\"; }\naction wish { template :: \"wish\"; feedback :: \"#b#\"; }\n")
	for i := range 2 + w.IntN(4) {
		w.action(&d, &g, fmt.Sprint("act", i))
	}
	d.WriteString(")\n")
	return &twinGame{ID: fmt.Sprint("random ", seed), Domain: d.String(), Grammar: g.String(), Problem: w.problem()}
}

func (w *twinWorld) action(d, g *strings.Builder, name string) {
	var vars []twinVar
	for range w.IntN(4) {
		vars = append(vars, w.variable("x"))
	}
	fmt.Fprintf(d, "(:action %s\n  :parameters (", name)
	for _, v := range vars {
		fmt.Fprintf(d, " ?%s - %s", v.name, v.typ)
	}
	fmt.Fprintf(d, ")\n  :precondition (and %s %s)\n  :effect (and (did)", w.atom(vars), w.formula(vars, 3))
	for range 1 + w.IntN(3) {
		d.WriteString(" " + w.effect(vars, 2))
	}
	d.WriteString("))\n")
	fmt.Fprintf(g, "action %s { template :: \"%s", name, name)
	for _, v := range vars {
		fmt.Fprintf(g, " {%s}", v.name)
	}
	fmt.Fprintf(g, "\"; feedback :: \"#%s.feedback#\";\n grammar :: \"\"\"{\"%s.feedback\": [%s]}\"\"\"; }\n", name, name, w.alternatives(vars))
}

func (w *twinWorld) problem() string {
	var b, init strings.Builder
	b.WriteString("(define (problem random) (:domain random)\n(:objects")
	objects := map[string][]string{"red": {"Red_bar_9"}}
	for _, typ := range w.types {
		for i := range 1 + w.IntN(3) {
			id := fmt.Sprintf("%s_bar_%d", typ, i)
			objects[typ] = append(objects[typ], id)
			fmt.Fprintf(&b, " %s - %s", id, typ)
		}
	}
	objects["red"] = append(objects["red"], objects["pale"]...)
	objects["object"] = append(append(objects["object"], objects["red"]...), objects["blue"]...)
	for _, id := range objects["object"] {
		fmt.Fprintf(&init, " (is %s)", id)
	}
	init.WriteString(" (day)")
	for _, p := range w.predicates {
		for range w.IntN(5) {
			fmt.Fprintf(&init, " (%s", p.name)
			for _, typ := range p.params {
				init.WriteString(" " + w.pick(objects[typ]))
			}
			init.WriteString(")")
		}
	}
	fmt.Fprintf(&b, ")\n(:init%s)\n(:goal %s))", init.String(), w.formula(nil, 4))
	return b.String()
}

// atom writes an atom over variables and the constant.
func (w *twinWorld) atom(vars []twinVar) string {
	p := w.predicates[w.IntN(len(w.predicates))]
	out := "(" + p.name
	for range p.params {
		if len(vars) == 0 || w.IntN(8) == 0 {
			out += " Red_bar_9"
		} else {
			out += " ?" + vars[w.IntN(len(vars))].name
		}
	}
	return out + ")"
}

func (w *twinWorld) formula(vars []twinVar, depth int) string {
	if depth == 0 {
		return w.atom(vars)
	}
	switch w.IntN(9) {
	case 0, 1:
		return w.atom(vars)
	case 2:
		return "(not " + w.formula(vars, depth-1) + ")"
	case 3:
		return "(and " + w.formula(vars, depth-1) + " " + w.formula(vars, depth-1) + ")"
	case 4:
		return "(or " + w.formula(vars, depth-1) + " " + w.formula(vars, depth-1) + ")"
	case 5:
		return "(imply " + w.formula(vars, depth-1) + " " + w.formula(vars, depth-1) + ")"
	case 6:
		if len(vars) < 2 {
			return "(and)"
		}
		return "(not (= ?" + vars[0].name + " ?" + vars[w.IntN(len(vars))].name + "))"
	case 7:
		v := w.variable("y")
		return fmt.Sprintf("(exists (?%s - %s) %s)", v.name, v.typ, w.formula(append(vars[:len(vars):len(vars)], v), depth-1))
	default:
		v := w.variable("y")
		return fmt.Sprintf("(forall (?%s - %s) %s)", v.name, v.typ, w.formula(append(vars[:len(vars):len(vars)], v), depth-1))
	}
}

func (w *twinWorld) effect(vars []twinVar, depth int) string {
	switch n := w.IntN(6); {
	case depth == 0 || n < 2:
		return w.atom(vars)
	case n < 4:
		return "(not " + w.atom(vars) + ")"
	case n == 4:
		return "(when " + w.formula(vars, 1) + " " + w.effect(vars, depth-1) + ")"
	default:
		v := w.variable("y")
		return fmt.Sprintf("(forall (?%s - %s) %s)", v.name, v.typ, w.effect(append(vars[:len(vars):len(vars)], v), depth-1))
	}
}

// alternatives writes those of a rule.
func (w *twinWorld) alternatives(vars []twinVar) string {
	var out []string
	for range w.IntN(3) {
		q, _ := w.query(vars)
		out = append(out, fmt.Sprintf(`{"condition": "%s", "rhs": "%s"}`, q, w.text(vars)))
	}
	return strings.Join(append(out, `{"rhs": "`+w.text(vars)+`"}`), ", ")
}

// query writes a query and returns what is bound in its matches.
func (w *twinWorld) query(vars []twinVar) (string, []twinVar) {
	vars = vars[:len(vars):len(vars)]
	var out []string
	for range 1 + w.IntN(2) {
		p := w.predicates[w.IntN(len(w.predicates))]
		var args []string
		for range p.params {
			if len(vars) == 0 || w.IntN(2) == 0 {
				vars = append(vars, w.variable("z"))
				args = append(args, vars[len(vars)-1].name+":"+vars[len(vars)-1].typ)
				continue
			}
			v := vars[w.IntN(len(vars))]
			args = append(args, v.name+":"+v.typ)
		}
		out = append(out, w.pick([]string{"", "", "not_"})+p.name+"("+strings.Join(args, ", ")+")")
	}
	return strings.Join(out, " & "), vars
}

func (w *twinWorld) text(vars []twinVar) string {
	out := ""
	for range 1 + w.IntN(3) {
		switch w.IntN(4) {
		case 0:
			out += w.pick([]string{" word", ".", ", and"})
		case 1:
			if len(vars) > 0 {
				out += "{" + vars[w.IntN(len(vars))].name + ".name}"
			}
		case 2:
			q, inner := w.query(vars)
			out += "{" + w.expression(inner) + " | " + q + "}"
		case 3:
			q, inner := w.query(vars)
			out += "[{" + w.expression(inner) + " | " + q + "}]"
		}
	}
	return out
}

func (w *twinWorld) expression(vars []twinVar) string {
	if len(vars) == 0 {
		return "'it'"
	}
	a, b := vars[w.IntN(len(vars))].name, vars[len(vars)-1].name
	return w.pick([]string{a, a + ".name + '/' + " + b + ".id", b + ".indefinite + ' ' + " + b + ".name", "(" + a + ".name or 'x') + ' ' + " + b + ".type"})
}

// The engine plays random worlds as the twin does, where it accepts them.
func TestTwinRandomWorlds(t *testing.T) {
	worlds := uint64(300)
	if testing.Short() {
		worlds = 60
	}
	refused := 0
	for seed := range worlds {
		g := newTwinWorld(seed)
		if msg := g.refusal(t); msg != "" {
			refused++
			t.Logf("%s: %s", g.ID, msg)
			continue
		}
		if msg := twinWalk(t, g, rand.New(rand.NewPCG(seed, 4)), 25); msg != "" {
			t.Errorf("%s\n%s\n%s\n%s", msg, g.Domain, g.Grammar, g.Problem)
		}
	}
	if refused > int(worlds)/10 {
		t.Errorf("the engine refuses %d of %d worlds", refused, worlds)
	}
}

// refusal says why the engine does not load a game, "" if it does.
func (g *twinGame) refusal(t *testing.T) string {
	d, err := pddl.ParseDomain("domain", []byte(g.Domain))
	if err != nil {
		t.Fatalf("%v\n%s", err, g.Domain)
	}
	text, err := grammar.Parse("grammar", []byte(g.Grammar))
	if err != nil {
		t.Fatalf("%v\n%s", err, g.Grammar)
	}
	p, err := pddl.ParseProblem("problem", []byte(g.Problem))
	if err != nil {
		t.Fatalf("%v\n%s", err, g.Problem)
	}
	r, err := engine.Compile(d, text)
	if err == nil {
		_, err = r.Load(p, "", engine.Options{})
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
