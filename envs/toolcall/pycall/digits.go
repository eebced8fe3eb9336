package pycall

import (
	"strings"
	"unicode/utf8"
)

// number reads a number; it throws what CPython says of a wrong one.
func (z *tokenizer) number() {
	if z.at(0) == '0' {
		switch z.at(1) | 0x20 {
		case 'x':
			z.based("hexadecimal", 16)
			return
		case 'o':
			z.based("octal", 8)
			return
		case 'b':
			z.based("binary", 2)
			return
		}
	}
	whole := z.at(0) != '.'
	old := false // 0777 is an integer in octal no more
	if whole {
		old = z.whole()
	}
	fraction := z.at(0) == '.'
	if fraction {
		z.pos++
		if isDigit(z.at(0)) {
			z.digits()
		}
	}
	exponent := false
	if z.at(0)|0x20 == 'e' {
		if exponent = z.exponent(); !exponent {
			if z.verifyEnd("decimal"); old && !fraction {
				z.oldOctal()
			}
			return
		}
	}
	switch {
	case z.at(0)|0x20 == 'j':
		z.pos++
		z.verifyEnd("imaginary")
	case old && !fraction && !exponent:
		z.oldOctal()
	default:
		z.verifyEnd("decimal")
	}
}

func (z *tokenizer) oldOctal() {
	z.throw("leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
}

// whole reads the digits before the point, and reports whether they start with
// a zero and have others.
func (z *tokenizer) whole() (old bool) {
	if z.at(0) != '0' {
		z.digits()
		return false
	}
	z.pos++
	for {
		if z.at(0) == '_' {
			z.pos++
			if !isDigit(z.at(0)) {
				z.throw("invalid decimal literal")
			}
		}
		if z.at(0) != '0' {
			break
		}
		z.pos++
	}
	if !isDigit(z.at(0)) {
		return false
	}
	z.digits()
	return true
}

// digits reads decimal digits with single underscores between them.
func (z *tokenizer) digits() {
	for {
		for isDigit(z.at(0)) {
			z.pos++
		}
		if z.at(0) != '_' {
			return
		}
		z.pos++
		if !isDigit(z.at(0)) {
			z.throw("invalid decimal literal")
		}
	}
}

// exponent reads an exponent; without digits it reads nothing and returns false.
func (z *tokenizer) exponent() bool {
	n := 1
	if c := z.at(1); c == '+' || c == '-' {
		n = 2
	}
	if !isDigit(z.at(n)) {
		if n == 2 {
			z.pos += 2
			z.throw("invalid decimal literal")
		}
		return false
	}
	z.pos += n
	z.digits()
	return true
}

// based reads a number with a prefix.
func (z *tokenizer) based(what string, base int) {
	z.pos += 2
	valid := func(c byte) bool { d := hexDigit(c); return d >= 0 && d < base }
	for {
		if z.at(0) == '_' {
			z.pos++
		}
		c := z.at(0)
		if !valid(c) {
			if isDigit(c) {
				z.throw("invalid digit '%c' in %s literal", c, what)
			}
			z.throw("invalid %s literal", what)
		}
		for valid(z.at(0)) {
			z.pos++
		}
		if z.at(0) != '_' {
			break
		}
	}
	if c := z.at(0); isDigit(c) {
		z.throw("invalid digit '%c' in %s literal", c, what)
	}
	z.verifyEnd(what)
}

// verifyEnd throws if a number runs into a name. Some keywords may follow at
// once: 1if x else 2.
func (z *tokenizer) verifyEnd(what string) {
	rest := z.src[z.pos:]
	for _, keyword := range [...]string{"and", "else", "for", "or", "not"} {
		if n := len(keyword); strings.HasPrefix(rest, keyword) && !namePart(z.at(n)) {
			return
		}
	}
	for _, keyword := range [...]string{"if", "in", "is"} {
		if strings.HasPrefix(rest, keyword) {
			return
		}
	}
	if c := z.at(0); c < utf8.RuneSelf && namePart(c) {
		z.throw("invalid %s literal", what)
	}
}
