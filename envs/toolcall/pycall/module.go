package pycall

import (
	"fmt"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
)

// Assignment is NAME = value.
type Assignment struct {
	Name  string
	Value py.Value
}

// maxModuleTokens bounds what [Literals] reads.
const maxModuleTokens = 4_000_000

// Literals reads a Python module that consists of assignments of literals, and
// strings that stand alone (comments in effect), and returns the assignments in
// their order. It executes nothing: anything else in the module is an error that
// names its line.
func Literals(src []byte) ([]Assignment, error) {
	if !utf8.Valid(src) {
		return nil, fmt.Errorf("pycall: read literals: the module is not UTF-8")
	}
	text, e := source(string(src))
	if e != nil {
		return nil, fmt.Errorf("pycall: read literals: %w", e)
	}
	p := &peg{z: newTokenizer(text), most: maxModuleTokens, memo: map[memoKey]memoValue{}}
	var out []Assignment
	var err error
	if f := catch(func() { out, err = p.module() }); f != nil {
		return nil, fmt.Errorf("pycall: read literals: line %d: %s", f.line, f.text)
	}
	return out, err
}

func (p *peg) module() (out []Assignment, err error) {
	for {
		t := *p.peek()
		switch t.kind {
		case endToken:
			return out, nil
		case newlineToken:
			p.mark++
			continue
		case stringToken:
			if s := p.strings(); s != nil && p.endOfStatement() {
				continue
			}
		case nameToken:
			p.mark++
			v, ok := p.assigned()
			if ok {
				out = append(out, Assignment{t.text, v})
				continue
			}
		}
		return nil, fmt.Errorf("pycall: read literals: line %d: not NAME = literal", t.line)
	}
}

// assigned reads = and a literal, and what it remembers of them it forgets.
func (p *peg) assigned() (py.Value, bool) {
	if !p.take("=") {
		return nil, false
	}
	t := p.expression()
	if t == nil || !p.endOfStatement() {
		return nil, false
	}
	t.checkDepth(0)
	v, ok := t.node().(py.Value)
	clear(p.memo)
	p.steps = 0
	return v, ok
}

func (p *peg) endOfStatement() bool {
	k := p.peek().kind
	return k == newlineToken || k == endToken
}
