package bfcl

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

// origin is the way in which a clue was met.
type origin uint8

// Origins, from what is said most plainly to what is guessed.
const (
	fromEnum origin = iota
	fromQuote
	fromFile
	fromID
	fromNumber
	fromDate
	fromName
	fromWord
	fromPhrase
	fromResult
	fromPart
	fromKey
	fromEarlier
	fromList
	fromNothing
	numOrigins
)

// name returns the origin in words.
func (o origin) name() string {
	return [numOrigins]string{
		"listed", "quoted", "file", "id", "number", "date", "name", "word", "phrase",
		"result", "part", "key", "earlier", "several", "empty",
	}[o]
}

// clue is a value that an argument may have, and what is known of where it
// stands.
type clue struct {
	met
	value py.Value
	text  string // the value as it is written in Python
	near  bag    // words around it; of a result: its key and the function
	own   bag    // words in it
}

// nearBefore and nearAfter are the words around a clue that say what it is.
const (
	nearBefore = 5
	nearAfter  = 3
)

// fromSide and toSide stand in a bag for "from" and "to" right before a value,
// which are no stems.
const (
	fromSide = "<from"
	toSide   = ">to"
)

// maxHeard bounds the bytes of a text that are looked at word by word.
const maxHeard = 4000

// listen returns what the words of a message may stand for, and its numbers.
func listen(text string) (clues []clue, numbers []number) {
	if len(text) > maxHeard {
		text = text[:maxHeard]
	}
	h := &hearing{text: text}
	h.split()
	for _, q := range quotes(text) {
		h.quote(q)
	}
	for i := range h.words {
		h.word(i)
	}
	h.names()
	h.dates()
	h.pairs()
	h.phrases()
	return h.clues, h.numbers
}

// hearing is a message that is being taken apart.
type hearing struct {
	text    string
	words   []span
	clues   []clue
	numbers []number
}

// span is a stretch of a text.
type span struct{ from, to int }

// split finds the words between blanks.
func (h *hearing) split() {
	start := -1
	for i := 0; i <= len(h.text); i++ {
		blank := i == len(h.text) || h.text[i] <= ' '
		switch {
		case blank && start >= 0:
			h.words = append(h.words, span{start, i})
			start = -1
		case !blank && start < 0:
			start = i
		}
	}
}

// add files a value that stands in text[from:to].
func (h *hearing) add(v py.Value, o origin, from, to int) {
	c := clue{met: met{origin: o}, value: v, text: py.Repr(v)}
	first, _ := slices.BinarySearchFunc(h.words, from, func(w span, at int) int { return w.to - 1 - at })
	last, _ := slices.BinarySearchFunc(h.words, to, func(w span, at int) int { return w.from - at })
	for i := max(0, first-nearBefore); i < min(len(h.words), last+nearAfter); i++ {
		if i < first || i >= last {
			b := bagOf(h.text[h.words[i].from:h.words[i].to])
			c.near.join(&b)
		}
	}
	if first > 0 && first <= len(h.words) {
		switch strings.ToLower(h.text[h.words[first-1].from:h.words[first-1].to]) {
		case "from":
			c.near.add(fromSide)
		case "to", "into":
			c.near.add(toSide)
		}
	}
	c.own = bagOf(h.text[from:to])
	h.clues = append(h.clues, c)
}

// quotes returns what stands between quotation marks, without them. A single
// one begins where no letter stands before it, and ends where none stands after
// it.
func quotes(text string) (out []span) {
	closing := map[rune]string{'\'': "'", '"': `"`, '`': "`", '‘': "’", '“': "”"}
	before := ' '
	skip := 0
	for i, r := range text {
		end, ok := closing[r]
		if ok && i >= skip && !wordRune(before) {
			from := i + len(string(r))
			if n := closed(text[from:], end); n > 0 {
				out = append(out, span{from, from + n})
				skip = from + n + len(end)
			}
		}
		before = r
	}
	return out
}

// closed returns where the quotation ends that text begins inside of, or 0.
func closed(text, end string) int {
	for at := 0; ; {
		i := strings.Index(text[at:], end)
		if i < 0 {
			return 0
		}
		at += i
		after := ' '
		for _, r := range text[at+len(end):] {
			after = r
			break
		}
		if !wordRune(after) {
			return at
		}
		at += len(end)
	}
}

func wordRune(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0xC0 && r < 0x2000
}

// quote files a quotation, and it with the other end: with a full stop where it
// has none, without a comma that belongs to the sentence around it.
func (h *hearing) quote(q span) {
	s := h.text[q.from:q.to]
	h.add(py.Str(s), fromQuote, q.from, q.to)
	bare := strings.TrimRight(s, ".,")
	if bare != s {
		h.add(py.Str(bare), fromPart, q.from, q.to)
	}
	if strings.Contains(bare, " ") && s != bare+"." {
		h.add(py.Str(bare+"."), fromPart, q.from, q.to)
	}
}

// word files one word, and the sides of an equals sign ("id=card_1").
func (h *hearing) word(i int) {
	s := h.words[i]
	raw := h.text[s.from:s.to]
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '=' || r == '(' || r == ')' }) {
		if w := trimWord(part); w != "" {
			h.token(w, i, s.from+max(0, strings.Index(raw, w)))
		}
	}
}

// token files a word that begins at from, in word i.
func (h *hearing) token(w string, i, from int) {
	to := from + len(w)
	o := fromWord
	switch {
	case isISODate(w):
		o = fromDate
	case w[0] == '#' || w[0] == '@':
		h.add(py.Str(w[1:]), fromName, from, to)
		o = fromID
	case strings.ContainsFunc(w, isDigitRune):
		if h.number(w, i, from, to) {
			o = fromID
			break
		}
		o = fromID
		if fileName(w) {
			o = fromFile
		}
	case fileName(w) || strings.Contains(w, "/"):
		o = fromFile
	case strings.Contains(w, "_") || len(w) > 1 && strings.ToUpper(w) == w:
		o = fromID
	case capital(w):
		o = fromName
	}
	if n, ok := spelled(w); ok {
		h.add(numberOf(n), fromNumber, from, to)
	}
	if (o == fromWord || o == fromName || len(w) == 1) && isCommon(strings.ToLower(w)) {
		return
	}
	h.add(py.Str(w), o, from, to)
	if stem, ext, ok := strings.Cut(w, "."); ok && o == fromFile && ext != "" {
		h.add(py.Str(stem), fromWord, from, to)
	}
	if low := strings.ToLower(w); low != w && o == fromName {
		h.add(py.Str(low), fromWord, from, to)
	}
}

// fileName reports whether w looks like the name of a file: a dot between
// letters.
func fileName(w string) bool {
	i := strings.LastIndexByte(w, '.')
	return i > 0 && i+1 < len(w) && len(w)-i <= 6 && w[i+1] >= 'a' && w[i+1] <= 'z'
}

func isDigitRune(r rune) bool { return r >= '0' && r <= '9' }

// names files runs of capitalised words: "Crescent Hollow".
func (h *hearing) names() {
	for i := 0; i < len(h.words); i++ {
		n := i
		for n < len(h.words) && capital(trimWord(h.text[h.words[n].from:h.words[n].to])) {
			n++
			if strings.ContainsAny(h.text[h.words[n-1].to-1:h.words[n-1].to], ",.;:?!") {
				break
			}
		}
		for i < n && isCommon(strings.ToLower(trimWord(h.text[h.words[i].from:h.words[i].to]))) {
			i++ // "Once I" begins no name
		}
		if n-i >= 2 {
			for from := i; from < n-1; from++ { // the first word may only begin the sentence
				h.stretch(from, n, fromName)
			}
			i = n - 1
		}
	}
}

// stretch files the words from (inclusive) to (exclusive) as one value.
func (h *hearing) stretch(from, to int, o origin) {
	a, b := h.words[from].from, h.words[to-1].to
	s := strings.Trim(h.text[a:b], " ,.;:?!()\"'")
	if s != "" {
		h.add(py.Str(s), o, a, b)
	}
}

// pairs files neighbouring words as they may be written as one name: "annual
// report" as "annual_report".
func (h *hearing) pairs() {
	for i := 0; i+1 < len(h.words); i++ {
		a, b := h.words[i], h.words[i+1]
		v, w := trimWord(h.text[a.from:a.to]), trimWord(h.text[b.from:b.to])
		if v == "" || w == "" || isCommon(strings.ToLower(v)) || isCommon(strings.ToLower(w)) || !strings.HasSuffix(h.text[a.from:a.to], v) {
			continue
		}
		h.add(py.Str(v+"_"+w), fromPart, a.from, b.to)
		h.add(py.Str(v+" "+w), fromPart, a.from, b.to)
	}
}

// phrases files sentences, clauses, and what follows a colon or a word of
// saying.
func (h *hearing) phrases() {
	start := 0
	for i, s := range h.words {
		w := h.text[s.from:s.to]
		end := strings.ContainsAny(w[len(w)-1:], ".?!") || i+1 == len(h.words)
		if !end {
			continue
		}
		for from := start; from <= i; from++ {
			if from == start || h.opens(from-1) {
				h.stretch(from, i+1, fromPhrase)
				a, b := h.words[from].from, h.words[i].to
				h.add(py.Str(h.text[a:b]), fromPhrase, a, b) // with its full stop
				for to := from + 1; to <= i; to++ {
					if strings.HasSuffix(h.text[h.words[to-1].from:h.words[to-1].to], ",") {
						h.stretch(from, to, fromPhrase)
					}
				}
			}
		}
		start = i + 1
	}
	h.afterColons()
}

// afterColons files what follows a colon up to the end of the message.
func (h *hearing) afterColons() {
	for i := range h.text {
		if h.text[i] != ':' {
			continue
		}
		a, b := i+1, len(strings.TrimRight(h.text, " \n"))
		for a < b && h.text[a] == ' ' {
			a++
		}
		for to := b; to > a; {
			h.add(py.Str(h.text[a:to]), fromPhrase, a, to)
			if to = strings.LastIndexAny(h.text[a:to-1], ".?!"); to < 0 {
				break
			}
			to += a + 1
		}
	}
}

// opens reports whether what is said may begin behind word i.
func (h *hearing) opens(i int) bool {
	w := h.text[h.words[i].from:h.words[i].to]
	if strings.ContainsAny(w[len(w)-1:], ",:;-") {
		return true
	}
	switch strings.ToLower(trimWord(w)) {
	case "saying", "says", "say", "that", "message", "titled", "stating", "states", "reads", "content", "text", "comment", "about", "as", "with", "for", "of", "the", "to", "called", "named":
		return true
	}
	return false
}
