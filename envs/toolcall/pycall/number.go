package pycall

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// maxDigits is CPython's limit on decimal integers (sys.get_int_max_str_digits).
const maxDigits = 4300

// number returns the value of a number that the tokenizer accepted. A text that
// is not "" says what is wrong with it.
func number(text string) (v Node, wrong string) {
	if strings.Contains(text, "_") {
		text = strings.ReplaceAll(text, "_", "")
	}
	if len(text) > 2 && text[0] == '0' {
		switch text[1] | 0x20 {
		case 'x':
			return powerOfTwo(text[2:], 4), ""
		case 'o':
			return powerOfTwo(text[2:], 3), ""
		case 'b':
			return powerOfTwo(text[2:], 1), ""
		}
	}
	if last := text[len(text)-1]; last == 'j' || last == 'J' {
		f, _ := strconv.ParseFloat(text[:len(text)-1], 64)
		return py.Complex(complex(0, f)), ""
	}
	if strings.ContainsAny(text, ".eE") {
		f, _ := strconv.ParseFloat(text, 64) // out of range: an infinity, as in Python
		return py.Float(f), ""
	}
	return decimal(text)
}

// decimal returns the integer of decimal digits.
func decimal(digits string) (v Node, wrong string) {
	if i, err := strconv.ParseInt(digits, 10, 64); err == nil {
		return py.Int(i), ""
	}
	if len(digits) > maxDigits {
		return nil, "Exceeds the limit (4300 digits) for integer string conversion: value has " + strconv.Itoa(len(digits)) +
			" digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
	}
	x, _ := new(big.Int).SetString(digits, 10)
	return &py.Big{X: x}, ""
}

// powerOfTwo returns the integer of digits of the given number of bits each, in
// linear time.
func powerOfTwo(digits string, bits int) Node {
	buf := make([]byte, (len(digits)*bits+7)/8)
	word, have, at := uint(0), 0, len(buf)
	for i := len(digits) - 1; i >= 0; i-- {
		word |= uint(hexDigit(digits[i])) << have
		if have += bits; have >= 8 {
			at--
			buf[at] = byte(word)
			word, have = word>>8, have-8
		}
	}
	if have > 0 {
		buf[0] |= byte(word)
	}
	x := new(big.Int).SetBytes(buf)
	if x.IsInt64() {
		return py.Int(x.Int64())
	}
	return &py.Big{X: x}
}

// hexDigit returns the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// negative reports whether f comes from a minus: its sign bit is set.
func negative(f py.Float) bool { return math.Signbit(float64(f)) }

func negated(b *py.Big) Node {
	x := new(big.Int).Neg(b.X)
	if x.IsInt64() { // -1 << 63
		return py.Int(x.Int64())
	}
	return &py.Big{X: x}
}
