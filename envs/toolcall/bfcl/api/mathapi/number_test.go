package mathapi

import (
	"math/big"
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// run calls a method on a fresh class.
func run(t *testing.T, calls ...string) []string {
	t.Helper()
	x := toolcall.NewKit(Class()).New([]toolcall.State{Load(nil, nil)})
	var texts []string
	for _, c := range calls {
		texts = append(texts, x.Run(c).Text)
	}
	return texts
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ call, want string }{
		{"logarithm(value=36, base=6, precision=4)", "{'result': mpf('2.0')}"},
		{"logarithm(value=20, base=10, precision=2)", "{'result': mpf('1.3027')}"},
		{"logarithm(value=980, base=20, precision=10)", "{'result': mpf('2.299121531134')}"},
		{"logarithm(value=10, base=1, precision=10)", `{"error": ""}`},
		{"logarithm(value=10, base=2, precision=1001)", `{"error": "precision is limited to 1000 digits"}`},
		{"logarithm(value=10, base='1e100001', precision=10)", `{"error": "the exponent is limited to 100000"}`},
		{"logarithm(value=10, base='2+3j', precision=10)", `{"error": "cannot create mpf from '2+3j'"}`},
		{"square_root(number=2, precision=10)", "{'result': Decimal('1.414213562')}"},
		{"square_root(number=2, precision=1001)", `{"error": "precision is limited to 1000 digits"}`},
		{"square_root(number=4, precision=1001)", "{'result': Decimal('2')}"},
		{"square_root(number=2, precision=0)", "Error during execution: valid range for prec is [1, MAX_PREC]"},
		{"power(base=2, exponent=10)", `{"result": 1024}`},
		{"round_number(number=2.5)", `{"result": 2.0}`},
		{"mean(numbers=[1, 2])", `{"result": 1.5}`},
		{"mean(numbers=[1, 'a'])", `{"error": "All elements in the list must be numbers"}`},
		{"power(base=0.0, exponent=-1)", "Error during execution: 0.0 cannot be raised to a negative power"},
	} {
		if got := run(t, test.call)[0]; got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.call, got, test.want)
		}
	}
}

// In the original a precision outlives its call.
func TestPrecisionStaysInItsCall(t *testing.T) {
	calls := []string{"square_root(2, 50)", "logarithm(2, 10, 50)", "square_root(3, 5)", "logarithm(3, 10, 5)", "divide(1, 3)"}
	together := run(t, calls...)
	for i, c := range calls {
		if alone := run(t, c)[0]; alone != together[i] {
			t.Errorf("%s after others: got %s, want %s", c, together[i], alone)
		}
	}
	nested := run(t, "max_value([square_root(2, 50)])", "min_value(numbers=[logarithm(9, 3, 4)])")
	for i, want := range []string{
		"{'result': {'result': Decimal('1.4142135623730950488016887242096980785696718753769')}}",
		"{'result': {'result': mpf('2.0')}}",
	} {
		if nested[i] != want {
			t.Errorf("nested: got %s, want %s", nested[i], want)
		}
	}
}

// TestLogBounds holds logarithms against bounds of their exponentials, summed as
// rationals: e^y / x must be 1 but for the last bit.
func TestLogBounds(t *testing.T) {
	l := newLogs()
	for _, prec := range []int{10, 53, 100, 333} {
		for _, n := range []int64{3, 7, 10, 1000, 123456789} {
			for _, m := range []int64{1, 4, 1024} {
				x := mpfOf(big.NewInt(n), 0, 0).div(mpfOf(big.NewInt(m), 0, 0), 60)
				y, real := l.log(x, prec)
				if !real {
					t.Fatalf("log %d/%d is not real", n, m)
				}
				ratio := new(big.Float).SetPrec(500).Quo(exp(float(y)), float(x))
				ratio.Sub(ratio, big.NewFloat(1))
				limit := new(big.Float).SetMantExp(big.NewFloat(1), y.exp+y.man.BitLen()-prec)
				if ratio.Abs(ratio).Cmp(limit) > 0 {
					t.Errorf("log %d/%d to %d bits: e^y/x - 1 is %.3g, want at most %.3g", n, m, prec, ratio, limit)
				}
			}
		}
	}
}

func float(x mpf) *big.Float {
	f := new(big.Float).SetPrec(500).SetInt(x.signed())
	return f.SetMantExp(f, x.exp)
}

// exp is e^x by its series.
func exp(x *big.Float) *big.Float {
	sum, term := new(big.Float).SetPrec(500).SetInt64(1), new(big.Float).SetPrec(500).SetInt64(1)
	for k := int64(1); k < 400; k++ {
		term.Mul(term, x)
		term.Quo(term, new(big.Float).SetInt64(k))
		sum.Add(sum, term)
	}
	return sum
}

// TestSquareRootTwin holds square roots against the definition: the nearest
// number of so many digits.
func TestSquareRootTwin(t *testing.T) {
	for n := int64(2); n < 300; n++ {
		for _, digits := range []int{1, 2, 7, 30} {
			root, ok := decimalOf(py.Int(n)).sqrt(digits)
			if !ok {
				t.Fatalf("no root of %d", n)
			}
			// (2c-1)² 10^2e < 4n < (2c+1)² 10^2e
			low, high := new(big.Int).Lsh(root.coefficient, 1), new(big.Int).Lsh(root.coefficient, 1)
			low.Sub(low, one)
			high.Add(high, one)
			want := big.NewInt(4 * n)
			low.Mul(low, low)
			high.Mul(high, high)
			if root.exponent < 0 {
				want.Mul(want, tenTo(-2*root.exponent))
			} else {
				low.Mul(low, tenTo(2*root.exponent))
				high.Mul(high, tenTo(2*root.exponent))
			}
			if low.Cmp(want) > 0 || high.Cmp(want) < 0 {
				t.Errorf("root of %d to %d digits: got %s", n, digits, root.appendText(nil))
			}
		}
	}
}

// FuzzConvert reads numbers from text: whatever it is, an error is an answer.
func FuzzConvert(f *testing.F) {
	for _, s := range []string{"36", "1.5e3", "1/3", ".5", "inf", "1_0", "2j", "jay", "1e-400", "١٢", "1/0"} {
		f.Add(s, 15)
	}
	l := newLogs()
	f.Fuzz(func(t *testing.T, s string, digits int) {
		v := logarithm(l, []py.Value{py.Str(s), py.Int(10), py.Int(digits % 300)})
		if len(py.Result(v)) == 0 {
			t.Errorf("log %q is nothing", s)
		}
	})
}
