package single

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stepgym/internal/python"
)

// kind is a kind of token of Java or JavaScript.
type kind byte

const (
	end kind = iota
	word
	number_
	text
	character
	template
	expression // a regular expression
	mark
)

// token is a piece of source between two byte positions.
type token struct {
	kind     kind
	from, to int
	line     bool // a line feed stands before it
}

// syntaxError is the panic of a parser in this package; it does not leave it.
type syntaxError struct{}

// lexer splits Java or JavaScript source.
type lexer struct {
	src      string
	language Language
	at       int
	last     token
	depth    int // of templates in templates
}

// marks are the operators of more than one character. ">" stands alone: it may
// end two lists of type arguments.
var marks = []string{
	"...", "===", "!==", "**=", "&&=", "||=", "??=", "<<=", "->", "=>", "::", "==", "!=", "<=", ">=", "&&", "||", "??",
	"?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", "**",
}

// next returns the next token. It panics with a syntaxError at what is none.
func (l *lexer) next() token {
	line := l.blank()
	from := l.at
	if from >= len(l.src) {
		return token{kind: end, from: from, to: from, line: line}
	}
	k := mark
	switch c := l.src[from]; {
	case c == '"', c == '\'':
		k = l.quoted(c)
	case c == '`' && l.language == JavaScript:
		l.template()
		k = template
	case c >= '0' && c <= '9', c == '.' && from+1 < len(l.src) && l.src[from+1] >= '0' && l.src[from+1] <= '9':
		l.number()
		k = number_
	case l.wordAt(from, false) > 0:
		for n := l.wordAt(l.at, true); n > 0; n = l.wordAt(l.at, true) {
			l.at += n
		}
		k = word
	case c == '/' && l.language == JavaScript && l.operandNext():
		l.regexp()
		k = expression
	default:
		l.mark()
	}
	l.last = token{kind: k, from: from, to: l.at, line: line}
	return l.last
}

// blank skips white space and comments.
func (l *lexer) blank() (line bool) {
	for l.at < len(l.src) {
		rest := l.src[l.at:]
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case python.IsSpace(r) || r == '\ufeff':
			line = line || r == '\n'
			l.at += n
		case strings.HasPrefix(rest, "//"):
			i := strings.IndexByte(rest, '\n')
			if i < 0 {
				i = len(rest)
			}
			l.at += i
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				panic(syntaxError{})
			}
			line = line || strings.Contains(rest[:i], "\n")
			l.at += i + 4
		default:
			return line
		}
	}
	return line
}

// wordAt is the length of the character at i if it may stand in a word (inside)
// or begin one, else 0.
func (l *lexer) wordAt(i int, inside bool) int {
	r, n := utf8.DecodeRuneInString(l.src[i:])
	switch {
	case i >= len(l.src):
		return 0
	case r == '_' || r == '$' || r < utf8.RuneSelf && (r|0x20 >= 'a' && r|0x20 <= 'z'):
		return n
	case r < utf8.RuneSelf:
		if inside && r >= '0' && r <= '9' {
			return n
		}
		return 0
	case unicode.IsLetter(r), l.language == JavaScript && r != utf8.RuneError && !python.IsSpace(r):
		return n
	case inside && (unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Pc, r)):
		return n
	}
	return 0
}

// quoted takes text in quotes. Java's text may run over lines, JavaScript's
// only after a backslash.
func (l *lexer) quoted(quote byte) kind {
	if quote == '"' && l.language == Java && strings.HasPrefix(l.src[l.at:], `"""`) {
		i := strings.Index(l.src[l.at+3:], `"""`)
		if i < 0 {
			panic(syntaxError{})
		}
		l.at += i + 6
		return text
	}
	from := l.at
	for l.at++; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == quote:
			l.at++
			if quote == '\'' && l.language == Java {
				if l.at-from == 2 {
					panic(syntaxError{})
				}
				return character
			}
			return text
		case c == '\\':
			l.at++
		case c == '\n' && (l.language == JavaScript || quote == '\''):
			panic(syntaxError{})
		}
	}
	panic(syntaxError{})
}

func (l *lexer) template() {
	if l.depth++; l.depth > 100 {
		panic(syntaxError{})
	}
	defer func() { l.depth-- }()
	for l.at++; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '`':
			l.at++
			return
		case c == '\\':
			l.at++
		case c == '$' && l.at+1 < len(l.src) && l.src[l.at+1] == '{':
			l.at += 2
			for depth := 1; depth > 0; {
				switch t := l.next(); {
				case t.kind == end:
					panic(syntaxError{})
				case l.src[t.from:t.to] == "{":
					depth++
				case l.src[t.from:t.to] == "}":
					depth--
				}
			}
			l.at--
		}
	}
	panic(syntaxError{})
}

func (l *lexer) regexp() {
	class := false
	for l.at++; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '/' && !class:
			for l.at++; l.at < len(l.src) && 'a' <= l.src[l.at] && l.src[l.at] <= 'z'; l.at++ {
			}
			return
		case c == '\\':
			l.at++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '\n':
			panic(syntaxError{})
		}
	}
	panic(syntaxError{})
}

// operandNext reports whether a "/" after the last token begins a regular
// expression.
func (l *lexer) operandNext() bool {
	switch l.last.kind {
	case end:
		return true
	case mark:
		s := l.src[l.last.from:l.last.to]
		return s != ")" && s != "]" && s != "}"
	case word:
		switch l.src[l.last.from:l.last.to] {
		case "return", "typeof", "in", "of", "case", "delete", "void", "instanceof":
			return true
		}
	}
	return false
}

func (l *lexer) number() {
	from := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		sign := (c == '+' || c == '-') && l.at > from && l.src[l.at-1]|0x20 == 'e' && !strings.HasPrefix(l.src[from:], "0x") && !strings.HasPrefix(l.src[from:], "0X")
		if !sign && c != '.' && l.wordAt(l.at, true) != 1 {
			break
		}
		l.at++
	}
	if !goodNumber(l.src[from:l.at], l.language) {
		panic(syntaxError{})
	}
}

var (
	javaNumber = pattern(`^(?:0[xX][0-9a-fA-F_]+[lL]?|0[bB][01_]+[lL]?|[0-9][0-9_]*[lLfFdD]?|[0-9][0-9_]*\.[0-9_]*(?:[eE][+-]?[0-9_]+)?[fFdD]?|\.[0-9][0-9_]*(?:[eE][+-]?[0-9_]+)?[fFdD]?|[0-9][0-9_]*[eE][+-]?[0-9_]+[fFdD]?)$`)
	jsNumber   = pattern(`^(?:0[xX][0-9a-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?|[0-9][0-9_]*n?|[0-9][0-9_]*\.[0-9_]*(?:[eE][+-]?[0-9_]+)?|\.[0-9][0-9_]*(?:[eE][+-]?[0-9_]+)?|[0-9][0-9_]*[eE][+-]?[0-9_]+)$`)
)

func goodNumber(s string, language Language) bool {
	if language == Java {
		return javaNumber.MatchString(s)
	}
	return jsNumber.MatchString(s)
}

func (l *lexer) mark() {
	rest := l.src[l.at:]
	for _, m := range marks {
		if strings.HasPrefix(rest, m) {
			l.at += len(m)
			return
		}
	}
	if !strings.Contains("(){}[].,;:?=<>+-*/%&|^!~@", rest[:1]) {
		panic(syntaxError{})
	}
	l.at++
}
