package grammar

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Parse reads the text of a .twl2 file. source names it in messages. Faults are
// of type *[Error].
func Parse(source string, text []byte) (*Grammar, error) {
	p := &parser{source: source, src: string(text), out: &Grammar{Source: source, Rules: make(map[string]*Rule)}}
	for i := 0; i < len(p.src); {
		r, n := utf8.DecodeRuneInString(p.src[i:])
		if r == utf8.RuneError && n == 1 {
			return nil, p.fault(i, "byte %#02x is not UTF-8", p.src[i])
		}
		i += n
	}
	if err := p.document(); err != nil {
		return nil, err
	}
	if err := p.resolve(); err != nil {
		return nil, err
	}
	return p.out, nil
}

// parser reads a .twl2 file: actions and blocks of rules.
type parser struct {
	source string
	src    string
	pos    int
	out    *Grammar
	calls  []call // in the order of the file
}

// fault returns an error at an offset of the source.
func (p *parser) fault(at int, format string, args ...any) *Error {
	before := p.src[:min(at, len(p.src))]
	return &Error{
		Source: p.source,
		Line:   strings.Count(before, "\n") + 1,
		Col:    len(before) - strings.LastIndexByte(before, '\n'),
		Msg:    fmt.Sprintf(format, args...),
	}
}

// here quotes what stands at an offset.
func (p *parser) here(at int) string {
	rest := p.src[min(at, len(p.src)):]
	if rest == "" {
		return "the end of the text"
	}
	if i := strings.IndexAny(rest, " \t\r\n"); i > 0 {
		rest = rest[:i]
	}
	for i := range rest {
		if i >= 30 {
			rest = rest[:i] + "..."
			break
		}
	}
	return fmt.Sprintf("%q", rest)
}

// space skips white space and comments, which begin with # and end with their
// line.
func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\r', '\n', '\v', '\f':
			p.pos++
		case '#':
			if i := strings.IndexByte(p.src[p.pos:], '\n'); i >= 0 {
				p.pos += i
			} else {
				p.pos = len(p.src)
			}
		default:
			return
		}
	}
}

// take reads a fixed text after white space.
func (p *parser) take(text string) error {
	p.space()
	if !strings.HasPrefix(p.src[p.pos:], text) {
		return p.fault(p.pos, "%s where %q should be", p.here(p.pos), text)
	}
	p.pos += len(text)
	return nil
}

// word reads a name after white space; "" if there is none.
func (p *parser) word() string {
	p.space()
	at := p.pos
	for p.pos < len(p.src) && isWord(p.src[p.pos]) {
		p.pos++
	}
	return p.src[at:p.pos]
}

// isWord reports whether b is part of the name of an action.
func isWord(b byte) bool {
	return b == '_' || b == '/' || b == '-' || b >= 0x80 ||
		'0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// quoted reads a text between open and the next close, and returns its offset
// and end.
func (p *parser) quoted(mark string) (at, end int, err error) {
	if err := p.take(mark); err != nil {
		return 0, 0, err
	}
	at = p.pos
	i := strings.Index(p.src[at:], mark)
	if i < 0 {
		return 0, 0, p.fault(at-len(mark), "%s is not closed", mark)
	}
	p.pos = at + i + len(mark)
	return at, at + i, nil
}

func (p *parser) document() error {
	actions := make(map[string]bool)
	for {
		p.space()
		at := p.pos
		switch word := p.word(); {
		case at == len(p.src):
			return nil
		case word == "grammar":
			if err := p.block(nil); err != nil {
				return err
			}
		case word == "action":
			a, err := p.action()
			if err != nil {
				return err
			}
			key := strings.ToLower(a.Name)
			if actions[key] {
				return p.fault(at, "a second action %q", a.Name)
			}
			actions[key] = true
			p.out.Actions = append(p.out.Actions, a)
		default:
			return p.fault(at, "%s where \"action\" or \"grammar\" should be", p.here(at))
		}
	}
}

// block reads what follows the word grammar: rules as JSON. local is nil
// outside of actions.
func (p *parser) block(local map[string]*Rule) error {
	if err := p.take("::"); err != nil {
		return err
	}
	at, end, err := p.quoted(`"""`)
	if err != nil {
		return err
	}
	if err := p.take(";"); err != nil {
		return err
	}
	return p.rules(at, end, local)
}

// action reads what follows the word action.
func (p *parser) action() (Action, error) {
	a := Action{Local: make(map[string]*Rule)}
	p.space()
	at := p.pos
	if a.Name = p.word(); a.Name == "" {
		return a, p.fault(at, "%s where the name of an action should be", p.here(at))
	}
	if err := p.take("{"); err != nil {
		return a, err
	}
	seen := make(map[string]bool)
	for {
		p.space()
		at := p.pos
		if strings.HasPrefix(p.src[at:], "}") {
			p.pos++
			for _, word := range []string{"template", "feedback"} {
				if !seen[word] {
					return a, p.fault(at, "action %q has no %s", a.Name, word)
				}
			}
			return a, nil
		}
		word := p.word()
		if seen[word] {
			return a, p.fault(at, "a second %q in action %q", word, a.Name)
		}
		seen[word] = true
		if err := p.actionPart(&a, at, word); err != nil {
			return a, err
		}
	}
}

func (p *parser) actionPart(a *Action, where int, word string) error {
	switch word {
	case "grammar":
		return p.block(a.Local)
	case "template", "feedback", "pddl":
	default:
		return p.fault(where, "%s where \"template\", \"feedback\", \"grammar\" or \"}\" should be", p.here(where))
	}
	if err := p.take("::"); err != nil {
		return err
	}
	mark := `"`
	if word == "pddl" { // The domain file has it, this one says it again.
		mark = `"""`
	}
	at, end, err := p.quoted(mark)
	if err != nil {
		return err
	}
	if err := p.take(";"); err != nil {
		return err
	}
	switch word {
	case "template":
		a.Template, err = p.text(plain(p, at, end))
	case "feedback":
		a.Feedback, err = p.text(plain(p, at, end))
	}
	return err
}
