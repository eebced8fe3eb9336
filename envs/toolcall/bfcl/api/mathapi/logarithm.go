package mathapi

import (
	"math/big"
	"regexp"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// MaxDigits is the largest precision, in decimal digits, that is calculated
// with.
//
// Differs: the original calculates as long as it takes.
const MaxDigits = 1000

// maxExponent is the largest exponent of ten of a number given as a str.
//
// Differs: as MaxDigits.
const maxExponent = 100_000

const (
	tooPrecise = "precision is limited to 1000 digits"
	tooFar     = "the exponent is limited to 100000"
)

// number is a real number, a complex one if im is not nil.
type number struct {
	re mpf
	im *mpf
}

// shown is a result as it is written out.
type shown struct{ class, text string }

// Type returns "mpf" or "mpc".
func (s shown) Type() string { return s.class }

// EqualTo reports whether w is written out alike.
func (s shown) EqualTo(w py.Value) bool { t, ok := w.(shown); return ok && s == t }

// AppendRepr appends "mpf('1.5')" or "mpc(real='1.0', imag='2.0')".
func (s shown) AppendRepr(b []byte) []byte { return append(b, s.text...) }

// logarithm is log(value) / log(base), all errors caught.
func logarithm(l *logs, args []py.Value) py.Value {
	v, e := py.Try(func() py.Value {
		digits := digitsOf(args[2])
		if digits > MaxDigits {
			return failed(tooPrecise)
		}
		prec := bitsOf(digits)
		x := l.ln(args[0], prec)
		return result(x.div(l.ln(args[1], prec), prec).show(shownDigits(prec)))
	})
	if e != nil {
		return failed(e.Text)
	}
	return v
}

// digitsOf is int(v), cut down to what is certainly too much, and not below 0.
// It raises what setting mpmath's precision raises.
func digitsOf(v py.Value) int {
	n := py.IntOf(v)
	if _, big := n.(*py.Big); big { // int(round((n+1) * 3.32…)) may be more than a float holds
		py.Round(py.Mul(py.Add(n, py.Int(1)), py.Float(bitsADigit)), py.None{})
	}
	switch {
	case py.Less(n, py.Int(0)):
		return -1
	case py.Greater(n, py.Int(MaxDigits)):
		return MaxDigits + 1
	}
	return int(n.(py.Int))
}

// ln is the natural logarithm of whatever can be made a number.
func (l *logs) ln(v py.Value, prec int) number {
	y, real := l.log(convert(v, prec), prec)
	if real {
		return number{re: y}
	}
	im := mpfOf(fixed(l.pi, prec+guard), -(prec + guard), prec)
	return number{y, &im}
}

// div is x / y, rounded to so many bits.
func (x number) div(y number, bits int) number {
	switch {
	case x.im == nil && y.im == nil:
		return number{re: x.re.div(y.re, bits)}
	case y.im == nil:
		re := x.re.div(y.re, bits)
		im := x.im.div(y.re, bits)
		return number{re, &im}
	}
	m := y.re.mul(y.re).add(y.im.mul(*y.im), bits+10)
	if x.im == nil {
		re := x.re.mul(y.re).div(m, bits)
		im := x.re.mul(*y.im).neg().div(m, bits)
		return number{re, &im}
	}
	t := x.re.mul(y.re).add(x.im.mul(*y.im), bits+10)
	u := x.im.mul(y.re).add(x.re.mul(*y.im).neg(), bits+10)
	re, im := t.div(m, bits), u.div(m, bits)
	return number{re, &im}
}

func (x number) show(digits int) shown {
	if x.im == nil {
		return shown{"mpf", "mpf('" + x.re.text(digits) + "')"}
	}
	return shown{"mpc", "mpc(real='" + x.re.text(digits) + "', imag='" + x.im.text(digits) + "')"}
}

// convert is mpmath's conversion of a value: exact for numbers, a str is rounded
// to so many bits.
func convert(v py.Value, bits int) mpf {
	switch v := v.(type) {
	case py.Bool:
		if v {
			return mpfOf(one, 0, 0)
		}
		return mpfZero
	case py.Int:
		return mpfOf(big.NewInt(int64(v)), 0, 0)
	case *py.Big:
		return mpfOf(v.X, 0, 0)
	case py.Float:
		return mpfOfFloat(float64(v))
	case py.Str:
		return convertText(v, bits)
	}
	py.Raise("TypeError", "%s", "cannot create mpf from "+py.Repr(v))
	return mpf{}
}

// complexText is what mpmath takes for a complex number.
var complexText = regexp.MustCompile(`^\(?([+\-]?\d*(\.\d*)?(e[+\-]?\d+)?)??([+\-]?\d*(\.\d*)?(e[+\-]?\d+)?j)?\)?$`)

// convertText reads a number from a str.
//
// Differs: complex numbers are refused with the words for what is no number.
func convertText(v py.Str, bits int) (x mpf) {
	_, e := py.Try(func() py.Value {
		x = parseText(string(v), bits)
		return nil
	})
	switch {
	case e == nil:
		return x
	case e.Class != "ValueError":
		panic(e)
	}
	lower := strings.ReplaceAll(python.Lower(string(v)), " ", "")
	if strings.Contains(lower, "j") && !complexText.MatchString(lower) {
		py.Raise("AttributeError", "'NoneType' object has no attribute 'group'")
	}
	py.Raise("TypeError", "%s", "cannot create mpf from "+py.Repr(v))
	return mpf{}
}

func parseText(s string, bits int) mpf {
	s = python.Strip(python.Lower(s))
	switch s {
	case "inf", "+inf":
		return mpf{kind: infinite, man: new(big.Int)}
	case "-inf":
		return mpf{kind: infinite, negative: true, man: new(big.Int)}
	case "nan":
		return mpf{kind: nan, man: new(big.Int)}
	}
	if p, q, ok := strings.Cut(s, "/"); ok {
		if strings.Contains(q, "/") {
			py.Raise("ValueError", "too many values to unpack (expected 2)")
		}
		num := intOf(strings.TrimRight(p, "l"))
		return mpfOf(num, 0, 0).div(mpfOf(intOf(strings.TrimRight(q, "l")), 0, 0), bits)
	}
	s = strings.TrimRight(s, "l")
	py.FloatOf(py.Str(s)) // raises what is no number
	digits, exponent, _ := strings.Cut(s, "e")
	exp := 0
	if exponent != "" {
		e := intOf(exponent)
		if e.CmpAbs(big.NewInt(maxExponent)) > 0 {
			py.Raise("OverflowError", tooFar)
		}
		exp = int(e.Int64())
	}
	whole, decimals, _ := strings.Cut(digits, ".")
	decimals = strings.TrimRight(decimals, "0")
	exp -= len([]rune(decimals))
	man := intOf(whole + decimals)
	if exp >= 0 {
		return mpfOf(man.Mul(man, tenTo(exp)), 0, bits)
	}
	return mpfOf(man, 0, 0).div(mpfOf(tenTo(-exp), 0, 0), bits)
}

// intOf is int(s).
func intOf(s string) *big.Int {
	switch n := py.IntOf(py.Str(s)).(type) {
	case py.Int:
		return big.NewInt(int64(n))
	case *py.Big:
		return new(big.Int).Set(n.X)
	}
	return new(big.Int)
}
