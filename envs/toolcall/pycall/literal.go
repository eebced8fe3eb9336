package pycall

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// number reads a decimal number without underscores.
func (f *fast) number() (Node, bool) {
	start, integer := f.i, true
	for f.i < len(f.src) && isDigit(f.src[f.i]) {
		f.i++
	}
	whole := f.i - start
	if f.peek() == '.' {
		integer = false
		f.i++
		for f.i < len(f.src) && isDigit(f.src[f.i]) {
			f.i++
		}
		if f.i-start == 1 {
			return nil, false
		}
	}
	if c := f.peek(); c == 'e' || c == 'E' {
		integer = false
		f.i++
		if c := f.peek(); c == '+' || c == '-' {
			f.i++
		}
		if !isDigit(f.peek()) {
			return nil, false
		}
		for f.i < len(f.src) && isDigit(f.src[f.i]) {
			f.i++
		}
	}
	if namePart(f.peek()) || whole > 1 && f.src[start] == '0' {
		return nil, false
	}
	text := f.src[start:f.i]
	if !integer {
		x, _ := strconv.ParseFloat(text, 64)
		return f.plain(py.Float(x))
	}
	if len(text) <= 18 {
		v := int64(0)
		for i := range len(text) {
			v = v*10 + int64(text[i]-'0')
		}
		return f.plain(py.Int(v))
	}
	v, wrong := decimal(text)
	if wrong != "" {
		return nil, false
	}
	return f.plain(v)
}

// strings reads strings that stand behind one another.
func (f *fast) strings() (Node, bool) {
	s, ok := f.string()
	if !ok {
		return nil, false
	}
	f.space()
	if c := f.peek(); c == '\'' || c == '"' {
		b := []byte(s)
		for c == '\'' || c == '"' {
			if s, ok = f.string(); !ok {
				return nil, false
			}
			b = append(b, s...)
			f.space()
			c = f.peek()
		}
		s = string(b)
	}
	return f.plain(py.Str(s))
}

// string reads one string without a prefix.
func (f *fast) string() (string, bool) {
	quote := f.src[f.i]
	start, escapes := f.i+1, false
	i := start
	if strings.HasPrefix(f.src[i:], "''") || strings.HasPrefix(f.src[i:], `""`) {
		if f.src[i] == quote {
			return "", false // triple quotes
		}
	}
	for ; i < len(f.src) && f.src[i] != quote; i++ {
		switch f.src[i] {
		case '\n', '\r', 0:
			return "", false
		case '\\':
			escapes = true
			if i++; i >= len(f.src) || f.src[i] == '\r' || f.src[i] == 0 {
				return "", false
			}
		}
	}
	if i >= len(f.src) {
		return "", false
	}
	f.i = i + 1
	body := f.src[start:i]
	if !escapes {
		return body, true
	}
	b, wrong := unescape(make([]byte, 0, len(body)), body)
	return string(b), wrong == ""
}
