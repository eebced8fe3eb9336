package house

import (
	"fmt"
	"slices"

	"stepgym/envs/alfworld/games"
)

// Generator makes the games of one Config. It is immutable and safe for
// concurrent use.
type Generator struct {
	config    Config
	things    []thing
	constants text
	contains  map[string]text           // by class of receptacles: see contents
	layouts   []*layout                 // the seen ones of all kinds of rooms, then the unseen
	families  [4][kinds][rooms][]family // by split, as in games.Splits
	cells     [4][]int                  // how often each kind of task occurs in each kind of room
	counts    [4]int                    // games of each split
}

// New returns the generator of the games that c describes. Its error lists all
// that is wrong with c, or says that no task fits it.
func New(c Config) (*Generator, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c.Types, c.Rooms = slices.Clone(c.Types), slices.Clone(c.Rooms)
	g := &Generator{config: c, things: things(), counts: c.counts()}
	g.constants, g.contains = constants(g.things), contents(g.things)
	for n := range c.Layouts + c.Unseen {
		for r := range room(rooms) {
			if has(c.Rooms, r.String()) {
				l := newLayout(&c, r, n)
				l.write()
				g.layouts = append(g.layouts, l)
			}
		}
	}
	g.divide(len(g.layouts) / (c.Layouts + c.Unseen) * c.Layouts)
	for split := range g.counts {
		g.cells[split] = g.weights(split)
		if g.counts[split] > 0 && g.cells[split] == nil {
			if split == 0 {
				return nil, fmt.Errorf("house: no task fits: types %v are not possible in rooms %v", c.Types, c.Rooms)
			}
			g.counts[split] = 0 // too few tasks to divide
		}
	}
	return g, nil
}

// divide gives the tasks to the splits; the floor plans from unseen on are
// those of valid_unseen. Of the others each valid_ split gets a twentieth.
func (g *Generator) divide(unseen int) {
	for k := range kind(kinds) {
		if !has(g.config.Types, k.String()) {
			continue
		}
		var seen [rooms][]family
		for at, l := range g.layouts {
			if k.in(l.room) == 0 {
				continue
			}
			to := &seen[l.room]
			if at >= unseen {
				to = &g.families[3][k][l.room]
			}
			*to = append(*to, g.tasks(k, at)...)
		}
		for r, list := range seen {
			rng := draw(g.config.Seed, forTasks, int(k), r)
			rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			if n := len(list); n >= 3 {
				part := max(1, n/20)
				g.families[1][k][r], g.families[2][k][r], list = list[:part], list[part:2*part], list[2*part:]
			}
			g.families[0][k][r] = list
		}
	}
}

// weights returns how often each kind of task occurs in each kind of room, in
// a split, as the rows of a table; nil if there is none.
func (g *Generator) weights(split int) []int {
	var w [kinds * rooms]int
	found := false
	for k := range kind(kinds) {
		all := 0 // rooms may be left out: the kinds keep their shares
		for r := range room(rooms) {
			if len(g.families[split][k][r]) > 0 {
				all += k.in(r)
			}
		}
		for r := range room(rooms) {
			if len(g.families[split][k][r]) > 0 {
				w[int(k)*rooms+int(r)] = k.share() * k.in(r) * 100 / all
				found = true
			}
		}
	}
	if !found {
		return nil
	}
	return w[:]
}

// family returns the family of the i-th game of a split. In train and
// valid_unseen two games in a row are of one family, and differ in where things
// are.
func (g *Generator) family(split, i int) family {
	if split == 0 || split == 3 {
		i /= 2
	}
	rng := draw(g.config.Seed, forFamily, split, i)
	at := weighted(rng, g.cells[split])
	return pick(rng, g.families[split][at/rooms][at%rooms])
}

// Count returns the number of games of a split, one of [games.Splits]. It is
// less than in proportion only if there are too few tasks to give the split any.
func (g *Generator) Count(split string) int {
	if s := slices.Index(games.Splits(), split); s >= 0 {
		return g.counts[s]
	}
	return 0
}

// Game returns the i-th game of a split; it panics unless 0 <= i < Count(split).
// The problem is written when it is asked for, and not kept.
func (g *Generator) Game(split string, i int) *games.Game {
	s := slices.Index(games.Splits(), split)
	if s < 0 || i < 0 || i >= g.counts[s] {
		panic(fmt.Sprintf("house: there is no game %d of split %q", i, split))
	}
	f := g.family(s, i)
	w := words{g: g, family: f, rng: draw(g.config.Seed, forWords, s, i)}
	task := w.sentence()
	target := g.target(f)
	toggle := ""
	if f.kind == lookInLight {
		toggle = lamp
	}
	return &games.Game{
		ID:      split + "/" + g.folder(f) + "/" + g.trial(s, i),
		Split:   split,
		Type:    f.kind.String(),
		Task:    task,
		Human:   w.people(3),
		Params:  games.Params{Object: g.object(f).class, Receptacle: target, Toggle: toggle},
		Source:  fmt.Sprintf("generated game %d of %s", i, split),
		Pair:    Rules(),
		Problem: problem{g, s, i},
	}
}

// All returns all games, in the order of their splits.
func (g *Generator) All() []*games.Game {
	var all []*games.Game
	for s, split := range games.Splits() {
		for i := range g.counts[s] {
			all = append(all, g.Game(split, i))
		}
	}
	return all
}

// trial names a game in the manner of the original's, by a date and a time.
// The last six digits count the games of the split, so no two are equal.
func (g *Generator) trial(split, i int) string {
	rng := draw(g.config.Seed, forTrial, split, i)
	return fmt.Sprintf("trial_T2026%02d%02d_%02d%02d%02d_%06d", 1+rng.IntN(12), 1+rng.IntN(28), rng.IntN(24), rng.IntN(60), rng.IntN(60), i)
}

// problem is a games.Problem that is made when it is asked for.
type problem struct {
	g        *Generator
	split, i int
}

// Bytes implements [games.Problem].
func (p problem) Bytes() ([]byte, error) { return p.g.scene(p.split, p.i).problem(), nil }

// scene furnishes the i-th game of a split with things.
func (g *Generator) scene(split, i int) *scene {
	f := g.family(split, i)
	s := &scene{
		g: g, family: f, layout: g.layouts[f.layout], name: g.trial(split, i),
		rng: draw(g.config.Seed, forScene, split, i), taken: ids{},
	}
	s.build()
	return s
}
