package pycall

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/py"
)

// TestDecode compares with what the original decodes of messages.
func TestDecode(t *testing.T) {
	decoded := 0
	for _, row := range rows[decodeRow](t, "testdata/decode.jsonl") {
		ast, execute := DecodeAST, DecodeExecute
		if row.Tagged {
			ast, execute = DecodeASTTagged, DecodeExecuteTagged
		}
		calls, err := ast(row.Text)
		if got := reprOf(calls, err); got != row.AST {
			t.Errorf("decode %q: %s (%v), want %s", row.Text, got, err, row.AST)
			continue
		}
		if err == nil {
			decoded++
		}
		out, err := execute(row.Text)
		if (err == nil) != (row.Execution != nil) || err == nil && !cmp.Equal(out, row.Execution) {
			t.Errorf("decode %q for execution: %q (%v), want %q", row.Text, out, err, row.Execution)
		}
	}
	if decoded < 80 {
		t.Errorf("only %d messages were decoded", decoded)
	}
}

func reprOf(calls []*py.Dict, err error) string {
	if err != nil {
		return ""
	}
	var parts []string
	for _, c := range calls {
		parts = append(parts, py.Repr(c))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// TestDecodeQuirks shows what is odd.
func TestDecodeQuirks(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"positional arguments are dropped", "f(1, 'a', k=2)", []string{"f(k=2)"}},
		{"names are strings", "f(a=x)", []string{"f(a='x')"}},
		{"inner call without keywords", "f(a=g(1))", []string{"f(a='g(1)')"}},
		{"inner call with keywords", "f(a=g(b=1))", []string{"f(a=g(b=1))"}},
		{"any unary operator is a minus", "f(a=+1, b=not 2, c=~3)", []string{"f(a=-1, b=-2, c=-3)"}},
		{"keywords may repeat", "f(a=1, a=2)", []string{"f(a=2)"}},
		{"code fence", "```\nf(a=1)\n```", []string{"f(a=1)"}},
		{"two calls", "f(a=1), g()", []string{"f(a=1)", "g()"}},
		{"none", "", []string{}},
		{"arithmetic", "f(a=1+2*3)", []string{"f(a=7)"}},
		{"keys of inner dicts", "f(a={'x': 1, 2: 'y'})", []string{"f(a={'x': 1, '2': 'y'})"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := DecodeExecute(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("got -, want +:\n%s", diff)
			}
		})
	}
	for _, text := range []string{"The answer is 5.", "f(a={})", "f", "f(a=--5)", "f(a={1, 2})", "x + y", "f(a=1/0)"} {
		if got, err := DecodeExecute(text); err == nil {
			t.Errorf("DecodeExecute(%q) = %q, want an error", text, got)
		}
	}
}

func TestDecodeCalls(t *testing.T) {
	v := py.NewList(py.D("f", py.Str(`{"a": "it's", "b": [1, 2.0, true, null]}`), "g", py.D()))
	got, err := DecodeCalls(v)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, []string{`f(a="it's",b=[1, 2.0, True, None])`, "g()"}); diff != "" {
		t.Errorf("got -, want +:\n%s", diff)
	}
	for _, bad := range []py.Value{py.Int(1), py.NewList(py.Str("f()")), py.D("f", py.Str("{")), py.D("f", py.Str("[1]")), py.D("f", py.None{})} {
		if got, err := DecodeCalls(bad); err == nil {
			t.Errorf("DecodeCalls(%s) = %q, want an error", py.Repr(bad), got)
		}
	}
}
