package scripted

import (
	"regexp"
	"slices"
	"strings"
)

// Kinds of choices that households offer, as far as explorers know them.
const (
	kindGo      = "go"
	kindTake    = "take"
	kindMove    = "move"
	kindPut     = "put" // how an older vintage calls it
	kindExamine = "examine"
	kindUse     = "use"
	kindClose   = "close"
	kindClean   = "clean"
	kindHeat    = "heat"
	kindCool    = "cool"
)

// errand is what is asked for in a household: to put an object somewhere,
// treated in a way if treat is set, or two of them; or to look at one under a
// lamp.
type errand struct {
	two, look bool
	treat     string   // kindClean, kindHeat or kindCool
	objects   []string // classes; any of them will do
	places    []string // classes of the receptacle, or of the lamp
}

// clear reports whether the errand says what to look for and where to put it.
func (e *errand) clear() bool { return len(e.objects) > 0 && len(e.places) > 0 }

// Sentences that the tasks are made of. The groups are how, what and where.
var (
	putSentence   = regexp.MustCompile(`^put (?:a|an|some) (?:(clean|hot|cool) )?(\S+) (?:in|on) (\S+)$`)
	treatSentence = regexp.MustCompile(`^(clean|heat|cool) some (\S+) and put it in (\S+)$`)
	twoSentence   = regexp.MustCompile(`^(?:put|find) two (\S+) (?:and put them )?in (\S+)$`)
	lookSentence  = regexp.MustCompile(`^(?:look at|examine the) (\S+) (?:under|with) the (\S+)$`)
)

// parseErrand reads what is asked for. A sentence of a person's own is searched
// for words that name things; rooms has the classes of receptacles there are.
func parseErrand(goal string, rooms []string) errand {
	text := strings.TrimSuffix(strings.TrimSpace(strings.ToLower(goal)), ".")
	kinds := map[string]string{"clean": kindClean, "hot": kindHeat, "heat": kindHeat, "cool": kindCool}
	for _, pattern := range []*regexp.Regexp{putSentence, treatSentence} {
		if m := pattern.FindStringSubmatch(text); m != nil {
			return errand{treat: kinds[m[1]], objects: m[2:3], places: m[3:4]}
		}
	}
	if m := twoSentence.FindStringSubmatch(text); m != nil {
		return errand{two: true, objects: m[1:2], places: m[2:3]}
	}
	if m := lookSentence.FindStringSubmatch(text); m != nil {
		return errand{look: true, objects: m[1:2], places: m[2:3]}
	}
	return guessErrand(text, rooms)
}

// guessErrand guesses what a person means: the first words that name an object,
// the receptacle that something is put in or on, and what sounds like a
// treatment.
func guessErrand(text string, rooms []string) errand {
	words := strings.FieldsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	var e errand
	objects := mentions(objectWords(), words)
	object := mention{at: -1}
	if len(objects) > 0 {
		object = objects[0]
		e.objects = object.classes
	}
	e.places = destination(words, object, rooms)
	for i, w := range words {
		inside := i >= object.at && i < object.at+object.n
		if slices.Contains([]string{"two", "both", "pair", "couple", "2"}, w) || inside && plural(w) {
			e.two = true
		}
		if kind := treatment(w); kind != "" && e.treat == "" && !inside {
			e.treat = kind
		}
	}
	if lamps := lampsIn(words); len(lamps) > 0 && !e.two && e.treat == "" {
		e.look, e.places = true, lamps
	}
	if e.treat != "" {
		e.two = false
	}
	return e
}

// mention is a place in a text where a thing is named.
type mention struct {
	at, n   int // the first word and the number of words
	classes []string
}

// mentions finds what words name, from the left, the longest phrases first.
func mentions(phrases map[string][]string, words []string) []mention {
	var out []mention
	for i := 0; i < len(words); {
		classes, n := thingAt(phrases, words[i:])
		if n > 0 {
			out = append(out, mention{i, n, classes})
		}
		i += max(1, n)
	}
	return out
}

// destination returns the classes of receptacles, of those in the rooms, that
// an object is to be put in or on: the last ones of which this is said, or else
// the last ones that are named.
func destination(words []string, object mention, rooms []string) []string {
	phrases := placeWords()
	for _, c := range rooms {
		if phrases[c] == nil {
			phrases[c] = []string{c}
		}
	}
	var best []string
	sure := false
	for _, m := range mentions(phrases, words) {
		if object.at >= 0 && m.at < object.at+object.n && m.at+m.n > object.at {
			continue
		}
		classes := slices.DeleteFunc(slices.Clone(m.classes), func(c string) bool { return !slices.Contains(rooms, c) })
		if into := putInto(words[:m.at]); len(classes) > 0 && (into || !sure) {
			best, sure = classes, into
		}
	}
	if best == nil && slices.ContainsFunc(words, func(w string) bool { return slices.Contains([]string{"throw", "toss", "discard", "dispose"}, w) }) {
		best = []string{"garbagecan"}
	}
	return best
}

// putInto reports whether what comes after words is something to put a thing
// into, and not something to find it by.
func putInto(words []string) bool {
	for i := len(words) - 1; i >= max(0, len(words)-5); i-- {
		switch words[i] {
		case "in", "on", "into", "onto", "inside", "upon":
			return true
		case "to":
			return i == 0 || words[i-1] != "next" && words[i-1] != "close"
		case "of":
			return i > 0 && words[i-1] == "top"
		case "from", "under", "underneath", "beneath", "below", "above", "over", "by", "near", "beside", "behind", "with", "where", "at", "off", "and", "across":
			return false
		}
	}
	return false
}

// treatment tells whether a word speaks of cleaning, heating or cooling.
func treatment(word string) string {
	for _, t := range []struct {
		kind  string
		stems []string
	}{
		{kindClean, []string{"clean", "wash", "rins", "wet", "soak", "fill"}},
		{kindHeat, []string{"heat", "hot", "warm", "cook", "microwav", "bak", "boil"}},
		{kindCool, []string{"cool", "cold", "chill", "refrigerat", "froz", "freez"}},
	} {
		for _, s := range t.stems {
			if strings.HasPrefix(word, s) {
				return t.kind
			}
		}
	}
	return ""
}

// lampsIn returns the classes of lamps that words speak of.
func lampsIn(words []string) []string {
	for i, w := range words {
		if w == "lamp" || w == "lamps" || w == "light" || w == "lights" || w == "desklamp" || w == "floorlamp" || w == "lamplight" {
			if w == "floorlamp" || i > 0 && (words[i-1] == "floor" || words[i-1] == "standing" || words[i-1] == "tall") {
				return []string{"floorlamp", "desklamp"}
			}
			return []string{"desklamp", "floorlamp"}
		}
	}
	return nil
}

// plural tells whether a word of a thing may mean several.
func plural(word string) bool {
	return strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && word != "keys" && word != "glasses"
}

// thingAt returns the classes that the longest phrase at the beginning of words
// names, and the number of its words; 0 if there is none.
func thingAt(phrases map[string][]string, words []string) (classes []string, n int) {
	for k := min(4, len(words)); k > 0; k-- {
		for _, joined := range forms(strings.Join(words[:k], "")) {
			if c, ok := phrases[joined]; ok {
				return c, k
			}
		}
	}
	return nil, 0
}

// forms returns a word and what it may be a plural of.
func forms(word string) []string {
	out := []string{word}
	if w, ok := strings.CutSuffix(word, "s"); ok {
		out = append(out, w)
	}
	if w, ok := strings.CutSuffix(word, "es"); ok {
		out = append(out, w)
	}
	if w, ok := strings.CutSuffix(word, "ves"); ok {
		out = append(out, w+"fe", w+"f")
	}
	return out
}
