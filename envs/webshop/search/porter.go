package search

// stem returns the stem of a lower-case word by the algorithm of M. F. Porter,
// "An algorithm for suffix stripping" (Program 14, 1980), with the changes of
// his later programs that Lucene has too: "bli" where the paper has "abli",
// "logi" to "log", and words of one or two letters left alone. Everything
// that is not a vowel counts as a consonant, digits included.
//
// The word is a slice of ASCII bytes or of UTF-16 code units and is modified in
// place; it may grow by one unit, for which its array should have room.
func stem[T byte | uint16](word []T) []T {
	if len(word) < 3 {
		return word
	}
	w := porter[T]{b: word}
	w.plural()
	w.past()
	w.finalY()
	w.doubleSuffix()
	w.singleSuffix()
	w.removeSuffix()
	w.finalE()
	return w.b
}

// porter is a word being stemmed.
type porter[T byte | uint16] struct {
	b   []T
	end int // length of the stem before the suffix that ends last found
}

// vowel reports whether unit i is a vowel: a, e, i, o, u, or y after a
// consonant.
func (w *porter[T]) vowel(i int) bool {
	switch w.b[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	case 'y':
		return i > 0 && !w.vowel(i-1)
	}
	return false
}

// measure returns m of the first n units: how often a consonant follows a vowel.
func (w *porter[T]) measure(n int) int {
	m, before := 0, false
	for i := range n {
		// As vowel, with what is known of the unit before: a long row of
		// y must not cost its square.
		now := false
		switch w.b[i] {
		case 'a', 'e', 'i', 'o', 'u':
			now = true
		case 'y':
			now = i > 0 && !before
		}
		if before && !now {
			m++
		}
		before = now
	}
	return m
}

// hasVowel reports whether the first n units have a vowel.
func (w *porter[T]) hasVowel(n int) bool {
	for i := range n {
		switch w.b[i] {
		case 'a', 'e', 'i', 'o', 'u':
			return true
		case 'y':
			if i > 0 { // what stands before is no vowel
				return true
			}
		}
	}
	return false
}

// double reports whether the first n units end in a doubled consonant.
func (w *porter[T]) double(n int) bool {
	return n >= 2 && w.b[n-1] == w.b[n-2] && !w.vowel(n-1)
}

// short reports whether the first n units end in consonant, vowel, consonant,
// the last not w, x or y: the shape that wants an e restored (hop-e).
func (w *porter[T]) short(n int) bool {
	if n < 3 || w.vowel(n-1) || !w.vowel(n-2) || w.vowel(n-3) {
		return false
	}
	c := w.b[n-1]
	return c != 'w' && c != 'x' && c != 'y'
}

// ends reports whether the word ends in suffix, and remembers what is before.
func (w *porter[T]) ends(suffix string) bool {
	at := len(w.b) - len(suffix)
	if at < 0 {
		return false
	}
	for i := range len(suffix) {
		if w.b[at+i] != T(suffix[i]) {
			return false
		}
	}
	w.end = at
	return true
}

// set replaces the suffix found last.
func (w *porter[T]) set(suffix string) {
	w.b = w.b[:w.end]
	for i := range len(suffix) {
		w.b = append(w.b, T(suffix[i]))
	}
}

// plural is step 1a: caresses, ponies, cats.
func (w *porter[T]) plural() {
	n := len(w.b)
	switch {
	case w.b[n-1] != 's':
	case w.ends("sses"):
		w.b = w.b[:n-2]
	case w.ends("ies"):
		w.set("i")
	case w.b[n-2] != 's':
		w.b = w.b[:n-1]
	}
}

// past is step 1b: agreed, plastered, motoring.
func (w *porter[T]) past() {
	if w.ends("eed") {
		if w.measure(w.end) > 0 {
			w.b = w.b[:len(w.b)-1]
		}
		return
	}
	if !w.ends("ed") && !w.ends("ing") || !w.hasVowel(w.end) {
		return
	}
	w.b = w.b[:w.end]
	n := len(w.b)
	switch {
	case w.ends("at"), w.ends("bl"), w.ends("iz"):
		w.b = append(w.b, 'e')
	case w.double(n):
		if c := w.b[n-1]; c != 'l' && c != 's' && c != 'z' {
			w.b = w.b[:n-1]
		}
	case w.measure(n) == 1 && w.short(n):
		w.b = append(w.b, 'e')
	}
}

// finalY is step 1c: happy becomes happi.
func (w *porter[T]) finalY() {
	if w.ends("y") && w.hasVowel(w.end) {
		w.b[w.end] = 'i'
	}
}

// rule replaces one suffix by another.
type rule struct{ from, to string }

// doubleRules are step 2, by the last letter but one.
var doubleRules = ['z' + 1][]rule{
	'a': {{"ational", "ate"}, {"tional", "tion"}},
	'c': {{"enci", "ence"}, {"anci", "ance"}},
	'e': {{"izer", "ize"}},
	'l': {{"bli", "ble"}, {"alli", "al"}, {"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}},
	'o': {{"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}},
	's': {{"alism", "al"}, {"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"}},
	't': {{"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"}},
	'g': {{"logi", "log"}},
}

// singleRules are step 3, by the last letter.
var singleRules = ['z' + 1][]rule{
	'e': {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}},
	'i': {{"iciti", "ic"}},
	'l': {{"ical", "ic"}, {"ful", ""}},
	's': {{"ness", ""}},
}

// removeRules are the suffixes of step 4, by the last letter but one; "ion" has
// a condition of its own.
var removeRules = ['z' + 1][]string{
	'a': {"al"},
	'c': {"ance", "ence"},
	'e': {"er"},
	'i': {"ic"},
	'l': {"able", "ible"},
	'n': {"ant", "ement", "ment", "ent"},
	'o': {"ion", "ou"},
	's': {"ism"},
	't': {"ate", "iti"},
	'u': {"ous"},
	'v': {"ive"},
	'z': {"ize"},
}

// doubleSuffix is step 2: relational, conditional, digitizer.
func (w *porter[T]) doubleSuffix() {
	if n := len(w.b); n >= 2 && w.b[n-2] <= 'z' {
		w.apply(doubleRules[w.b[n-2]])
	}
}

// singleSuffix is step 3: triplicate, hopeful, goodness.
func (w *porter[T]) singleSuffix() {
	if c := w.b[len(w.b)-1]; c <= 'z' {
		w.apply(singleRules[c])
	}
}

// apply applies the first rule that fits, if it leaves a stem that is long
// enough.
func (w *porter[T]) apply(rules []rule) {
	for _, r := range rules {
		if w.ends(r.from) {
			if w.measure(w.end) > 0 {
				w.set(r.to)
			}
			return
		}
	}
}

// removeSuffix is step 4: revival, allowance, adjustment.
func (w *porter[T]) removeSuffix() {
	n := len(w.b)
	if n < 2 || w.b[n-2] > 'z' {
		return
	}
	for _, suffix := range removeRules[w.b[n-2]] {
		if !w.ends(suffix) {
			continue
		}
		if suffix == "ion" && (w.end == 0 || w.b[w.end-1] != 's' && w.b[w.end-1] != 't') {
			continue
		}
		if w.measure(w.end) > 1 {
			w.b = w.b[:w.end]
		}
		return
	}
}

// finalE is step 5: probate, controll.
func (w *porter[T]) finalE() {
	n := len(w.b)
	m := w.measure(n)
	if w.b[n-1] == 'e' && (m > 1 || m == 1 && !w.short(n-1)) {
		n--
	}
	if w.b[n-1] == 'l' && w.double(n) && m > 1 {
		n--
	}
	w.b = w.b[:n]
}
