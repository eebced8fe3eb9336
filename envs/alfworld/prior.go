package alfworld

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"stepgym/envs"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/pddl"
)

// priorGames is the number of games that a prior is counted on; of a larger
// split it is every so manieth game.
const priorGames = 1000

// Prior says where things are at the start of the games of a split:
// prior[object][receptacle] is the number of objects of that class in a
// receptacle of that class, on average over the receptacles. Classes are those
// of the names that are shown: "mug" and "coffeemachine". What is never there
// is left out.
//
// It tells what an agent cannot see, of the games counted; a policy that goes by
// it is to be measured on others. A split that there is not, or that has no
// games, is an error that wraps [envs.ErrNoSplit].
func (e *Env) Prior(split string) (map[string]map[string]float64, error) {
	list, err := e.gamesOf(context.Background(), split)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("alfworld: prior: %w: %q has no games", envs.ErrNoSplit, split)
	}
	sample := list
	if len(list) > priorGames {
		sample = make([]*games.Game, priorGames)
		for i := range sample {
			sample[i] = list[i*len(list)/priorGames]
		}
	}
	c, err := countAll(sample)
	if err != nil {
		return nil, err
	}
	prior := make(map[string]map[string]float64)
	for pair, n := range c.inside {
		if prior[pair[0]] == nil {
			prior[pair[0]] = make(map[string]float64)
		}
		prior[pair[0]][pair[1]] = float64(n) / float64(c.receptacles[pair[1]])
	}
	return prior, nil
}

// census counts receptacles, and what is in them.
type census struct {
	receptacles map[string]int    // by class
	inside      map[[2]string]int // by classes of object and receptacle
}

func newCensus() *census {
	return &census{receptacles: make(map[string]int), inside: make(map[[2]string]int)}
}

// countAll counts in several games, on all processors.
func countAll(list []*games.Game) (*census, error) {
	n := min(runtime.GOMAXPROCS(0), len(list))
	parts, errs := make([]*census, n), make([]error, n)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			parts[k] = newCensus()
			for i := k; i < len(list) && errs[k] == nil; i += n {
				errs[k] = parts[k].count(list[i])
			}
		})
	}
	wg.Wait()
	all := newCensus()
	for k, p := range parts {
		if errs[k] != nil {
			return nil, errs[k]
		}
		for class, n := range p.receptacles {
			all.receptacles[class] += n
		}
		for pair, n := range p.inside {
			all.inside[pair] += n
		}
	}
	return all, nil
}

// count counts in a game: the receptacles that have a place in the room.
func (c *census) count(g *games.Game) error {
	text, err := g.Problem.Bytes()
	if err != nil {
		return fmt.Errorf("alfworld: prior: %s: %w", g.Source, err)
	}
	p, err := pddl.ParseProblem(g.Source, text)
	if err != nil {
		return fmt.Errorf("alfworld: prior: %w", err)
	}
	placed := make(map[string]bool)
	for _, f := range p.Init {
		if f.Predicate == "receptacleatlocation" && len(f.Args) == 2 && !placed[f.Args[0]] {
			placed[f.Args[0]] = true
			c.receptacles[classOf(f.Args[0])]++
		}
	}
	for _, f := range p.Init {
		if f.Predicate == "inreceptacle" && len(f.Args) == 2 && placed[f.Args[1]] {
			c.inside[[2]string{classOf(f.Args[0]), classOf(f.Args[1])}]++
		}
	}
	return nil
}

// classOf returns the class that the ID of a thing tells, as its name has it.
func classOf(id string) string {
	class, _, _ := strings.Cut(id, "_bar_")
	if strings.Contains(id, "basin") {
		class += "basin"
	}
	return class
}
