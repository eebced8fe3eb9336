package grammar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is a text of the file: a string of a block of rules, or what stands
// between quotes of an action.
type text struct {
	p       *parser
	s       string
	base    int // where it begins in the source
	escaped bool
}

// plain is the text of the source from at to end.
func plain(p *parser, at, end int) text { return text{p: p, s: p.src[at:end], base: at} }

// at returns the offset in the source of byte i of the text.
func (t text) at(i int) int {
	if !t.escaped {
		return t.base + i
	}
	at := t.base
	for n := 0; n < i && at < len(t.p.src); {
		size := 1
		if t.p.src[at] != '\\' {
			at++
		} else {
			// The length of the escape, and of what it stands for.
			var one string
			size, one = escape(t.p.src[at:])
			at += size
			size = len(one)
		}
		n += size
	}
	return at
}

// escape returns how long the escape that s begins with is, and its text.
func escape(s string) (n int, one string) {
	n = 2
	if len(s) > 1 && s[1] == 'u' {
		n = 6
		if len(s) >= 12 && s[6:8] == `\u` && (s[2] == 'd' || s[2] == 'D') && strings.IndexByte("89abAB", s[3]) >= 0 {
			n = 12
		}
	}
	n = min(n, len(s))
	if n < 6 {
		return n, "x"
	}
	return n, unquote(s[:n])
}

func (t text) fault(i int, format string, args ...any) *Error {
	return t.p.fault(t.at(i), format, args...)
}

// sub is the text from i to j.
func (t text) sub(i, j int) text {
	return text{p: t.p, s: t.s[i:j], base: t.at(i), escaped: t.escaped}
}

// special are the bytes that end a literal text.
const special = `;|"<>[]#{}`

// Plain returns the part of a plain text, such as a task, that the original
// would show if it stood in a rule: that before the first byte that has no
// place in a text or begins a piece.
func Plain(text string) string {
	if i := strings.IndexAny(text, special); i >= 0 {
		return text[:i]
	}
	return text
}

// leading returns how much white space and how many comments, from // to the
// end of the line, begin s.
func leading(s string) int {
	for i := 0; ; {
		start := i
		for i < len(s) && s[i] == '\t' {
			i++
		}
		if i == 0 || s[i-1] == '\n' {
			if strings.HasPrefix(s[i:], "//") {
				n := strings.IndexByte(s[i:], '\n')
				if n < 0 {
					return len(s)
				}
				i += n + 1
			} else {
				i += len(s[i:]) - len(strings.TrimLeftFunc(s[i:], unicode.IsSpace))
			}
		}
		if i == start {
			return i
		}
	}
}

// text reads a text: literal parts, calls, values, lists.
func (p *parser) text(t text) ([]Piece, error) {
	var out []Piece
	i := leading(t.s)
	for i < len(t.s) {
		var piece Piece
		var n int
		var err error
		switch t.s[i] {
		case '\t': // lost after a piece, as in the original
			i++
			continue
		case '#':
			piece, n, err = p.call(t, i)
		case '{':
			piece, n, err = p.value(t, i)
		case '[':
			piece, n, err = p.list(t, i)
		case '"':
			n = strings.IndexAny(t.s[i+1:], special)
			if n < 0 || t.s[i+1+n] != '"' {
				return p.cut(out, t, i), nil
			}
			piece, n = Piece{Op: Literally, Text: t.s[i+1 : i+1+n]}, n+2
		default:
			n = strings.IndexAny(t.s[i:], special)
			if n < 0 {
				n = len(t.s) - i
			}
			if n == 0 {
				return p.cut(out, t, i), nil
			}
			piece = Piece{Op: Literally, Text: t.s[i : i+n]}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, piece)
		i += n
	}
	return out, nil
}

// cut ends a text at byte i, where something stands that has no place in a
// text.
func (p *parser) cut(out []Piece, t text, i int) []Piece {
	p.out.Cut = append(p.out.Cut, t.fault(i, "%q has no place in a text: the text ends before it, as in the original", t.s[i]))
	return out
}

// tag returns the length of the name of a rule at the beginning of s.
func tag(s string) int {
	n := 0
	for i, r := range s {
		if !isName(r) && !unicode.IsSpace(r) && !strings.ContainsRune("()/!<>-,.", r) {
			return i
		}
		n = i + utf8.RuneLen(r)
	}
	return n
}

// call reads #rule# at byte i and returns its length.
func (p *parser) call(t text, i int) (Piece, int, error) {
	n := tag(t.s[i+1:])
	if n == 0 || i+1+n >= len(t.s) || t.s[i+1+n] != '#' {
		return Piece{}, 0, t.fault(i, "\"#\" begins the call of a rule, #NAME#, and this one is not closed")
	}
	piece := Piece{Op: Call}
	var name string
	piece.Rule, name, piece.Args = ruleName(t.s[i+1 : i+1+n])
	p.calls = append(p.calls, call{piece.Rule, name, t.at(i)})
	return piece, n + 2, nil
}

// list reads [{what | query}] at byte i and returns its length.
func (p *parser) list(t text, i int) (Piece, int, error) {
	k := i + 1
	for k < len(t.s) && t.s[k] == '\t' {
		k++
	}
	if k == len(t.s) || t.s[k] != '{' {
		return Piece{}, 0, t.fault(i, "\"[\" begins a list, which is written [{WHAT | QUERY}]")
	}
	item, query, n, err := p.braces(t, k)
	if err != nil {
		return Piece{}, 0, err
	}
	k += n
	for k < len(t.s) && t.s[k] == '\t' {
		k++
	}
	if k == len(t.s) || t.s[k] != ']' {
		return Piece{}, 0, t.fault(min(k, len(t.s)), "a list ends with \"}]\", and here the \"]\" is missing")
	}
	return Piece{Op: List, Query: query, Items: []Piece{item}}, k + 1 - i, nil
}

// value reads {what} or {what | query} at byte i and returns its length.
func (p *parser) value(t text, i int) (Piece, int, error) {
	item, query, n, err := p.braces(t, i)
	if err != nil {
		return Piece{}, 0, err
	}
	if query == nil {
		return item, n, nil
	}
	if item.Op == Call {
		item = Piece{Op: Value, Expr: Expr{{Call: &Piece{Op: Call, Rule: item.Rule, Args: item.Args}}}}
	}
	item.Query = query
	return item, n, nil
}

// braces reads {expression}, {expression | query}, {#rule#}, {#rule# | query} at
// byte i: a value or a call without the query, the query, the length.
func (p *parser) braces(t text, i int) (item Piece, query Query, n int, err error) {
	end := strings.IndexByte(t.s[i:], '}')
	if end < 0 {
		return item, nil, 0, t.fault(i, "\"{\" is not closed")
	}
	end += i
	k := i + 1
	if strings.HasPrefix(t.s[k:end], "#") {
		if item, n, err = p.call(t.sub(0, end), k); err != nil {
			return item, nil, 0, err
		}
		k += n
	} else {
		bar := end
		if b := strings.IndexByte(t.s[k:end], '|'); b >= 0 {
			bar = k + b
		}
		item.Op = Value
		if item.Expr, err = expression(t.sub(k, bar)); err != nil {
			return item, nil, 0, err
		}
		k = bar
	}
	rest := strings.TrimLeftFunc(t.s[k:end], unicode.IsSpace)
	switch {
	case rest == "":
	case rest[0] == '|':
		query, err = p.query(t.sub(end-len(rest)+1, end))
		if err == nil && query == nil {
			err = t.fault(end, "a query is missing after \"|\"")
		}
	default:
		err = t.fault(end-len(rest), "%q where \"|\" or \"}\" should be", rest)
	}
	return item, query, end + 1 - i, err
}
