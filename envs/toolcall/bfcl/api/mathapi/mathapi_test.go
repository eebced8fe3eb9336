package mathapi_test

import (
	"testing"

	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/mathapi"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: mathapi.Class(), Load: mathapi.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 800) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "MathAPI", classes.All(), 180) }

func FuzzCalls(f *testing.F) {
	f.Add(`{}`, "mean([1, True, 1e999])\nstandard_deviation([1.5, 10**400])\npower(2, -0.5)\nround_number(1e22, -400)\nmin_value([[], 1])", false)
	f.Add(`{}`, "logarithm('1/3', 2.5, 40)\nsquare_root('1e-9', 30)\nimperial_si_conversion(True, 'km', 'miles')\npercentage(1, {})", true)
	apitest.FuzzCalls(f, subject, py.Of())
}

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, mathapi.Load(nil, nil),
		"add(a=1.5, b=2)",
		"mean(numbers=[1, 2, 3.5, 4])",
		"logarithm(value=980, base=20, precision=10)",
		"square_root(number=2, precision=10)",
		"imperial_si_conversion(value=2.5, unit_in='km', unit_out='miles')",
		"round_number(number=2.567, decimal_places=2)",
		"standard_deviation(numbers=[1, 2, 3.5, 4])")
}
