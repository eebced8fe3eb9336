package py

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"

	"stepgym/internal/python"
)

// FromJSON is json.loads(data): ints and floats kept apart, keys in their order,
// of equal keys the last value in the place of the first.
func FromJSON(data []byte) (Value, error) {
	p := jsonReader{s: data}
	v, err := p.value(0)
	if err == nil {
		if p.blanks(); p.at != len(p.s) {
			err = errors.New("more follows after the value")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("json: byte %d: %w", p.at, err)
	}
	return v, nil
}

type jsonReader struct {
	s  []byte
	at int
}

func (p *jsonReader) blanks() {
	for p.at < len(p.s) && (p.s[p.at] == ' ' || p.s[p.at] == '\n' || p.s[p.at] == '\t' || p.s[p.at] == '\r') {
		p.at++
	}
}

func (p *jsonReader) peek() byte {
	if p.at < len(p.s) {
		return p.s[p.at]
	}
	return 0
}

func (p *jsonReader) word(w string) bool {
	if len(p.s)-p.at >= len(w) && string(p.s[p.at:p.at+len(w)]) == w {
		p.at += len(w)
		return true
	}
	return false
}

func (p *jsonReader) value(depth int) (Value, error) {
	if depth > maxDepth {
		return nil, errors.New("it is nested too deep")
	}
	p.blanks()
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		s, err := p.text()
		return Str(s), err
	case p.word("null"):
		return None{}, nil
	case p.word("true"):
		return Bool(true), nil
	case p.word("false"):
		return Bool(false), nil
	case p.word("NaN"):
		return Float(math.NaN()), nil
	case p.word("Infinity"):
		return Float(math.Inf(1)), nil
	case p.word("-Infinity"):
		return Float(math.Inf(-1)), nil
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return nil, errors.New("a value is missing")
}

func (p *jsonReader) object(depth int) (Value, error) {
	p.at++
	d := NewDict(nil, 0)
	if p.blanks(); p.peek() == '}' {
		p.at++
		return d, nil
	}
	for {
		if p.blanks(); p.peek() != '"' {
			return nil, errors.New("a key in double quotes is missing")
		}
		key, err := p.text()
		if err != nil {
			return nil, err
		}
		if p.blanks(); p.peek() != ':' {
			return nil, errors.New(`":" is missing after a key`)
		}
		p.at++
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		d.SetStr(key, v)
		switch p.blanks(); p.peek() {
		case ',':
			p.at++
		case '}':
			p.at++
			return d, nil
		default:
			return nil, errors.New(`"," or "}" is missing`)
		}
	}
}

func (p *jsonReader) array(depth int) (Value, error) {
	p.at++
	l := NewList()
	if p.blanks(); p.peek() == ']' {
		p.at++
		return l, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l.Append(v)
		switch p.blanks(); p.peek() {
		case ',':
			p.at++
		case ']':
			p.at++
			return l, nil
		default:
			return nil, errors.New(`"," or "]" is missing`)
		}
	}
}

func (p *jsonReader) digits() int {
	from := p.at
	for p.at < len(p.s) && isDigit(p.s[p.at]) {
		p.at++
	}
	return p.at - from
}

func (p *jsonReader) number() (Value, error) {
	from, float := p.at, false
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if p.digits() == 0 {
		return nil, errors.New("a digit is missing")
	}
	if p.at+1 < len(p.s) && p.peek() == '.' && isDigit(p.s[p.at+1]) {
		p.at++
		p.digits()
		float = true
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		end := p.at
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if p.digits() == 0 {
			p.at = end
		} else {
			float = true
		}
	}
	s := string(p.s[from:p.at])
	if float {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, err
		}
		return Float(f), nil
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(i), nil
	}
	if len(s) > 4301 {
		return nil, errors.New("an int of more than 4300 digits")
	}
	x, ok := new(big.Int).SetString(s, 10)
	if !ok {
		return nil, errors.New("a number that cannot be read")
	}
	return &Big{x}, nil
}

func (p *jsonReader) text() (string, error) {
	p.at++
	from := p.at
	for p.at < len(p.s) && p.s[p.at] != '"' && p.s[p.at] != '\\' && p.s[p.at] >= ' ' {
		p.at++
	}
	if p.peek() == '"' && p.at < len(p.s) {
		s := string(p.s[from:p.at])
		p.at++
		return s, nil
	}
	b := append([]byte(nil), p.s[from:p.at]...)
	for p.at < len(p.s) {
		c := p.s[p.at]
		switch {
		case c == '"':
			p.at++
			return string(b), nil
		case c < ' ':
			return "", errors.New("a control character in a string")
		case c != '\\':
			b = append(b, c)
			p.at++
			continue
		}
		var err error
		if b, err = p.escape(b); err != nil {
			return "", err
		}
	}
	return "", errors.New("a string does not end")
}

func (p *jsonReader) escape(b []byte) ([]byte, error) {
	p.at++
	c := p.peek()
	p.at++
	switch c {
	case '"', '\\', '/':
		return append(b, c), nil
	case 'b':
		return append(b, '\b'), nil
	case 'f':
		return append(b, '\f'), nil
	case 'n':
		return append(b, '\n'), nil
	case 'r':
		return append(b, '\r'), nil
	case 't':
		return append(b, '\t'), nil
	case 'u':
		r, err := p.hex()
		if err != nil {
			return b, err
		}
		if r >= 0xd800 && r < 0xdc00 && p.word(`\u`) {
			low, err := p.hex()
			if err != nil {
				return b, err
			}
			if low >= 0xdc00 && low < 0xe000 {
				return utf8.AppendRune(b, (r-0xd800)<<10+(low-0xdc00)+0x10000), nil
			}
			return python.AppendRune(python.AppendRune(b, r), low), nil
		}
		return python.AppendRune(b, r), nil
	}
	return b, errors.New("an unknown escape in a string")
}

func (p *jsonReader) hex() (rune, error) {
	if len(p.s)-p.at < 4 {
		return 0, errors.New(`\u needs four hexadecimal digits`)
	}
	x, err := strconv.ParseUint(string(p.s[p.at:p.at+4]), 16, 32)
	if err != nil {
		return 0, errors.New(`\u needs four hexadecimal digits`)
	}
	p.at += 4
	return rune(x), nil
}
