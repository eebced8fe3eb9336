package search

// The tokens of a text are the longest matches of one regular expression over
// character classes, tried at every place where the last token ended; a
// character that starts no match is skipped. This file states the expression;
// automaton.go compiles it into the table that the [Tokenizer] runs on.

// expr is a regular expression over classes: it adds itself to an automaton
// between the state from and the state that it returns.
type expr func(n *nfa, from int) (to int)

// one matches one character of any of the classes.
func one(classes ...class) expr {
	return func(n *nfa, from int) int {
		to := n.add()
		for _, c := range classes {
			n.step[from][c].put(to)
		}
		return to
	}
}

// seq matches the expressions one after the other.
func seq(es ...expr) expr {
	return func(n *nfa, from int) int {
		for _, e := range es {
			from = e(n, from)
		}
		return from
	}
}

// alt matches any one of the expressions.
func alt(es ...expr) expr {
	return func(n *nfa, from int) int {
		to := n.add()
		for _, e := range es {
			start := n.add()
			n.free[from].put(start)
			n.free[e(n, start)].put(to)
		}
		return to
	}
}

// many matches e any number of times.
func many(e expr) expr {
	return func(n *nfa, from int) int {
		loop := n.add()
		n.free[from].put(loop)
		n.free[e(n, loop)].put(loop)
		return loop
	}
}

// some matches e at least once.
func some(e expr) expr {
	return func(n *nfa, from int) int {
		loop := n.add()
		n.free[from].put(loop)
		to := e(n, loop)
		n.free[to].put(loop)
		return to
	}
}

// opt matches e or nothing.
func opt(e expr) expr { return alt(e, seq()) }

// tokenExpr is the expression: emoji sequences (UTS #51), words (rules WB4 to
// WB13b of UAX #29), runs of South-East Asian text, single ideographs and
// single Hiragana.
func tokenExpr() expr {
	return alt(emojiExpr(), wordExpr(),
		some(extended(cAsian, cAsianExtend)),
		extended(cHan), extended(cHiragana))
}

// extended matches a character of the classes and what belongs to it (WB4).
func extended(classes ...class) expr {
	return seq(one(classes...), many(one(cExtend, cJoiner, cTextSel, cEmojiSel, cKeycap, cTag, cTagEnd, cAsianExtend)))
}

// wordExpr matches words and numbers. The parts between underscores are runs of
// Katakana, or mixtures of letters and numbers, each with its own joiners.
func wordExpr() expr {
	under := many(extended(cExtendNum))
	run := func(item, joiner expr) expr { // items with underscores or one joiner between them
		return seq(item, many(seq(alt(under, joiner), item)))
	}
	hebrew := extended(cHebrew)
	part := alt(
		seq(extended(cKatakana), many(seq(under, extended(cKatakana)))),
		some(alt(
			seq(hebrew, alt(extended(cSingleQuote), seq(extended(cDoubleQuote), hebrew))),
			run(extended(cNumeric, cDigit), extended(cMidNum, cMidBoth, cSingleQuote)),
			run(extended(cLetter, cEmojiLetter, cHebrew), extended(cMidLetter, cMidBoth, cSingleQuote)),
		)))
	return seq(under, part, many(seq(some(extended(cExtendNum)), part)), under)
}

// emojiExpr matches pictographs with their selectors, skin tones, joined
// sequences, flags and keycaps.
func emojiExpr() expr {
	// Presentation selectors mean something here, so they do not extend.
	inner := func(classes ...class) expr {
		return seq(one(classes...), many(one(cExtend, cJoiner, cKeycap, cTag, cTagEnd, cAsianExtend)))
	}
	element := alt(
		seq(many(one(cJoiner)), inner(cEmoji, cEmojiBase, cEmojiLetter), opt(one(cEmojiSel))),
		seq(opt(seq(many(one(cJoiner)), inner(cEmojiBase))), inner(cEmojiMod)))
	return alt(
		seq(element, alt(
			many(seq(one(cJoiner), element)),
			seq(some(one(cTag)), one(cTagEnd)))),
		seq(inner(cDigit, cKeyBase), opt(one(cEmojiSel)), inner(cKeycap)),
		seq(extended(cRegional), extended(cRegional)))
}
