package webshop

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stepgym/internal/python"
)

// titleNouns guesses the nouns of a product name, for catalogues that come
// without them. Names of products are hardly sentences: a tagger calls nearly
// every word in them a noun or a name. So the guess is every word with a
// letter but the closed classes (articles, prepositions, pronouns, auxiliary
// verbs, number words) and adverbs in -ly; of a number with a unit, the unit.
//
// Differs: the original asks a statistical tagger, whose answer changes with
// its version. Catalog.NounsAreData says whether guesses are in use; the tests
// print how often they change a reward.
func titleNouns(title string) []string {
	var list []string
	for _, field := range strings.FieldsFunc(python.Lower(title), python.IsSpace) {
		for field != "" {
			var word string
			word, field = cutWord(field)
			if word = strings.TrimFunc(word, isEdge); word == "" {
				continue
			}
			for _, s := range []string{"'s", "’s"} {
				word = strings.TrimSuffix(word, s)
			}
			if noun := nounOf(word); noun != "" {
				list = append(list, noun)
			}
		}
	}
	return list
}

// cutWord cuts a word at the first hyphen, slash, comma or bracket between two
// letters.
func cutWord(s string) (word, rest string) {
	before := rune(0)
	for i, r := range s {
		if strings.ContainsRune("-/,:~(", r) && unicode.IsLetter(before) {
			n := i + utf8.RuneLen(r)
			if after, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsLetter(after) {
				return s[:i], s[n:]
			}
		}
		before = r
	}
	return s, ""
}

// isEdge reports whether a character is not part of a word at its ends.
func isEdge(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '%' && r != '°'
}

// nounOf returns the noun in a word, or "".
func nounOf(word string) string {
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsNumber(first) {
		unit := strings.TrimLeftFunc(word, func(r rune) bool { return unicode.IsNumber(r) || r == '.' || r == ',' })
		if strings.Contains(unitWords, " "+unit+" ") {
			return unit
		}
		return ""
	}
	if strings.Contains(closedWords, " "+word+" ") || strings.IndexFunc(word, unicode.IsLetter) < 0 {
		return ""
	}
	if strings.HasSuffix(word, "ly") && len(word) > 5 && !strings.Contains(lyNouns, " "+word+" ") {
		return ""
	}
	return word
}

const (
	// unitWords are the units that a tokenizer cuts from a number.
	unitWords = " g mm gb k ft oz cm tb mb m kg % ° "

	// closedWords are words that are no nouns, in product names or elsewhere.
	closedWords = " a an the this that these those some any each every all both no not own other another such " +
		"for with and or but of in on at to by from up out off over under into onto upon about above below between " +
		"through during before after against without within via per as than like near around along across behind " +
		"beside besides beyond toward towards until since while if when where because so though although nor yet " +
		"i me my mine we us our you your yours he him his she her hers it its they them their who whom whose which what " +
		"is are was were be been being am do does did done has have had having can could may might must shall should will would " +
		"made make makes making used includes included including designed comes come get gets got let very too more most less " +
		"least only just also even still already again ever never always often well here there now then not etc " +
		"one two three four five six seven eight nine ten eleven twelve hundred thousand dozen first second third x vs "

	// lyNouns are nouns and adjectives that end like an adverb.
	lyNouns = " family butterfly jelly belly assembly supply multiply friendly firefly dragonfly weekly daily anomaly "
)
