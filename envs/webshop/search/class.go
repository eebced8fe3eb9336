package search

// class is what the segmentation rules need to know of a character. The
// classes are the word-break property of Unicode 9.0 (UAX #29), crossed with
// the scripts and line-break classes that become tokens of their own and with
// the emoji properties of Unicode Emoji 11.0 (UTS #51).
type class uint8

// The classes. A character has exactly one.
const (
	cOther       class = iota // separates tokens
	cLetter                   // ALetter
	cHebrew                   // Hebrew_Letter
	cNumeric                  // Numeric, full-width digits included, but for cDigit
	cDigit                    // 0-9: numeric, and the base of a keycap
	cKatakana                 // Katakana
	cExtendNum                // ExtendNumLet: "_" and its like
	cMidLetter                // MidLetter: joins letters, ":" among them
	cMidNum                   // MidNum: joins numbers, "," among them
	cMidBoth                  // MidNumLet: joins either, "." among them
	cSingleQuote              // "'": as cMidBoth, and may end a Hebrew word
	cDoubleQuote              // '"': joins Hebrew letters
	cExtend                   // Extend and Format: belongs to what stands before
	cJoiner                   // zero-width joiner: as cExtend, and joins emoji
	cTextSel                  // U+FE0E, text presentation: as cExtend, but in no emoji
	cEmojiSel                 // U+FE0F, emoji presentation: as cTextSel, but ends an emoji
	cKeycap                   // U+20E3: as cExtend, and completes a keycap
	cTag                      // U+E0020-E007E: as cExtend, and part of a flag
	cTagEnd                   // U+E007F: as cExtend, and ends a flag
	cKeyBase                  // "#" and "*": the base of a keycap, no token by itself
	cRegional                 // regional indicator: two make a flag
	cEmoji                    // pictograph
	cEmojiBase                // pictograph that takes a skin tone
	cEmojiMod                 // skin tone
	cEmojiLetter              // ALetter and pictograph
	cHan                      // Han ideograph: a token by itself
	cHiragana                 // Hiragana: a token by itself
	cAsian                    // Complex_Context (Thai, Lao, Khmer, ...): kept together
	cAsianExtend              // Complex_Context and Extend
	numClasses
)

// span is a run of characters of one class, both ends included.
type span struct {
	lo, hi rune
	class  class
}

// classOf returns the class of r by binary search.
func classOf(r rune) class {
	lo, hi := 0, len(spans)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if s := &spans[m]; r < s.lo {
			hi = m
		} else if r > s.hi {
			lo = m + 1
		} else {
			return s.class
		}
	}
	return cOther
}

// asciiClasses holds the class of each ASCII character.
var asciiClasses = func() (t [128]class) {
	for r := range t {
		t[r] = classOf(rune(r))
	}
	return t
}()
