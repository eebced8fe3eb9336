package choice

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs"
)

// Choices of a small kitchen.
var (
	goFridge  = &envs.Choice{Action: act("go to fridge 1"), Kind: "go", Ref: "fridge 1"}
	goDesk    = &envs.Choice{Action: act("go to desk 2"), Kind: "go", Ref: "desk 2"}
	openIt    = &envs.Choice{Action: act("open fridge 1"), Kind: "open", Ref: "fridge 1"}
	takeMug   = &envs.Choice{Action: act("take mug 12 from fridge 1"), Kind: "take", Ref: "mug 12", With: "fridge 1", Slot: "hand"}
	coolMug   = &envs.Choice{Action: act("cool mug 12 with fridge 1"), Kind: "cool", Ref: "mug 12", With: "fridge 1"}
	putFridge = &envs.Choice{Action: act("move mug 12 to fridge 1"), Kind: "move", Ref: "mug 12", With: "fridge 1", Slot: "hand"}
	putDesk   = &envs.Choice{Action: act("move mug 12 to desk 2"), Kind: "move", Ref: "mug 12", With: "desk 2", Slot: "hand"}
	look      = &envs.Choice{Action: act("look"), Kind: "look"}
)

// kitchen is an episode: what is seen, and which choice is taken.
var kitchen = []struct {
	o    envs.Observation
	take int
}{
	{envs.Observation{Place: "room", Admissible: []*envs.Choice{goDesk, goFridge, look}}, 1},
	{envs.Observation{Place: "closed", Focus: "fridge 1", Body: "The fridge 1 is closed.", Admissible: []*envs.Choice{goDesk, openIt, look}}, 1},
	{envs.Observation{Place: "open", Focus: "fridge 1", Body: "The fridge 1 is open. In it, you see a mug 12, and a egg 1.", Admissible: []*envs.Choice{goDesk, look, takeMug}}, 2},
	{envs.Observation{Place: "open", Focus: "fridge 1", Body: "The fridge 1 is open. In it, you see a egg 1.", Admissible: []*envs.Choice{coolMug, goDesk, look, putFridge}}, 0},
	{envs.Observation{Place: "open", Focus: "fridge 1", Body: "The fridge 1 is open. In it, you see a egg 1.", Admissible: []*envs.Choice{coolMug, goDesk, look, putFridge}}, 1},
	{envs.Observation{Place: "surface", Focus: "desk 2", Body: "On the desk 2, you see nothing.", Admissible: []*envs.Choice{goFridge, look, putDesk}}, 2},
	{envs.Observation{Place: "surface", Focus: "desk 2", Body: "On the desk 2, you see a mug 12.", Admissible: []*envs.Choice{goFridge, look}}, 0},
}

const kitchenGoal = "put a cool mug in desk."

func newKitchen() *reader {
	r := newReader(kitchenGoal, 50)
	r.named = true
	return r
}

// kitchenRows makes rows of the kitchen, of two goals.
func kitchenRows(n int) []*row {
	var rows []*row
	for len(rows) < n {
		r := newKitchen()
		if len(rows)%2 == 1 {
			r.goal = newGoal("find two mug and put them in fridge", testVocab())
		}
		for _, k := range kitchen {
			o := k.o
			rows = append(rows, r.read(&o))
			r.decided(k.take)
		}
	}
	return rows[:n]
}

func TestClassOf(t *testing.T) {
	for name, want := range map[string]string{
		"mug 2": "mug", "side table 12": "side table", "mug": "", "B07XYZ": "", "B07 7XYZ": "", "12": "", " 12": "", "mug ": "", "": "", "a 1": "a",
	} {
		if got := classOf(name); got != want {
			t.Errorf("class of %q is %q, want %q", name, got, want)
		}
	}
}

func TestJoinPairs(t *testing.T) {
	g := newGoal("put a warm cup, a plate in the coffee machine's tray of 3.5", testVocab())
	before := *g
	g.joinPairs()
	for text, want := range map[string]string{
		"coffeemachine": "coffee machine", "Coffeemachines": "coffee machine", "coffee": "coffee", "cupa": "", "warmcup": "warm cup", "machinetray": "machine tray", "traysof": "", "of3": "",
	} {
		if got := marked(g, newMatch(g, newDoc(text)).findings.words); got != want {
			t.Errorf("%q matches %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"warm cup", "the tray", "plate"} {
		if a, b := newMatch(&before, newDoc(text)), newMatch(g, newDoc(text)); *a != *b {
			t.Errorf("%q: %+v, without pairs %+v", text, b, a)
		}
	}
}

func TestParts(t *testing.T) {
	g := newGoal("put the chairs, a pot and the tissues on a table for keys, in an arm", testVocab())
	g.loosen()
	for text, want := range map[string]string{
		"armchair": "chairs", "armchairs 2": "chairs", "diningtable": "table", "tissuebox": "tissues", "potato": "", "teapot": "pot", "keychain": "", "arm": "arm", "farm": "arm", "a": "a a",
	} {
		if got := marked(g, newMatch(g, newDoc(text)).findings.words); got != want {
			t.Errorf("%q matches %q, want %q", text, got, want)
		}
	}
}

// TestThings follows the kitchen and looks at what the net gets to see.
func TestThings(t *testing.T) {
	r := newKitchen()
	var rows []*row
	for _, k := range kitchen {
		o := k.o
		rows = append(rows, r.read(&o))
		r.decided(k.take)
	}
	type want struct {
		step, choice int
		fact         int
		value        float32
	}
	for _, w := range []want{
		{0, 0, thingFirst, 1}, {0, 0, thingFirstSeen, 0}, {0, 0, thingUnseen, 1}, {0, 2, thingFirst, 0},
		{1, 1, thingFirstSeen, 1}, {1, 1, thingFirstHere, 1}, {1, 1, thingFirstVisits, 1. / 3}, {1, 1, thingFirstAge, 1},
		{2, 2, thingSecond, 1}, {2, 2, thingSecondHere, 1}, {2, 2, thingFirstHeld, 0}, {2, 2, thingFirstTimes, 0},
		{3, 0, thingFirstHeld, 1}, {3, 0, thingFirstTimes, 1. / 3}, {4, 0, thingEver, 1. / 3}, {4, 0, thingRecent, 1},
		{5, 0, thingFirstAge, 0.5}, {5, 0, thingUnseen, 0}, {5, 0, thingEver, 1. / 3}, {5, 0, thingRecent, 0},
		{6, 0, thingFirstVisits, 1. / 3}, {6, 0, thingFirstAge, 1. / 3},
	} {
		if got := rows[w.step].things[w.choice].facts[w.fact]; got != w.value {
			t.Errorf("step %d, choice %d: fact %d is %v, want %v", w.step, w.choice, w.fact, got, w.value)
		}
	}
	names := func(list []*symbol) string {
		var out []string
		for _, k := range list {
			out = append(out, k.name)
		}
		return strings.Join(out, " ")
	}
	for _, w := range []struct{ what, got, want string }{
		{"name of the desk", marked(r.goal, rows[0].things[0].sets[0]), "desk"},
		{"class of the desk", rows[0].things[0].classes[0].name, "desk"},
		{"place of the desk before", rows[0].things[0].places[0].name, ""},
		{"place of the closed fridge", rows[1].things[1].places[0].name, "closed"},
		{"name of what is taken", marked(r.goal, rows[2].things[2].sets[0]), "mug"},
		{"of where from", marked(r.goal, rows[2].things[2].sets[1]), ""},
		{"read there", marked(r.goal, rows[2].things[2].sets[3]), "a mug in"},
		{"read there later", marked(r.goal, rows[5].things[0].sets[2]), "a in"},
		{"deeds before", names(rows[2].things[2].deeds), ""},
		{"deeds then", names(rows[4].things[0].deeds), "take cool"},
		{"in the hand", marked(r.goal, rows[4].hand.sets[0]) + ", " + rows[4].hand.classes[0].name + ", " + rows[4].hand.kind.name, "mug, mug, take"},
		{"done with it", names(rows[5].hand.deeds), "take cool"},
		{"put away", rows[6].hand.kind.name + ", " + names(rows[6].hand.deeds), "move, take cool move"},
		{"all that was done", names(rows[6].hand.done), "go open take cool move"},
		{"focus", marked(r.goal, rows[6].hand.sets[1]) + ", " + rows[6].hand.classes[1].name, "desk, desk"},
	} {
		if w.got != w.want {
			t.Errorf("%s: %q, want %q", w.what, w.got, w.want)
		}
	}
	if diff := cmp.Diff(rows[1].hand.facts[:], []float32{0, 1. / 8, 0.5, 0, 0}, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("facts of step 1: got, want:\n%s", diff)
	}
	for i, x := range rows {
		for j := range x.things {
			for k, f := range x.things[j].facts {
				if f < 0 || f > 1 {
					t.Errorf("step %d, choice %d: fact %d is %v", i, j, k, f)
				}
			}
		}
	}
}

// TestWithoutThings checks that the rest of a row is the same with and without.
func TestWithoutThings(t *testing.T) {
	with, without := newKitchen(), newKitchen()
	without.named = false
	for i, k := range kitchen {
		o := k.o
		a, b := with.read(&o), without.read(&o)
		if b.things != nil || b.hand != nil {
			t.Fatal("things are read where nobody asked")
		}
		if !cmp.Equal(a.facts, b.facts) || a.state != b.state || !cmp.Equal(a.choices, b.choices) || a.masks != b.masks {
			t.Errorf("step %d: the rest differs", i)
		}
		with.decided(k.take)
		without.decided(k.take)
	}
}

// BenchmarkThings measures one decision's features in a house of 30 things.
func BenchmarkThings(b *testing.B) {
	var o envs.Observation
	for _, class := range strings.Fields("desk drawer shelf cabinet countertop bed") {
		for _, n := range strings.Fields("1 2 3 4 5") {
			name := class + " " + n
			o.Admissible = append(o.Admissible, &envs.Choice{Action: act("go to " + name), Kind: "go", Ref: name})
		}
	}
	r := newKitchen()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%30 == 0 {
			r.memory, r.entities = memory{goal: r.goal}, entities{}
		}
		o.Focus = o.Admissible[i%30].Ref
		r.read(&o)
		r.decided(i % 30)
	}
}

// TestThingsSaved checks that a policy that was saved sees things as it did.
func TestThingsSaved(t *testing.T) {
	change := func(c *Config) { c.Things, c.Novelty, c.MinFamilies = true, 1, 1 }
	p := open(t, change)
	tasks := func(yield func(envs.Task, error) bool) { yield(envs.Task{ID: "1", Goal: kitchenGoal}, nil) }
	if err := p.Fit(tasks); err != nil {
		t.Fatal(err)
	}
	rows := func(p *Policy) (out []*row) {
		r := newKitchen()
		r.shared, r.goal = p.shared, p.shared.goals.whole(kitchenGoal, p.vocab)
		for _, k := range kitchen {
			o := k.o
			out = append(out, r.read(&o))
			r.decided(k.take)
		}
		return out
	}
	score := func(p *Policy) []float32 {
		scores, _, err := p.scorer.run(rows(p))
		if err != nil {
			t.Fatal(err)
		}
		return append([]float32(nil), scores...)
	}
	for _, r := range rows(p) {
		p.learnSymbols(r)
	}
	p.version.Store(1)
	shake(t, p, 5)
	dir := t.TempDir()
	if err := p.Save(dir); err != nil {
		t.Fatal(err)
	}
	q := open(t, change)
	if err := q.Load(dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(q.shared.classes.names(), []string{"desk", "fridge", "mug"}); diff != "" {
		t.Errorf("classes: got, want:\n%s", diff)
	}
	if diff := cmp.Diff(score(q), score(p)); diff != "" {
		t.Errorf("scores after loading:\n%s", diff)
	}
	for name, bad := range map[string]func(c *Config){
		"things":  func(*Config) {},
		"classes": func(c *Config) { c.Things, c.Classes = true, 7 },
	} {
		if err := open(t, bad).Load(dir); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("loading with other %s: %v", name, err)
		}
	}
}
