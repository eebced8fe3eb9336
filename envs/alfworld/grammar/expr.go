package grammar

import (
	"encoding/json"
	"strings"
	"unicode"
)

// unquote returns the text of an escape of JSON.
func unquote(s string) string {
	var out string
	if json.Unmarshal([]byte(`"`+s+`"`), &out) != nil {
		return "x"
	}
	return out
}

// lexer cuts an expression or a query into tokens: names, quoted constants,
// single bytes.
type lexer struct {
	text
	pos   int
	tok   string // "" at the end
	start int
}

func isName(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// next reads the next token; more are runes that names may also have.
func (l *lexer) next(more string) error {
	s := l.s[l.pos:]
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	l.start = len(l.s) - len(s)
	n := 0
	for i, r := range s {
		if !isName(r) && !strings.ContainsRune(more, r) {
			if i == 0 {
				n = len(string(r))
			}
			break
		}
		n = i + len(string(r))
	}
	if n > 0 && (s[0] == '\'' || s[0] == '"') && !strings.ContainsRune(more, rune(s[0])) {
		for n = 1; n < len(s) && s[n] != s[0]; n++ {
			if s[n] == '\\' {
				n++
			}
		}
		if n >= len(s) {
			return l.fault(l.start, "the constant is not closed")
		}
		n++
	}
	l.tok = s[:n]
	l.pos = l.start + n
	return nil
}

func (l *lexer) unexpected(want string) error {
	if l.tok == "" {
		return l.fault(l.start, "%s is missing here", want)
	}
	return l.fault(l.start, "%q where %s should be", l.tok, want)
}

// expression reads terms that are joined by "+", or one term with others that
// take its place if it is empty.
func expression(t text) (Expr, error) {
	l := &lexer{text: t}
	if err := l.next(""); err != nil {
		return nil, err
	}
	var out Expr
	for {
		term, err := l.term()
		if err != nil {
			return nil, err
		}
		out = append(out, term)
		switch {
		case l.tok == "":
			return out, l.checkSum(out)
		case l.tok == "or" && len(out) == 1:
			end, or := l.start, &out[0]
			for or.Or != nil {
				or = or.Or
			}
			if or.Or, err = l.alternatives(); err != nil {
				return nil, err
			}
			if l.tok == "+" {
				return nil, l.fault(end, "\"or\" binds less than \"+\": put it in parentheses")
			}
			if l.tok != "" {
				return nil, l.unexpected("\"or\" or the end")
			}
			return out, nil
		case l.tok == "or":
			return nil, l.fault(l.start, "\"or\" binds less than \"+\": put it in parentheses")
		case l.tok != "+":
			return nil, l.unexpected("\"+\", \"or\" or the end")
		}
		if err := l.next(""); err != nil {
			return nil, err
		}
	}
}

// checkSum refuses an entity as a summand: it is no text there.
func (l *lexer) checkSum(e Expr) error {
	if len(e) < 2 {
		return nil
	}
	for i := range e {
		for t := &e[i]; t != nil; t = t.Or {
			if t.Entity != "" && t.Field == "" {
				return l.fault(0, "an entity cannot be joined with \"+\": write %s.name", t.Entity)
			}
		}
	}
	return nil
}

// alternatives reads "or" terms, from the first "or" on.
func (l *lexer) alternatives() (*Term, error) {
	var first *Term
	last := &first
	for l.tok == "or" {
		if err := l.next(""); err != nil {
			return nil, err
		}
		term, err := l.term()
		if err != nil {
			return nil, err
		}
		*last = &term
		for term := *last; term != nil; term = term.Or {
			last = &term.Or
		}
	}
	return first, nil
}

// term reads a constant, a field, an entity, or terms with "or" in parentheses.
func (l *lexer) term() (Term, error) {
	tok := l.tok
	switch {
	case tok == "":
		return Term{}, l.unexpected("a term")
	case tok == "(":
		return l.parentheses()
	case tok[0] == '\'' || tok[0] == '"':
		s, err := l.constant()
		if err != nil {
			return Term{}, err
		}
		return Term{Constant: s}, l.next("")
	}
	if first := []rune(tok)[0]; !isName(first) || unicode.IsDigit(first) || tok == "or" || tok == "and" || tok == "not" {
		return Term{}, l.unexpected("a term such as o.name or ' '")
	}
	term := Term{Entity: tok}
	if err := l.next(""); err != nil {
		return term, err
	}
	if l.tok == "." {
		if err := l.next(""); err != nil {
			return term, err
		}
		switch l.tok {
		case "name", "id", "indefinite", "definite", "type":
			term.Field = l.tok
		default:
			return term, l.unexpected("a field: name, id, indefinite, definite or type")
		}
		if err := l.next(""); err != nil {
			return term, err
		}
	}
	if l.tok == "(" || l.tok == "." {
		return term, l.fault(l.start, "only fields of entities, no functions, can be used")
	}
	return term, nil
}

func (l *lexer) parentheses() (Term, error) {
	if err := l.next(""); err != nil {
		return Term{}, err
	}
	if l.tok == "(" {
		return Term{}, l.fault(l.start, "parentheses in parentheses are not supported")
	}
	term, err := l.term()
	if err != nil {
		return term, err
	}
	if term.Or, err = l.alternatives(); err != nil {
		return term, err
	}
	if l.tok != ")" {
		return term, l.unexpected("\"or\" or \")\"")
	}
	return term, l.next("")
}

// constant returns the text of a quoted constant.
func (l *lexer) constant() (string, error) {
	in := l.tok[1 : len(l.tok)-1]
	var out strings.Builder
	for i := 0; i < len(in); i++ {
		if in[i] != '\\' {
			out.WriteByte(in[i])
			continue
		}
		i++
		switch in[i] {
		case 'n':
			out.WriteByte('\n')
		case 't':
			out.WriteByte('\t')
		case '\\', '\'', '"':
			out.WriteByte(in[i])
		default:
			return "", l.fault(l.start+i, "escape \\%c in a constant is not supported", in[i])
		}
	}
	return out.String(), nil
}
