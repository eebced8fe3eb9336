package graph

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Dim is one dimension: a number, or a polynomial in symbols that stand for
// sizes known at run time. The form is canonical, so == compares: B*2 equals
// B+B. The zero Dim is the number 0.
type Dim struct {
	n    int64
	expr string // "" for a number; else terms "2*A*B + C - 1" in a fixed order
}

// D is the dimension of n elements.
func D(n int) Dim { return Dim{n: int64(n)} }

// Sym is the dimension whose size the symbol name stands for. Name is a letter
// followed by letters, digits and underscores.
func Sym(name string) Dim {
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			name = ""
			break
		}
	}
	if name == "" {
		fail("Sym: a symbol is a letter followed by letters, digits and underscores")
	}
	return Dim{expr: name}
}

// Static returns the number of elements, and whether it is known.
func (d Dim) Static() (n int, ok bool) { return int(d.n), d.expr == "" }

// String is the dimension as it stands in the model.
func (d Dim) String() string {
	if d.expr != "" {
		return d.expr
	}
	return strconv.FormatInt(d.n, 10)
}

// Plus returns the sum of d and e.
func (d Dim) Plus(e Dim) Dim {
	if d.expr == "" && e.expr == "" {
		return Dim{n: d.n + e.n}
	}
	p := d.terms()
	for k, c := range e.terms() {
		p[k] += c
	}
	return fromTerms(p)
}

// Minus returns d less e.
func (d Dim) Minus(e Dim) Dim { return d.Plus(e.Times(D(-1))) }

// Times returns the product of d and e.
func (d Dim) Times(e Dim) Dim {
	if d.expr == "" && e.expr == "" {
		return Dim{n: d.n * e.n}
	}
	p := map[string]int64{}
	for a, x := range d.terms() {
		for b, y := range e.terms() {
			p[joinSymbols(a, b)] += x * y
		}
	}
	return fromTerms(p)
}

// Count is the product of dims: the number of elements of a tensor.
func Count(dims ...Dim) Dim {
	p := D(1)
	for _, d := range dims {
		p = p.Times(d)
	}
	return p
}

// one reports whether d is the number 1, which broadcasts.
func (d Dim) one() bool { return d == D(1) }

// terms returns the coefficients by product of symbols, "" for the constant.
func (d Dim) terms() map[string]int64 {
	if d.expr == "" {
		return map[string]int64{"": d.n}
	}
	p := map[string]int64{}
	sign := int64(1)
	for t := range strings.SplitSeq(d.expr, " ") {
		switch t {
		case "+":
			sign = 1
		case "-":
			sign = -1
		default:
			c, syms := int64(1), t
			if head, rest, _ := strings.Cut(t, "*"); head != "" && head[0] >= '0' && head[0] <= '9' {
				c, _ = strconv.ParseInt(head, 10, 64)
				syms = rest
			}
			p[syms] += sign * c
		}
	}
	return p
}

// fromTerms is the inverse of terms.
func fromTerms(p map[string]int64) Dim {
	var b strings.Builder
	keys := slices.Sorted(maps.Keys(p))
	if len(keys) > 0 && keys[0] == "" { // the constant goes last
		keys = append(keys[1:], "")
	}
	for _, k := range keys {
		c := p[k]
		switch {
		case c == 0:
			continue
		case c < 0:
			b.WriteString(" - ")
			c = -c
		case b.Len() > 0:
			b.WriteString(" + ")
		}
		switch {
		case k == "":
			fmt.Fprint(&b, c)
		case c == 1:
			b.WriteString(k)
		default:
			fmt.Fprintf(&b, "%d*%s", c, k)
		}
	}
	d := Dim{expr: strings.TrimPrefix(b.String(), " ")}
	if c, ok := p[""]; d.expr == "" || ok && onlyConstant(p) {
		return Dim{n: c}
	}
	return d
}

// onlyConstant reports whether every symbol of p has the coefficient 0.
func onlyConstant(p map[string]int64) bool {
	for k, c := range p {
		if k != "" && c != 0 {
			return false
		}
	}
	return true
}

// joinSymbols multiplies two products of symbols.
func joinSymbols(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	s := append(strings.Split(a, "*"), strings.Split(b, "*")...)
	slices.Sort(s)
	return strings.Join(s, "*")
}
