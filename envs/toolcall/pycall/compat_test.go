package pycall

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"stepgym/internal/python"
	"stepgym/internal/testdata"
)

// decodeRow is a row of testdata/decode.jsonl: what the original makes of a
// message, and how it rewrites a call string.
type decodeRow struct {
	Text      string
	AST       string   // repr of the decoded calls; "" where decoding raises
	Execution []string // nil where decoding raises
	Tagged    bool
	Source    string
	Rewritten string
}

func (r *decodeRow) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&r.Text, &r.AST, &r.Execution, &r.Tagged, &r.Source, &r.Rewritten})
}

// instances are the methods that the golden file was made with.
var instances = map[string]string{
	"feed": "m_x_f_instance", "plan": "m_x_p_instance", "boil": "m_x_b_instance", "g": "m_x_g_instance", "cd": "m_x_c_instance",
	"ls": "m_x_l_instance", "f": "m_x_f_instance", "h": "m_x_h_instance", "touch": "m_x_t_instance", "send_message": "m_x_s_instance",
	"place_order": "m_x_p_instance", "cat": "m_x_c_instance", "get_stock_info": "m_x_g_instance", "add": "m_x_a_instance",
	"mv": "m_x_m_instance", "sort": "m_x_s_instance", "é": "m_x_é_instance", "_x": "m_x___instance", "note": "m_x_n_instance",
}

func instance(name string) (string, bool) {
	v, ok := instances[name]
	return v, ok
}

func TestRewrite(t *testing.T) {
	plain := 0
	for _, row := range rows[decodeRow](t, "testdata/decode.jsonl") {
		if got := Rewrite(row.Source, instance); got != row.Rewritten {
			t.Errorf("Rewrite(%q) =\n%q, want\n%q", row.Source, got, row.Rewritten)
		}
		if Plain(row.Source) {
			plain++
			checkPlain(t, row.Source)
		}
	}
	if plain < 50 {
		t.Errorf("only %d sources are plain", plain)
	}
}

// checkPlain checks that prefixing the outer name is all that Rewrite does.
func checkPlain(t *testing.T, src string) {
	t.Helper()
	want := src
	if name, _, called := strings.Cut(src, "("); called {
		if prefix, ok := instance(name); ok {
			want = prefix + "." + src
		}
	}
	if got := Rewrite(src, instance); got != want {
		t.Errorf("Plain(%q), but Rewrite makes %q of it", src, got)
	}
}

// TestRewriteTable shows the quirks.
func TestRewriteTable(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"outer", "cd(folder='a')", "m_x_c_instance.cd(folder='a')"},
		{"white space is eaten", "cd \t\n(x)", "m_x_c_instance.cd(x)"},
		{"also before unknown names", "foo  (y)", "foo(y)"},
		{"in a string", "touch('run ls () now')", "m_x_t_instance.touch('run m_x_l_instance.ls() now')"},
		{"part of a word", "1cd(), écd(), cdx()", "1cd(), écd(), cdx()"},
		{"after a dot", "a.cd()", "a.m_x_c_instance.cd()"},
		{"twice", "f(f(f((1)))", "m_x_f_instance.f(m_x_f_instance.f(m_x_f_instance.f((1)))"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Rewrite(tt.src, instance); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// slowRewrite is Rewrite by trying the expression at each place.
func slowRewrite(src string) string {
	r := []rune(src)
	var b strings.Builder
	for i := 0; i < len(r); {
		j, start := i, r[i]
		if start < utf8.RuneSelf && nameStart(byte(start)) && (i == 0 || !python.IsWord(r[i-1])) {
			for j < len(r) && python.IsWord(r[j]) {
				j++
			}
		}
		k := j
		for k < len(r) && python.IsSpace(r[k]) {
			k++
		}
		if j == i || k == len(r) || r[k] != '(' {
			b.WriteRune(r[i])
			i++
			continue
		}
		name := string(r[i:j])
		if prefix, ok := instance(name); ok {
			b.WriteString(prefix + ".")
		}
		b.WriteString(name)
		i = k
	}
	return b.String()
}

func TestDenied(t *testing.T) {
	tests := []struct {
		src, name string
		denied    bool
	}{
		{"exit()", "exit", true},
		{"kill", "kill", true},
		{"os.remove('x')", "remove", true},
		{"a.run.c(1)", "run", true},
		{"a.b.run()", "b", false},
		{"f(exit())", "f", false},
		{" exit()", " exit", false},
	}
	for _, tt := range tests {
		if name, denied := Denied(tt.src); name != tt.name || denied != tt.denied {
			t.Errorf("Denied(%q) = %q, %v", tt.src, name, denied)
		}
	}
}

func TestLiterals(t *testing.T) {
	src, err := os.ReadFile("testdata/module.py")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Literals(src)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"NAMES":  `['ada', 'grace', "it's"]`,
		"NESTED": `{'a': [1, -2.5, {'b': None, 3: (True,)}], 'dots': ...}`,
		"TEXT":   `'first\nsecond line'`,
		"JOINED": `'one two'`,
	}
	if len(got) != len(want) {
		t.Errorf("%d assignments, want %d", len(got), len(want))
	}
	for _, a := range got {
		if text, _ := Unparse(a.Value); text != want[a.Name] {
			t.Errorf("%s = %s, want %s", a.Name, text, want[a.Name])
		}
	}
}

func TestLiteralsRefused(t *testing.T) {
	tests := []struct{ src, want string }{
		{"A = 1\nimport os\n", "line 2: not NAME = literal"},
		{"A = f()\n", "line 1: not NAME = literal"},
		{"A = 1\nB = A\n", "line 2: not NAME = literal"},
		{"A = [1,\n", "line 1: '[' was never closed"},
		{"A = 'x\n", "line 1: unterminated string literal (detected at line 1)"},
		{"\xff", "the module is not UTF-8"},
	}
	for _, tt := range tests {
		if _, err := Literals([]byte(tt.src)); err == nil || !strings.HasSuffix(err.Error(), tt.want) {
			t.Errorf("Literals(%q): %v, want %s", tt.src, err, tt.want)
		}
	}
}

// TestLongContext writes the constants of BFCL's long_context as a module and
// reads them back.
func TestLongContext(t *testing.T) {
	data, err := os.ReadFile(testdata.Shared(t, "bfcl/data/long_context.json"))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		t.Fatal(err)
	}
	for name, v := range values {
		want := pythonText(v)
		got, err := Literals([]byte(name + " = " + want + "\n"))
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d assignments, %v", name, len(got), err)
		}
		if text, _ := Unparse(got[0].Value); text != want {
			t.Errorf("%s differs", name)
		}
	}
}

// pythonText writes a JSON value in Python, keys sorted.
func pythonText(v any) string {
	switch v := v.(type) {
	case string:
		return python.ReprString(v)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = pythonText(v[i])
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		if v["__ellipsis__"] == true {
			return "..."
		}
		b, _ := json.Marshal(v) // sorts the keys
		var parts []string
		for dec := json.NewDecoder(strings.NewReader(string(b))); ; {
			tok, err := dec.Token()
			if err != nil || tok == json.Delim('}') {
				break
			}
			if key, ok := tok.(string); ok {
				parts = append(parts, python.ReprString(key)+": "+pythonText(v[key]))
				var skip any
				_ = dec.Decode(&skip)
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case float64:
		return strings.TrimSuffix(python.Repr(v), ".0")
	case bool:
		return strings.ToUpper(fmt.Sprint(v)[:1]) + fmt.Sprint(v)[1:]
	}
	return "None"
}
