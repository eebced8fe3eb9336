package pycall

import (
	"strconv"

	"stepgym/envs/toolcall/py"
)

// peg is the careful parser: it tries CPython 3.11's alternatives in CPython's
// order, first without and, if that fails, with the rules that exist for the
// sake of better messages. Which message comes out depends on the order, on
// what is remembered from attempt to attempt, and on how far ahead it looked;
// so all three are as in CPython. See the file Grammar/python.gram there for
// what each rule is called.
type peg struct {
	z       *tokenizer
	tokens  []token
	mark    int  // the next token's place in tokens
	invalid bool // whether to try the rules for messages
	second  bool // whether this is the pass for messages
	memo    map[memoKey]memoValue
	level   int
	most    int // tokens
	steps   int
}

type memoKey struct {
	rule rule
	mark int
}

type memoValue struct {
	t    *tree
	mark int
}

// rule names the rules whose results are remembered.
type rule uint8

const (
	ruleExpression rule = iota
	ruleStarExpression
	ruleNamedInvalid
	ruleDisjunction
	ruleConjunction
	ruleInversion
	ruleBitOr
	ruleBitXor
	ruleBitAnd
	ruleShift
	ruleSum
	ruleTerm
	ruleFactor
	ruleAwaitPrimary
	rulePrimary
	ruleStrings
	ruleArguments
	ruleStarTarget
	ruleTargetAtom
	ruleTargetPrimary
)

const (
	// maxTokens and maxSteps bound the work on a source that is not plainly
	// right. CPython knows no such bounds and can take exponential time.
	maxTokens = 30_000
	maxSteps  = 3_000_000

	// maxLevel is CPython's bound on rules within rules.
	maxLevel = 6000
)

// tooLong is thrown where a bound is reached.
type tooLong struct{}

// parseSlow is parse by the careful parser.
func parseSlow(src string, compile bool) (n Node, e *py.Exception) {
	src, e = source(src)
	if e != nil {
		return nil, e
	}
	p := &peg{z: newTokenizer(src), most: maxTokens}
	t, f := p.parse()
	if f == nil {
		f = catch(func() {
			t.checkDepth(0)
			if compile {
				t.check(false)
			}
		})
	}
	if f != nil {
		text := f.text
		if f.line >= 0 {
			text += " (<string>, line " + strconv.Itoa(f.line) + ")"
		}
		return nil, &py.Exception{Class: f.class, Text: text}
	}
	return t.node(), nil
}

// catch runs f and returns the fault that it throws.
func catch(f func()) (thrown *fault) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *fault:
			thrown = v
		case soft:
			thrown = v.fault
		case tooLong:
			thrown = syntaxError(1, "invalid syntax")
		default:
			panic(v)
		}
	}()
	f()
	return nil
}

// parse reads a whole source: eval in CPython's grammar.
func (p *peg) parse() (t *tree, f *fault) {
	if f = catch(func() { t = p.eval() }); f != nil {
		return nil, p.unlessElsewhere(f)
	}
	if t != nil {
		return t, nil
	}
	last := p.tokens[len(p.tokens)-1]
	p.invalid, p.second = true, true
	if f = catch(func() { p.eval() }); f != nil {
		return nil, p.unlessElsewhere(f)
	}
	switch last.kind {
	case indentToken:
		return nil, &fault{"IndentationError", "unexpected indent", last.line}
	case dedentToken:
		return nil, &fault{"IndentationError", "unexpected unindent", last.line}
	}
	return nil, p.elsewhere(syntaxError(last.line, "invalid syntax"))
}

// unlessElsewhere is elsewhere for a fault that a rule threw. CPython looks no
// further if its tokenizer saw the end of the source: if it looked for one more
// character of the last token.
func (p *peg) unlessElsewhere(f *fault) *fault {
	if n := len(p.tokens); p.z != nil && n > 0 && p.z.pos >= len(p.z.src) && p.tokens[n-1].kind != stringToken {
		return f
	}
	return p.elsewhere(f)
}

// elsewhere returns the fault that the rest of the source has as tokens, which
// counts for more than f, or else f.
func (p *peg) elsewhere(f *fault) *fault {
	if p.z == nil || f.class != "SyntaxError" && f.class != "IndentationError" {
		return f
	}
	line := 0
	if n := len(p.tokens); n > 0 {
		line = p.tokens[n-1].line
	}
	var other *fault
	func() {
		defer func() {
			switch v := recover().(type) {
			case nil:
			case *fault:
				other = v
			case soft:
				if n := len(p.z.brackets); n > 0 && line > p.z.brackets[n-1].line {
					b := p.z.brackets[n-1]
					other = syntaxError(b.line, "'"+string(b.open)+"' was never closed")
				}
			default:
				panic(v)
			}
		}()
		for z := p.z; z.next().kind != endToken; {
		}
	}()
	p.z = nil
	if other != nil {
		return other
	}
	return f
}

// eval: expressions NEWLINE* ENDMARKER
func (p *peg) eval() *tree {
	p.mark, p.level = 0, 0
	p.memo = map[memoKey]memoValue{}
	t := p.expressions()
	if t == nil {
		return nil
	}
	for p.peek().kind == newlineToken {
		p.mark++
	}
	if p.peek().kind != endToken {
		return nil
	}
	return t
}

// peek returns the next token. What it points to is valid until the next call.
func (p *peg) peek() *token {
	if p.mark == len(p.tokens) {
		p.fetch()
	}
	return &p.tokens[p.mark]
}

func (p *peg) fetch() {
	if len(p.tokens) >= p.most {
		panic(tooLong{})
	}
	z := p.z
	defer func() {
		if v := recover(); v != nil {
			if s, ok := v.(soft); ok && s.line < 0 && len(p.tokens) > 0 {
				s.line = p.tokens[len(p.tokens)-1].line
			} else if ok && s.line < 0 {
				s.line = 0
			}
			p.z = nil // the source ends here
			panic(v)
		}
	}()
	p.tokens = append(p.tokens, z.next())
}

// ahead reports whether the next token is text.
func (p *peg) ahead(text string) bool { return p.peek().is(text) }

// take goes past the next token if it is text.
func (p *peg) take(text string) bool {
	if p.peek().is(text) {
		p.mark++
		return true
	}
	return false
}

// takeName goes past the next token if it is a name.
func (p *peg) takeName() *tree {
	t := p.peek()
	if t.kind != nameToken {
		return nil
	}
	p.mark++
	return &tree{class: "Name", line: t.line, name: t.text}
}

// back goes back to mark and returns nil.
func (p *peg) back(mark int) *tree {
	p.mark = mark
	return nil
}

// enter bounds the nesting of rules and the work; leave undoes it.
func (p *peg) enter() {
	if p.level++; p.level > maxLevel {
		panic(&fault{"MemoryError", "", -1})
	}
	if p.steps++; p.steps > maxSteps {
		panic(tooLong{})
	}
}

func (p *peg) leave() { p.level-- }

// remember returns what r made at this place before, or else what parse makes.
func (p *peg) remember(r rule, parse func() *tree) *tree {
	p.enter()
	defer p.leave()
	key := memoKey{r, p.mark}
	if m, ok := p.memo[key]; ok {
		p.mark = m.mark
		return m.t
	}
	t := parse()
	p.memo[key] = memoValue{t, p.mark}
	return t
}

// throw throws a SyntaxError at line.
func (p *peg) throw(line int, text string) { panic(syntaxError(line, text)) }
