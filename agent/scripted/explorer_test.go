package scripted

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/envs"
)

// kitchen has two drawers and a cabinet beside a countertop, things in and on
// them, a fridge, a microwave, a sink and a lamp.
func kitchen() home {
	put := []string{"mug", "apple", "fork", "book"}
	return home{
		limit: 50,
		recs: []*homeRec{
			{name: "cabinet 1", at: 0, openable: true, holds: put},
			{name: "countertop 1", at: 0, holds: put},
			{name: "drawer 2", at: 1, openable: true, holds: []string{"fork", "book"}},
			{name: "drawer 1", at: 2, openable: true, holds: []string{"fork", "book"}},
			{name: "fridge 1", at: 3, openable: true, holds: []string{"apple", "mug"}},
			{name: "microwave 1", at: 4, openable: true, holds: []string{"apple", "mug"}},
			{name: "sidetable 1", at: 6, holds: put},
			{name: "sinkbasin 1", at: 5, holds: put},
		},
		objects: []*homeObject{
			{name: "apple 1", in: []string{"fridge 1"}},
			{name: "book 1", in: []string{"drawer 1"}},
			{name: "desklamp 1", in: []string{"sidetable 1"}, fixed: true},
			{name: "fork 1", in: []string{"drawer 1"}},
			{name: "fork 2", in: []string{"sinkbasin 1"}},
			{name: "mug 1", in: []string{"cabinet 1"}},
		},
	}
}

// hunch is where things are in other kitchens.
func hunch() map[string]map[string]float64 {
	return map[string]map[string]float64{
		"apple": {"fridge": .6, "countertop": .2}, "book": {"drawer": .1}, "fork": {"drawer": .3, "sinkbasin": .2}, "mug": {"cabinet": .2},
	}
}

func TestExplorer(t *testing.T) {
	for _, tt := range []struct {
		policy, task, kind, object, place string
		want                              string
	}{
		{
			"explorer", "put a mug in sidetable.", "", "mug", "sidetable",
			"go to cabinet 1, open cabinet 1, take mug 1 from cabinet 1, go to sidetable 1, move mug 1 to sidetable 1",
		},
		{
			"explorer+prior", "put some mug on countertop.", "", "mug", "countertop",
			"go to cabinet 1, open cabinet 1, take mug 1 from cabinet 1, move mug 1 to countertop 1",
		},
		{
			"explorer+prior", "clean some fork and put it in sidetable.", "clean", "fork", "sidetable",
			"go to drawer 2, open drawer 2, go to drawer 1, open drawer 1, take fork 1 from drawer 1, go to sinkbasin 1, clean fork 1 with sinkbasin 1, go to sidetable 1, move fork 1 to sidetable 1",
		},
		{
			"explorer+prior", "put a hot apple in microwave.", "heat", "apple", "microwave",
			"go to fridge 1, open fridge 1, take apple 1 from fridge 1, go to microwave 1, heat apple 1 with microwave 1, open microwave 1, move apple 1 to microwave 1",
		},
		{
			"explorer+prior", "cool some apple and put it in countertop.", "cool", "apple", "countertop",
			"go to fridge 1, open fridge 1, take apple 1 from fridge 1, cool apple 1 with fridge 1, go to countertop 1, move apple 1 to countertop 1",
		},
		{
			"explorer+prior", "find two fork and put them in drawer.", "two", "fork", "drawer",
			"go to drawer 2, open drawer 2, go to drawer 1, open drawer 1, go to sinkbasin 1, take fork 2 from sinkbasin 1, go to drawer 1, move fork 2 to drawer 1",
		},
		{
			"explorer+prior", "look at book under the desklamp.", "look", "book", "desklamp",
			"go to drawer 2, open drawer 2, go to drawer 1, open drawer 1, take book 1 from drawer 1, go to cabinet 1, go to fridge 1, go to microwave 1, go to sidetable 1, use desklamp 1",
		},
		{
			"explorer+prior", "Bring me the cup to the little table", "", "mug", "sidetable",
			"go to cabinet 1, open cabinet 1, take mug 1 from cabinet 1, go to sidetable 1, move mug 1 to sidetable 1",
		},
	} {
		h := kitchen()
		h.task, h.kind, h.object, h.place = tt.task, tt.kind, tt.object, tt.place
		p, err := New(tt.policy, Options{Env: households, Prior: hunch()})
		if err != nil {
			t.Fatal(err)
		}
		pl, err := p.Play(envs.Task{ID: "x"}, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		done, won, err := visitHome(pl, h)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(done, ", "); got != tt.want || !won {
			t.Errorf("%s: %s (won: %v)\n got %s\nwant %s", tt.policy, tt.task, won, got, tt.want)
		}
	}
}

// TestExplorerLabels lets somebody else act, who picks up the wrong thing and
// closes what was open.
func TestExplorerLabels(t *testing.T) {
	h := kitchen()
	h.task = "put a clean mug in sidetable."
	p, _ := New("explorer", Options{Env: households})
	pl, err := p.Play(envs.Task{ID: "x", Goal: h.task}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	l, s := pl.(agent.Labeler), h.stay()
	for _, step := range [][2]string{
		{"go to cabinet 1", "go to fridge 1"},
		{"open fridge 1", "open fridge 1"},
		{"go to cabinet 1", "take apple 1 from fridge 1"},
		{"move apple 1 to fridge 1", "close fridge 1"},
		{"open fridge 1", "go to cabinet 1"},
		{"move apple 1 to countertop 1", "open cabinet 1"},
		{"move apple 1 to cabinet 1", "move apple 1 to cabinet 1"},
		{"take mug 1 from cabinet 1", "take mug 1 from cabinet 1"},
		{"go to sinkbasin 1", "nonsense"},
		{"go to sinkbasin 1", "go to sinkbasin 1"},
		{"clean mug 1 with sinkbasin 1", "clean mug 1 with sinkbasin 1"},
		{"go to sidetable 1", "go to sidetable 1"},
	} {
		good, err := l.Label(s.Observation())
		if err != nil {
			t.Fatal(err)
		}
		if good[0].Text != step[0] {
			t.Errorf("turn %d: %s, want %s", s.turns, good[0].Text, step[0])
		}
		a := envs.Action{Text: step[1]}
		l.Follow(a)
		s.step(a)
	}
}

// TestExplorerGoesOn plays homes in which the task cannot be done, or makes no
// sense: it must always find something to do.
func TestExplorerGoesOn(t *testing.T) {
	for _, task := range []string{
		"put a unicorn in sidetable.", "put a mug in attic.", "look at fork under the floorlamp.", "put two book in drawer.", "put a fork in fridge.",
		"clean some desklamp and put it in drawer.", "", "Do what you like", "Throw the mug away", "Chill the bread", "put a cool fork in cabinet.",
	} {
		for _, name := range []string{"explorer", "explorer+prior"} {
			h := kitchen()
			h.task, h.object, h.place = task, "nothing", "nowhere"
			h.recs[4].holds = nil
			p, _ := New(name, Options{Env: households, Prior: hunch()})
			pl, err := p.Play(envs.Task{ID: "x", Goal: task}, 1, false)
			if err != nil {
				t.Fatal(err)
			}
			if done, _, err := visitHome(pl, h); err != nil || len(done) != h.limit {
				t.Errorf("%s, %q: %d actions, %v", name, task, len(done), err)
			}
		}
	}
}

func TestParseErrand(t *testing.T) {
	rooms := []string{"cabinet", "coffeetable", "countertop", "drawer", "fridge", "garbagecan", "sidetable", "sinkbasin", "stoveburner"}
	one := func(s string) []string { return []string{s} }
	for goal, want := range map[string]errand{
		"put a mug in coffeemachine.":                                            {objects: one("mug"), places: one("coffeemachine")},
		"put some keychain on armchair":                                          {objects: one("keychain"), places: one("armchair")},
		"put a clean fork in drawer.":                                            {treat: "clean", objects: one("fork"), places: one("drawer")},
		"clean some fork and put it in drawer.":                                  {treat: "clean", objects: one("fork"), places: one("drawer")},
		"put a hot mug in shelf.":                                                {treat: "heat", objects: one("mug"), places: one("shelf")},
		"heat some mug and put it in shelf.":                                     {treat: "heat", objects: one("mug"), places: one("shelf")},
		"put a cool pan in desk.":                                                {treat: "cool", objects: one("pan"), places: one("desk")},
		"cool some pan and put it in desk.":                                      {treat: "cool", objects: one("pan"), places: one("desk")},
		"put two cd in safe.":                                                    {two: true, objects: one("cd"), places: one("safe")},
		"find two cd and put them in safe.":                                      {two: true, objects: one("cd"), places: one("safe")},
		"look at cd under the desklamp.":                                         {look: true, objects: one("cd"), places: one("desklamp")},
		"examine the cd with the floorlamp.":                                     {look: true, objects: one("cd"), places: one("floorlamp")},
		"Wash a fork, put it in the top drawer":                                  {treat: "clean", objects: one("fork"), places: one("drawer")},
		"Put the kettle on the stove by the sink":                                {objects: one("kettle"), places: one("stoveburner")},
		"Move the bread from the fridge to the counter next to the coffee table": {objects: one("bread"), places: one("countertop")},
		"Put the knives in a drawer.":                                            {two: true, objects: []string{"knife", "butterknife"}, places: one("drawer")},
		"Examine a book by the light of a lamp":                                  {look: true, objects: one("book"), places: []string{"desklamp", "floorlamp"}},
		"Place a chilled tomato on the small table":                              {treat: "cool", objects: one("tomato"), places: []string{"coffeetable", "sidetable"}},
		"throw away the egg":                                                     {objects: one("egg"), places: one("garbagecan")},
		"":                                                                       {},
	} {
		if d := cmp.Diff(parseErrand(goal, rooms), want, cmp.AllowUnexported(errand{})); d != "" {
			t.Errorf("%q: (-got +want)\n%s", goal, d)
		}
	}
}

// hints is an episode that hints at what it is told to.
type hints struct {
	way []envs.Action
	err error
}

func (h *hints) Hint(context.Context) ([]envs.Action, error) { return h.way, h.err }

// manyHints knows several ways.
type manyHints struct{ hints }

func (h *manyHints) FirstHints(context.Context) ([]envs.Action, error) { return h.way, h.err }

func TestHinted(t *testing.T) {
	p, err := New("expert", Options{Env: households})
	if err != nil {
		t.Fatal(err)
	}
	start := func() agent.Labeler {
		pl, err := p.Play(envs.Task{}, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		return pl.(agent.Labeler)
	}
	if _, err := start().Act(t.Context(), envs.Observation{}); !errors.Is(err, errNoHinter) {
		t.Errorf("without hints: %v", err)
	}
	h := &hints{way: []envs.Action{{Text: "a"}, {Text: "b"}}}
	pl := start()
	pl.(agent.Hinted).TakeHints(h)
	if d, err := pl.Act(t.Context(), envs.Observation{}); err != nil || d.Action.Text != "a" {
		t.Errorf("got %v, %v", d.Action, err)
	}
	h.way = h.way[1:]
	if good, err := pl.Label(envs.Observation{}); err != nil || len(good) != 1 || good[0].Text != "b" {
		t.Errorf("got %v, %v", good, err)
	}
	many := start()
	many.(agent.Hinted).TakeHints(&manyHints{hints{way: []envs.Action{{Text: "b"}, {Text: "c"}}}})
	if good, err := many.Label(envs.Observation{}); err != nil || len(good) != 2 || good[1].Text != "c" {
		t.Errorf("got %v, %v", good, err)
	}
	h.way = nil
	if _, err := pl.Label(envs.Observation{}); err == nil {
		t.Error("no error for an empty hint")
	}
	h.err = envs.ErrNoHint
	if _, err := pl.Label(envs.Observation{}); !errors.Is(err, envs.ErrNoHint) {
		t.Errorf("got %v, want ErrNoHint", err)
	}
}

func FuzzErrand(f *testing.F) {
	f.Add("put a mug in desk.", "desk")
	f.Add("two \xff in in on of top of", "")
	f.Fuzz(func(t *testing.T, goal, room string) {
		for _, class := range parseErrand(goal, []string{room}).places {
			if class == "" && room != "" {
				t.Errorf("%q: a place without a name", goal)
			}
		}
		for _, name := range listed(goal) {
			if len(classOf(name)) > len(name) {
				t.Errorf("%q: the class of %q is longer", goal, name)
			}
		}
	})
}
