package ticket

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/py"
)

// TestOrder compares with CPython 3.11 under PYTHONHASHSEED=0: a line of the
// file is [keys, list(set(keys) - the four fields)].
func TestOrder(t *testing.T) {
	apitest.Lines(t, "testdata/order.jsonl", func(_ int, v py.Value) {
		c := py.Iter(v)
		got := difference(py.Iter(c[0]), editable, 4)
		if diff := cmp.Diff(py.Repr(py.NewList(got...)), py.Repr(c[1])); diff != "" {
			t.Errorf("%s: got - want +\n%s", py.Repr(c[0]), diff)
		}
	})
}

// TestHashes has hash(v) of CPython 3.11 under PYTHONHASHSEED=0.
func TestHashes(t *testing.T) {
	tests := []struct {
		v    py.Value
		want int64
	}{
		{py.Str(""), 0},
		{py.Str("a"), 4644417185603328019},
		{py.Str("owner"), -944270549399537338},
		{py.Str("assigned_to"), 2021857155725373460},
		{py.Str("eight888"), -2436426746351348433},
		{py.Str("sixteen_letters_"), -7874253501992784078},
		{py.Str("é"), 6047309291227476195},
		{py.Str("naïve"), 7682306841811832039},
		{py.Str("木"), 3910617386168123894},
		{py.Str("日本語"), 7116994712188270},
		{py.Str("🌲"), -1847039041414230288},
		{py.Str("x🌲y"), 4970381511307001616},
		{py.Bool(true), 1},
		{py.Bool(false), 0},
		{py.Int(0), 0},
		{py.Int(1), 1},
		{py.Int(-1), -2},
		{py.Int(-2), -2},
		{py.Int(2305843009213693951), 0},
		{py.Int(2305843009213693952), 1},
		{py.Int(-2305843009213693952), -2},
		{py.Int(9223372036854775807), 3},
		{py.Int(-9223372036854775808), -4},
		{py.Float(0.0), 0},
		{py.Float(0.5), 1152921504606846976},
		{py.Float(-0.5), -1152921504606846976},
		{py.Float(1.0), 1},
		{py.Float(2.5), 1152921504606846978},
		{py.Float(1e+300), 1224995262755759164},
		{py.Float(-1e+300), -1224995262755759164},
		{py.Float(5e-324), 16777216},
		{py.Float(1e-05), 2170758078822671208},
		{py.Float(0.1), 230584300921369408},
		{py.Tuple{}, 5740354900026072187},
		{py.Tuple{py.Str("a")}, 7319529274390396360},
		{py.Tuple{py.Str("a"), py.Int(1)}, 6955645834154447545},
		{py.Tuple{py.Int(1), py.Float(2.5), py.Tuple{py.Str("b")}}, 1635322696530678744},
	}
	for _, test := range tests {
		if got := int64(hash(test.v)); got != test.want {
			t.Errorf("hash(%s) = %d, want %d", py.Repr(test.v), got, test.want)
		}
	}
}
