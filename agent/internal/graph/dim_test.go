package graph

import (
	"testing"

	"pgregory.net/rapid"
)

func TestDimForms(t *testing.T) {
	a, b := Sym("A"), Sym("B")
	for _, c := range []struct {
		name string
		d    Dim
		want string
	}{
		{"number", D(3), "3"},
		{"symbol", a, "A"},
		{"sum", b.Plus(a).Plus(D(2)), "A + B + 2"},
		{"twice", a.Plus(a), "2*A"},
		{"product", b.Times(D(3)).Times(a), "3*A*B"},
		{"square", a.Times(a), "A*A"},
		{"expanded", a.Plus(D(1)).Times(b.Minus(D(2))), "- 2*A + A*B + B - 2"},
		{"cancelled", a.Plus(D(4)).Minus(a), "4"},
		{"nothing left", a.Minus(a), "0"},
		{"times zero", a.Times(D(0)), "0"},
		{"negative", D(1).Minus(a), "- A + 1"},
		{"count", Count(a, D(2), b), "2*A*B"},
		{"empty count", Count(), "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.d.String(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestDimIsPolynomial compares sums and products of random dimensions with the
// same arithmetic on numbers, and equal values with equal forms.
func TestDimIsPolynomial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := map[string]int{"A": 7, "B": 1001, "C": 100_003}
		value := func(d Dim) int {
			sum := 0
			for k, c := range d.terms() {
				p := int(c)
				for _, s := range splitSymbols(k) {
					p *= at[s]
				}
				sum += p
			}
			return sum
		}
		atom := rapid.SampledFrom([]Dim{D(0), D(1), D(-3), D(5), Sym("A"), Sym("B"), Sym("C")})
		x, y, z := atom.Draw(t, "x"), atom.Draw(t, "y"), atom.Draw(t, "z")
		sum, product := x.Plus(y).Times(z), x.Times(z).Plus(z.Times(y))
		if sum != product {
			t.Fatalf("(%v + %v) * %v: %v and %v", x, y, z, sum, product)
		}
		if got, want := value(sum), (value(x)+value(y))*value(z); got != want {
			t.Fatalf("(%v + %v) * %v = %v: value %d, want %d", x, y, z, sum, got, want)
		}
		if d := sum.Minus(product); d != D(0) {
			t.Fatalf("difference of equals is %v", d)
		}
	})
}

func splitSymbols(k string) []string {
	var out []string
	for _, r := range k {
		if r != '*' {
			out = append(out, string(r))
		}
	}
	return out
}
