package bfcl

import (
	"slices"
	"strings"
)

// number is a number in a text.
type number struct {
	value    float64
	sentence int
}

// number files a number, if w is one, and reports whether it is.
func (h *hearing) number(w string, i, from, to int) bool {
	digits := strings.TrimRight(w, "stndrhkmlKM%")
	v, ok := plainNumber(digits)
	if !ok {
		if head, _, cut := strings.Cut(w, "-"); cut { // "500-piece"
			v, ok = plainNumber(head)
		}
		if !ok {
			return false
		}
		h.addNumber(v, i, from, to)
		return false
	}
	h.addNumber(v, i, from, to)
	if strings.HasSuffix(w, "%") {
		h.addNumber(v/100, i, from, to)
	}
	return true
}

func (h *hearing) addNumber(v float64, i, from, to int) {
	sentence := 0
	for _, s := range h.words[:i] {
		if strings.ContainsAny(h.text[s.to-1:s.to], ".?!") {
			sentence++
		}
	}
	h.numbers = append(h.numbers, number{v, sentence})
	h.add(numberOf(v), fromNumber, from, to)
}

// spelled returns the number that a word stands for.
func spelled(w string) (float64, bool) {
	words := [...]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
	}
	w = strings.ToLower(w)
	if i := slices.Index(words[:], w); i >= 0 {
		return float64(i), true
	}
	switch w {
	case "first", "once", "single", "last", "half", "full", "fully":
		return 1, true
	case "second", "twice", "double", "pair", "couple":
		return 2, true
	case "third":
		return 3, true
	case "thirty":
		return 30, true
	case "fifty":
		return 50, true
	case "hundred":
		return 100, true
	case "thousand":
		return 1000, true
	}
	return 0, false
}
