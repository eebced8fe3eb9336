package webshop

import (
	"slices"
	"strings"
)

// colorWords are the words that the original reduces option values to, in the
// order in which it tries them: the alphabetical one. The list was told from
// its results; some, like "stonewash" behind "ash", are never the answer.
const colorWords = "alabaster apricot aqua ash asphalt azure banana beige black blue blush bordeaux bronze " +
	"brown burgundy camel camo caramel champagne charcoal cheetah chestnut chocolate christmas coffee cognac " +
	"copper coral cranberry cream crystal dark denim eggplant elephant espresso fuchsia gold granite grape " +
	"graphite grass gray green grey heather indigo ivory ivy khaki lavender lemon leopard light lilac lime " +
	"magenta maroon mauve merlot midnight mint mocha multicolor mushroom mustard natural navy nude olive orange " +
	"peach pewter pink plum purple rainbow red rose royal rust sand sapphire seashell silver skull slate steel " +
	"stone stonewash sunflower tan taupe teal tiger turquoise violet walnut wheat white wine yellow"

// color is a colour word with the set of its letters.
type color struct {
	word    string
	letters uint32
}

// colors is the list of colour words, made once.
var colors = makeColors()

func makeColors() []color {
	words := strings.Fields(colorWords)
	list := make([]color, len(words))
	for i, w := range words {
		list[i] = color{w, letters(w)}
	}
	return list
}

// letters is the set of the small letters a-z in s, as bits.
func letters(s string) uint32 {
	var set uint32
	for i := range len(s) {
		if c := s[i] - 'a'; c < 26 {
			set |= 1 << c
		}
	}
	return set
}

// normalizeColor returns the first colour word that s contains anywhere, or s.
// It knows no word boundaries: "rectangular" gives "tan".
func normalizeColor(s string) string {
	set := letters(s)
	for i := range colors {
		if c := &colors[i]; c.letters&^set == 0 && strings.Contains(s, c.word) {
			return c.word
		}
	}
	return s
}

// normalizeColorPair does what the original does to the pair (name, value) of a
// synthetic goal: it returns the first colour word that equals one of the two,
// or "" to say that the pair stays a pair.
func normalizeColorPair(name, value string) string {
	n, isName := colorPlace(name)
	v, isValue := colorPlace(value)
	switch {
	case isName && (!isValue || n < v):
		return name
	case isValue:
		return value
	}
	return ""
}

// colorPlace returns the place of a colour word in the list, which is sorted.
func colorPlace(s string) (int, bool) {
	return slices.BinarySearchFunc(colors, s, func(c color, s string) int { return strings.Compare(c.word, s) })
}

// normalizeColorWord is normalizeColor for whole words: a colour word counts
// only if no letter touches it.
func normalizeColorWord(s string) string {
	set := letters(s)
	for i := range colors {
		c := &colors[i]
		if c.letters&^set != 0 {
			continue
		}
		for at := 0; ; {
			j := strings.Index(s[at:], c.word)
			if j < 0 {
				break
			}
			j += at
			end := j + len(c.word)
			if !letterAt(s, j-1) && !letterAt(s, end) {
				return c.word
			}
			at = end
		}
	}
	return s
}

// letterAt reports whether byte i of s is a letter a-z or part of a character
// beyond ASCII. Places outside s are not.
func letterAt(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	return s[i] >= 0x80 || s[i]-'a' < 26
}
