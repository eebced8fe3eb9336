package alfworld

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

// verbs are the words for the kinds of commands, in the friendly variant.
var verbs = sync.OnceValue(func() map[string]string {
	table := map[string]string{}
	for kind, words := range map[string]string{
		"go":        "go to,go,goto,walk to,walk,head to,move to,return to,approach",
		"open":      "open,open up",
		"close":     "close,shut",
		"take":      "take,get,grab,pick up,pick,fetch,collect,remove",
		"move":      "move,put,put down,place,drop,set,lay,insert,return",
		"use":       "use,turn on,switch on,toggle,light,activate",
		"heat":      "heat,heat up,warm,warm up,microwave",
		"clean":     "clean,wash,rinse",
		"cool":      "cool,cool down,chill,refrigerate",
		"slice":     "slice,cut,cut up",
		"examine":   "examine,inspect,look at,look in,look inside,check,study,read,x",
		"look":      "look,look around,l",
		"inventory": "inventory,inv,i,check inventory,what am i carrying",
		"help":      "help,?,commands",
	} {
		for w := range strings.SplitSeq(words, ",") {
			table[w] = kind
		}
	}
	return table
})

// Words that may stand anywhere and say nothing more than the order of things.
const fillers = " a an the some this that my to in on into onto from off out of with using at inside up down and then please over it's its "

// speech is what a game's own names make of words.
type speech struct {
	verbs   map[string]string
	classes map[string][]int // entities by class
	names   map[string]int
	things  []thing
	at      map[int][]int // receptacles by location
}

// thing is an entity that can be named.
type thing struct{ name, class string }

func newSpeech(h *home) *speech {
	sp := &speech{verbs: verbs(), classes: map[string][]int{}, names: map[string]int{}, at: map[int][]int{}}
	for i, e := range h.game.Entities() {
		sp.things = append(sp.things, thing{e.Name, e.Class})
		if e.Number > 0 {
			sp.classes[e.Class] = append(sp.classes[e.Class], i)
			sp.names[e.Name] = i
		}
	}
	h.game.Start().Each("receptacleatlocation", func(args []int) bool {
		sp.at[args[1]] = append(sp.at[args[1]], args[0])
		return true
	})
	return sp
}

// request is a command as it was understood.
type request struct {
	kind          string
	first, second mention
	verb          string // the words that were not understood in place of a verb
	unknown       string // a word that was not understood
}

// mention is a thing as a command names it: "mug 2", or "mug" for any of them.
type mention struct {
	class  string // "" if nothing is named
	number int    // 0 if it was left out
}

// fits reports whether the thing with this name may be meant. No mention fits
// all.
func (m mention) fits(name string) bool {
	if m.class == "" {
		return true
	}
	if m.number > 0 {
		return name == m.String()
	}
	rest, ok := strings.CutPrefix(name, m.class+" ")
	return ok && strings.Trim(rest, "0123456789") == ""
}

// String returns "mug 2" or "mug".
func (m mention) String() string {
	if m.number == 0 {
		return m.class
	}
	return m.class + " " + strconv.Itoa(m.number)
}

// longest bounds a command that is looked at, in words.
const longest = 40

// parse makes a request of a command.
func (sp *speech) parse(text string) request {
	words := split(text)
	if len(words) > longest {
		words = words[:longest]
	}
	var r request
	r.kind, words, r.verb = sp.verb(words)
	for len(words) > 0 {
		m, n := sp.mention(words)
		switch {
		case n == 0 && strings.Contains(fillers, " "+words[0]+" "):
			words = words[1:]
			continue
		case n == 0:
			if r.unknown == "" {
				r.unknown = words[0]
			}
			words = words[1:]
			continue
		case r.first.class == "":
			r.first = m
		case r.second.class == "":
			r.second = m
		default:
			r.unknown = m.String()
		}
		words = words[n:]
	}
	if r.kind == "go" && r.second.class != "" { // "move to", of a thing
		r.kind = "move"
	}
	return r
}

// verb takes the longest verb off the front.
func (sp *speech) verb(words []string) (kind string, rest []string, unknown string) {
	for len(words) > 0 && (words[0] == "please" || words[0] == "then" || words[0] == "i" && len(words) > 1) {
		words = words[1:]
	}
	for n := min(4, len(words)); n > 0; n-- {
		if kind := sp.verbs[strings.Join(words[:n], " ")]; kind != "" {
			return kind, words[n:], ""
		}
	}
	if len(words) == 0 {
		return "", nil, ""
	}
	return "", words[1:], words[0]
}

// mention reads a thing off the front: a class, perhaps in several words
// ("garbage can"), and perhaps a number. n is the number of words, 0 if there
// is no such class.
func (sp *speech) mention(words []string) (m mention, n int) {
	for k := min(3, len(words)); k > 0; k-- {
		class := strings.Join(words[:k], "")
		if sp.classes[class] == nil {
			continue
		}
		m.class, n = class, k
		if k < len(words) {
			if number, err := strconv.Atoi(words[k]); err == nil && number > 0 {
				m.number, n = number, k+1
			}
		}
		return m, n
	}
	return m, 0
}

// split returns the words of a command in lower case: letters, or digits.
func split(text string) []string {
	var words []string
	start, kind := -1, 0
	class := func(r rune) int {
		switch {
		case unicode.IsDigit(r):
			return 2
		case unicode.IsLetter(r) || r == '\'' || r == '?':
			return 1
		}
		return 0
	}
	text = strings.ToLower(text)
	for i, r := range text {
		if c := class(r); c != kind {
			if kind != 0 {
				words = append(words, text[start:i])
			}
			start, kind = i, c
		}
	}
	if kind != 0 {
		words = append(words, text[start:])
	}
	return slices.DeleteFunc(words, func(w string) bool { return w == "" })
}
