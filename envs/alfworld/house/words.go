package house

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// words finds the words for a task.
type words struct {
	g      *Generator
	family family
	rng    *rand.Rand
}

// sentence returns one of the two sentences that the original has for the type
// of task. The names of classes are in lower case, in one word.
func (w *words) sentence() string {
	o := strings.ToLower(w.g.object(w.family).class)
	r := strings.ToLower(w.g.target(w.family))
	l := strings.ToLower(lamp)
	forms := [kinds][2]string{
		pickAndPlace:  {"put a " + o + " in " + r + ".", "put some " + o + " on " + r + "."},
		lookInLight:   {"look at " + o + " under the " + l + ".", "examine the " + o + " with the " + l + "."},
		cleanAndPlace: {"put a clean " + o + " in " + r + ".", "clean some " + o + " and put it in " + r + "."},
		heatAndPlace:  {"put a hot " + o + " in " + r + ".", "heat some " + o + " and put it in " + r + "."},
		coolAndPlace:  {"put a cool " + o + " in " + r + ".", "cool some " + o + " and put it in " + r + "."},
		pickTwo:       {"put two " + o + " in " + r + ".", "find two " + o + " and put them in " + r + "."},
	}
	return pick(w.rng, forms[w.family.kind][:])
}

// people returns n different ways in which people might ask for the task.
func (w *words) people(n int) []string {
	forms := slices.Clone(phrases(w.family.kind))
	w.rng.Shuffle(len(forms), func(i, j int) { forms[i], forms[j] = forms[j], forms[i] })
	var out []string
	for _, form := range forms[:min(n, len(forms))] {
		out = append(out, w.fill(form))
	}
	return out
}

// fill puts the nouns into a phrase: OBJ the thing, A_OBJ the thing with its
// article, OBJS two of it, REC the receptacle, IN the preposition that suits it.
func (w *words) fill(form string) string {
	t := w.g.object(w.family)
	noun := pick(w.rng, t.nouns())
	place, in := placeWords(w.g.target(w.family))
	s := strings.NewReplacer(
		"A_OBJ", article(noun), "OBJS", plural(noun), "OBJ", noun, "REC", place, "IN", in,
		"PUT", pick(w.rng, []string{"put", "place", "set", "leave"}),
		"TAKE", pick(w.rng, []string{"take", "bring", "move", "carry"}),
		"LAMP", pick(w.rng, []string{"the desk lamp", "the lamp", "a lamp", "the light"}),
	).Replace(form)
	if yes(w.rng, 70) {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if yes(w.rng, 60) {
		s += "."
	}
	return s
}

// phrases returns how people ask for a type of task.
func phrases(k kind) []string {
	switch k {
	case pickAndPlace:
		return []string{
			"PUT A_OBJ IN the REC", "TAKE A_OBJ to the REC", "find A_OBJ and PUT it IN the REC",
			"I want A_OBJ IN the REC", "there should be A_OBJ IN the REC", "get A_OBJ, then PUT it IN the REC",
		}
	case lookInLight:
		return []string{
			"look at A_OBJ by the light of LAMP", "switch on LAMP with A_OBJ in your hand", "hold A_OBJ and turn LAMP on",
			"examine A_OBJ under LAMP", "pick up A_OBJ and turn on LAMP", "inspect A_OBJ next to LAMP, lit",
		}
	case cleanAndPlace:
		return []string{
			"PUT a washed OBJ IN the REC", "wash A_OBJ and PUT it IN the REC", "rinse A_OBJ, then TAKE it to the REC",
			"clean A_OBJ at the sink and PUT it IN the REC", "there should be a clean OBJ IN the REC", "PUT a rinsed OBJ IN the REC",
		}
	case heatAndPlace:
		return []string{
			"PUT a warm OBJ IN the REC", "heat A_OBJ and PUT it IN the REC", "warm up A_OBJ, then TAKE it to the REC",
			"microwave A_OBJ and PUT it IN the REC", "there should be a heated OBJ IN the REC", "PUT a microwaved OBJ IN the REC",
		}
	case coolAndPlace:
		return []string{
			"PUT a chilled OBJ IN the REC", "chill A_OBJ and PUT it IN the REC", "cool A_OBJ in the fridge, then TAKE it to the REC",
			"PUT a cold OBJ IN the REC", "there should be a cold OBJ IN the REC", "make A_OBJ cold and PUT it IN the REC",
		}
	}
	return []string{
		"PUT two OBJS IN the REC", "TAKE two OBJS to the REC", "find two OBJS and PUT both IN the REC",
		"there should be two OBJS IN the REC", "PUT a pair of OBJS IN the REC", "gather two OBJS IN the REC",
	}
}

// nouns returns the words for a thing.
func (t *thing) nouns() []string {
	if other, ok := map[string]string{
		"AlarmClock": "clock", "Book": "novel", "ButterKnife": "table knife", "CellPhone": "cell phone", "Cloth": "rag", "Cup": "glass",
		"DishSponge": "dish sponge", "Glassbottle": "bottle", "Knife": "kitchen knife", "Laptop": "computer", "Mug": "coffee cup",
		"Newspaper": "paper", "Pan": "frying pan", "Pillow": "cushion", "RemoteControl": "remote control", "SprayBottle": "spray",
		"Statue": "figurine", "Watch": "wristwatch", "WineBottle": "bottle of wine",
	}[t.class]; ok {
		return []string{t.noun, t.noun, other}
	}
	return []string{t.noun}
}

// article returns the noun with "a" or "an".
func article(noun string) string {
	if strings.Contains("aeiou", strings.ToLower(noun[:1])) {
		return "an " + noun
	}
	return "a " + noun
}

// plural returns the word for two of them.
func plural(noun string) string {
	if first, rest, ok := strings.Cut(noun, " of "); ok {
		return plural(first) + " of " + rest
	}
	for _, end := range [][2]string{{"knife", "knives"}, {"loaf", "loaves"}, {"ch", "ches"}, {"sh", "shes"}, {"x", "xes"}, {"ss", "sses"}, {"ato", "atoes"}} {
		if stem, ok := strings.CutSuffix(noun, end[0]); ok {
			return stem + end[1]
		}
	}
	return noun + "s"
}

// placeWords returns the words for a class of receptacles, and whether things are
// in or on them; "" for an unknown class.
func placeWords(class string) (noun, in string) {
	p := map[string][2]string{
		"ArmChair": {"armchair", "on"}, "BathtubBasin": {"bathtub", "in"}, "Bed": {"bed", "on"}, "Cabinet": {"cabinet", "in"},
		"Cart": {"cart", "on"}, "CoffeeMachine": {"coffee maker", "in"}, "CoffeeTable": {"coffee table", "on"}, "CounterTop": {"counter", "on"},
		"Desk": {"desk", "on"}, "DiningTable": {"table", "on"}, "Drawer": {"drawer", "in"}, "Dresser": {"dresser", "on"}, "Fridge": {"fridge", "in"},
		"GarbageCan": {"trash can", "in"}, "HandTowelHolder": {"small towel rack", "on"}, "LaundryHamper": {"laundry basket", "in"},
		"Microwave": {"microwave", "in"}, "Ottoman": {"footrest", "on"}, "Safe": {"safe", "in"}, "Shelf": {"shelf", "on"},
		"SideTable": {"side table", "on"}, "SinkBasin": {"sink", "in"}, "Sofa": {"couch", "on"}, "StoveBurner": {"stove", "on"},
		"TVStand": {"TV stand", "on"}, "Toaster": {"toaster", "in"}, "Toilet": {"toilet", "on"}, "ToiletPaperHanger": {"toilet paper holder", "on"},
		"TowelHolder": {"towel rack", "on"},
	}[class]
	return p[0], p[1]
}
