package house_test

import (
	"testing"

	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
	"stepgym/envs/alfworld/pddl"
)

// census counts what is in games.
type census struct {
	games, receptacles, objects, locations int
	least, most                            int // receptacles of a game
	together, twice, holders               int // games with receptacles at one location, objects in two receptacles, isReceptacleObject
	drawers, closed                        int // drawers and cabinets, and those that open
	copies                                 int // things of the class that the task is about
	bytes                                  int
}

func (c *census) add(t *testing.T, g *games.Game) {
	t.Helper()
	text := bytesOf(t, g)
	p, err := pddl.ParseProblem(g.ID, text)
	if err != nil {
		t.Fatal(err)
	}
	at, in := map[string]int{}, map[string]int{}
	class, opens := map[string]string{}, map[string]bool{}
	holders := false
	receptacles := 0
	for _, f := range p.Init {
		switch f.Predicate {
		case "receptacleatlocation":
			receptacles++
			at[f.Args[1]]++
		case "receptacletype":
			class[f.Args[0]] = f.Args[1]
		case "openable":
			opens[f.Args[0]] = true
		case "objecttype":
			c.objects++
			if f.Args[1] == lower(g.Params.Object)+"type" {
				c.copies++
			}
		case "inreceptacle":
			in[f.Args[0]]++
		case "isreceptacleobject":
			holders = true
		}
	}
	c.games++
	c.bytes += len(text)
	c.receptacles += receptacles
	c.locations += len(at)
	if c.least == 0 || receptacles < c.least {
		c.least = receptacles
	}
	c.most = max(c.most, receptacles)
	c.together += anyAbove(at, 1)
	c.twice += anyAbove(in, 1)
	if holders {
		c.holders++
	}
	for id, k := range class {
		if k == "drawertype" || k == "cabinettype" {
			c.drawers++
			if opens[id] {
				c.closed++
			}
		}
	}
}

func anyAbove(m map[string]int, n int) int {
	for _, k := range m {
		if k > n {
			return 1
		}
	}
	return 0
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// TestStatistics compares with what was counted in published games: 6 to 54
// receptacles, 23.6 on the average; 41.4 objects; 73 % of the games have
// receptacles at one location, 38 % an object in two, 78 % things that hold
// others.
func TestStatistics(t *testing.T) {
	c := house.Default()
	c.Games = 400
	var n census
	for _, g := range newGenerator(t, c).All() {
		n.add(t, g)
	}
	between := func(name string, x, of int, low, high float64) {
		got := float64(x) / float64(of)
		t.Logf("%s: %.2f", name, got)
		if got < low || got > high {
			t.Errorf("%s is %.2f: want %v to %v", name, got, low, high)
		}
	}
	between("receptacles a game", n.receptacles, n.games, 20, 27)
	between("fewest receptacles", n.least, 1, 5, 10)
	between("most receptacles", n.most, 1, 35, 60)
	between("objects a game", n.objects, n.games, 36, 48)
	between("locations a receptacle", n.locations, n.receptacles, 0.85, 0.95)
	between("games with receptacles at one location", n.together, n.games, 0.6, 0.85)
	between("games with an object in two receptacles", n.twice, n.games, 0.15, 0.45)
	between("games with things that hold others", n.holders, n.games, 0.65, 0.9)
	between("drawers and cabinets that open", n.closed, n.drawers, 0.75, 0.85)
	between("things of the task's class", n.copies, n.games, 2, 2.6)
	between("bytes a problem", n.bytes, n.games, 20_000, 60_000)
}

// TestKnobs: the settings do what they say.
func TestKnobs(t *testing.T) {
	count := func(change func(*house.Config)) census {
		c := house.Default()
		c.Games = 60
		change(&c)
		var n census
		for _, g := range newGenerator(t, c).All() {
			n.add(t, g)
		}
		return n
	}
	plain := count(func(*house.Config) {})
	for _, k := range []struct {
		name   string
		change func(*house.Config)
		ok     func(n census) bool
	}{
		{"size 2", func(c *house.Config) { c.Size = 2 }, func(n census) bool { return n.receptacles > plain.receptacles*3/2 }},
		{"size 0.3", func(c *house.Config) { c.Size = 0.3 }, func(n census) bool { return n.receptacles < plain.receptacles*2/3 }},
		{"clutter 0", func(c *house.Config) { c.Clutter = 0 }, func(n census) bool { return n.objects < plain.objects/3 }},
		{"clutter 2", func(c *house.Config) { c.Clutter = 2 }, func(n census) bool { return n.objects > plain.objects*3/2 }},
		{"closed 0", func(c *house.Config) { c.Closed = 0 }, func(n census) bool { return n.closed == 0 }},
		{"closed 1", func(c *house.Config) { c.Closed = 1 }, func(n census) bool { return n.closed == n.drawers }},
		{"copies 6", func(c *house.Config) { c.Copies = 6 }, func(n census) bool { return n.copies > 5*n.games }},
	} {
		if n := count(k.change); !k.ok(n) {
			t.Errorf("%s: %+v, against %+v", k.name, n, plain)
		}
	}
}
