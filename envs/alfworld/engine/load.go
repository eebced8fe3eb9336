package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// maxEntities bounds the objects of a game.
const maxEntities = 1 << 15

// Options says how a game is loaded.
type Options struct {
	// Shuffle, if it is not nil, shuffles the entities before they get their
	// numbers (the original's domain_randomization). Nil numbers them in
	// descending order of their IDs.
	Shuffle *rand.Rand
}

// Load makes a game of a problem. task, if not empty, replaces UNKNOWN GOAL in
// the grammar's texts; where the grammar has a period after it, it stands once. A
// task is cut where the original cuts it, see grammar.Plain.
// The goal of p may be kept, nothing else. Errors name the problem.
func (r *Rules) Load(p *pddl.Problem, task string, o Options) (*Game, error) {
	g := &Game{rules: r, task: strings.Clone(grammar.Plain(task)), budget: loadBudget}
	g.cut = len(g.task) < len(task)
	l := r.loaders.Get().(*loader)
	l.reset(r, g, p)
	err := l.load(o)
	l.reset(nil, nil, nil)
	r.loaders.Put(l)
	if err != nil {
		return nil, fmt.Errorf("engine: load %s: %w", p.Source, err)
	}
	return g, nil
}

// loader is the work of Load.
type loader struct {
	rules   *Rules
	g       *Game
	problem *pddl.Problem

	index map[string]uint16 // numbers of IDs: those below len(final) are provisional
	final []uint16          // numbers by provisional number
	ids   []string          // by number
	raw   [][]uint16        // arguments of facts by predicate
	count []int             // of facts by predicate
	typ   []uint16
	names []*name
	rank  []uint16 // of entities by name

	strangers bool // something is about an object of no fact

	drafts []draft // ops
	spare  []draft
	scratch
}

// scratch is room that loading reuses.
type scratch struct {
	code   []uint16
	pruned []uint16
	added  [][]uint16
	sorted []uint16
	other  []uint16
	counts []uint32
	order  []uint16
	ops    []uint32
	runs   []run
}

// reset prepares the loader for a problem, and forgets the last one.
func (l *loader) reset(r *Rules, g *Game, p *pddl.Problem) {
	l.rules, l.g, l.problem, l.strangers = r, g, p, false
	clear(l.index)
	clear(l.ids)
	clear(l.runs)
	clear(l.names)
	l.ids, l.final, l.drafts, l.code, l.runs = l.ids[:0], nil, l.drafts[:0], l.code[:0], l.runs[:0]
	for p := range l.raw {
		l.raw[p], l.count[p] = l.raw[p][:0], 0
	}
}

func (l *loader) load(o Options) error {
	if err := l.collect(); err != nil {
		return err
	}
	if err := l.number(); err != nil {
		return err
	}
	l.g.constants = l.resolve(l.rules.constants)
	if err := l.relate(); err != nil {
		return err
	}
	l.rules.intern.mu.Lock()
	l.name(o.Shuffle)
	l.g.id = l.rules.intern.game()
	l.g.goal = l.rules.intern.goal(l.problem.Goal)
	l.rules.intern.mu.Unlock()
	l.rankNames()
	if err := l.ground(); err != nil {
		return err
	}
	l.begin()
	l.reach()
	l.rules.intern.mu.Lock()
	err := l.command()
	l.rules.intern.mu.Unlock()
	if err != nil {
		return err
	}
	if err := l.groundGoal(); err != nil {
		return err
	}
	if err := l.place(); err != nil {
		return err
	}
	l.finish()
	return nil
}

// collect reads the facts, with provisional numbers for entities.
func (l *loader) collect() error {
	if l.raw == nil {
		l.index = make(map[string]uint16, 512)
		l.raw = make([][]uint16, len(l.rules.predicates))
		l.count = make([]int, len(l.rules.predicates))
	}
	last, pred := "", -1
	for i := range l.problem.Init {
		f := &l.problem.Init[i]
		if f.Predicate != last || pred < 0 {
			last = f.Predicate
			var ok bool
			if pred, ok = l.rules.preds[last]; !ok {
				pred = -1 // the original drops such facts, but names what is in them
			}
		}
		if pred >= 0 && l.rules.predicates[pred].arity != len(f.Args) {
			return fmt.Errorf("fact (%s %s) has %d argument(s), the domain declares %d",
				f.Predicate, strings.Join(f.Args, " "), len(f.Args), l.rules.predicates[pred].arity)
		}
		for _, a := range f.Args {
			n, ok := l.index[a]
			if !ok {
				if len(l.ids) == maxEntities {
					return fmt.Errorf("more than %d objects are not supported", maxEntities)
				}
				n = uint16(len(l.ids))
				l.index[a] = n
				l.ids = append(l.ids, a)
			}
			if pred >= 0 {
				l.raw[pred] = append(l.raw[pred], n)
			}
		}
		if pred >= 0 {
			l.count[pred]++
		}
	}
	return nil
}

// number gives entities their final numbers, in order of their IDs, and types.
func (l *loader) number() error {
	known := len(l.ids)
	sorted := make([]uint16, known)
	for i := range sorted {
		sorted[i] = uint16(i)
	}
	slices.SortFunc(sorted, func(a, b uint16) int { return strings.Compare(l.ids[a], l.ids[b]) })
	final := make([]uint16, known)
	ids := make([]string, known, known+64)
	for i, n := range sorted {
		final[n] = uint16(i)
		ids[i] = l.ids[n]
	}
	for _, facts := range l.raw {
		for i, n := range facts {
			facts[i] = final[n]
		}
	}
	l.typ = make([]uint16, known, known+64)
	seen := make([]bool, known, known+64)
	declare := func(o pddl.Typed) error {
		t := l.rules.types.find(o.Type)
		if t == noType {
			return fmt.Errorf("object %q has the type %q, which the domain does not declare", o.Name, o.Type)
		}
		n, ok := l.index[o.Name]
		if ok && int(n) < known {
			n = final[n]
		} else if !ok {
			if len(ids) == maxEntities {
				return fmt.Errorf("more than %d objects are not supported", maxEntities)
			}
			n = uint16(len(ids))
			l.index[o.Name] = n
			ids, l.typ, seen = append(ids, o.Name), append(l.typ, 0), append(seen, false)
		}
		if !seen[n] {
			seen[n], l.typ[n] = true, uint16(t)
		}
		return nil
	}
	for _, list := range [][]pddl.Typed{l.rules.domain.Constants, l.problem.Objects} {
		for _, o := range list {
			if err := declare(o); err != nil {
				return err
			}
		}
	}
	l.ids, l.final, l.g.known = ids, final, known
	l.g.types = l.typ
	return nil
}

// resolve returns the entities that constants are.
func (l *loader) resolve(c *constants) []int32 {
	out := make([]int32, len(c.names))
	for i, name := range c.names {
		out[i] = -1
		if n, ok := l.index[name]; ok {
			if int(n) < len(l.final) {
				n = l.final[n]
			}
			out[i] = int32(n)
		}
	}
	return out
}

// name names the entities of facts. Needs the intern's lock.
func (l *loader) name(shuffle *rand.Rand) {
	known := l.g.known
	l.g.entities = make([]*entity, known)
	l.names = slices.Grow(l.names[:0], known)[:known]
	order := make([]int, known)
	for i := range order {
		order[i] = i
	}
	if shuffle != nil {
		shuffle.Shuffle(known, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	left := make(map[string]int)
	class := make([]string, known)
	for i, id := range l.ids[:known] {
		if class[i] = className(id); class[i] != "" {
			left[class[i]]++
		}
	}
	for _, i := range order {
		if c := class[i]; c != "" {
			l.names[i] = l.rules.intern.name(c, left[c])
			left[c]--
		} else {
			l.names[i] = l.rules.intern.name(l.ids[i], 0)
		}
		l.g.entities[i] = l.rules.intern.entity(l.ids[i], l.names[i])
	}
}

// nameStrangers names the objects of no fact, which few games need. Needs the
// intern's lock.
func (l *loader) nameStrangers() {
	for _, id := range l.ids[l.g.known:] {
		l.g.entities = append(l.g.entities, l.rules.intern.entity(id, l.rules.intern.name(id, 0)))
	}
}

// className returns the class that an ID tells, "" if it tells none.
func className(id string) string {
	class, _, found := strings.Cut(id, "_bar_")
	if !found {
		return ""
	}
	if strings.Contains(id, "basin") {
		class += "basin"
	}
	return class
}
