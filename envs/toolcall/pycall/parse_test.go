package pycall

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// rows reads a file of JSON values, one a line.
func rows[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	for dec := json.NewDecoder(f); dec.More(); {
		var row T
		if err := dec.Decode(&row); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		t.Fatalf("%s is empty", path)
	}
	return out
}

// TestGolden compares with what CPython 3.11 says of 1,400 expressions, most of
// them corrupted: rows of source, class of the exception or "ok", and the
// exception's text or ast.unparse of the tree.
func TestGolden(t *testing.T) {
	for _, row := range rows[[3]string](t, "testdata/parse.jsonl") {
		src, class, want := row[0], row[1], row[2]
		n, e := Parse(src)
		switch {
		case (e == nil) != (class == "ok"):
			t.Errorf("Parse(%q) = %v, want %s %s", src, e, class, want)
		case e != nil && (e.Class != class || e.Text != want):
			t.Errorf("Parse(%q) = %v, want %s: %s", src, e, class, want)
		case e == nil:
			if got, err := Unparse(n); err == nil && got != want {
				t.Errorf("Parse(%q) is %s, want %s", src, got, want)
			}
		}
	}
}

// TestTwin reads what the fast parser accepts with the careful one as well.
func TestTwin(t *testing.T) {
	fasts := 0
	for _, row := range rows[[3]string](t, "testdata/parse.jsonl") {
		f := fast{src: row[0]}
		n, ok := f.parse()
		if !ok {
			continue
		}
		fasts++
		twin(t, row[0], n)
	}
	if fasts < 100 {
		t.Errorf("the fast parser took only %d sources", fasts)
	}
}

// twin checks that the careful parser reads src as n.
func twin(t *testing.T, src string, n Node) {
	t.Helper()
	m, e := parseSlow(src, true)
	if e != nil {
		t.Errorf("the careful parser refuses %q: %v", src, e)
		return
	}
	fast, err := Unparse(n)
	if err != nil {
		t.Errorf("the fast parser made something unsupported of %q: %v", src, err)
	}
	if slow, _ := Unparse(m); slow != fast || What(n) != What(m) {
		t.Errorf("%q is %s %s to the fast parser, %s %s to the careful one", src, What(n), fast, What(m), slow)
	}
}

func TestNodes(t *testing.T) {
	tests := []struct {
		name, src, what string
		constant        bool
	}{
		{"list of constants", "[1, 'a', [None]]", "List", true},
		{"list with a name", "[1, a]", "List", false},
		{"tuple", "(1,)", "Tuple", true},
		{"empty tuple", "()", "Tuple", true},
		{"group", "(1)", "Constant", true},
		{"dict", "{'a': [1], 2: {}}", "Dict", true},
		{"dict with a key that cannot be hashed", "{[]: 1}", "Dict", false},
		{"set", "{1, 2}", "Set", true},
		{"set with a repeated item", "{1, True}", "Set", false},
		{"negative number", "-5", "UnaryOp", true},
		{"minus zero", "-0", "UnaryOp", false},
		{"minus minus", "--5", "UnaryOp", false},
		{"big", "99999999999999999999", "Constant", true},
		{"complex", "1j", "Constant", true},
		{"bytes", "b'a'", "bytes", false},
		{"f-string", "f'{a}'", "JoinedStr", false},
		{"named character", `'\N{DASH}'`, `\N`, false},
		{"generator", "f(x for x in y)", "Call", false},
		{"lambda", "lambda: 0", "Lambda", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, e := Parse(tt.src)
			if e != nil {
				t.Fatal(e)
			}
			if _, ok := n.(py.Value); ok != tt.constant {
				t.Errorf("a constant: %v, want %v", ok, tt.constant)
			}
			if got := What(n); got != tt.what {
				t.Errorf("What = %s, want %s", got, tt.what)
			}
		})
	}
}

// TestStrings compares values of literals.
func TestStrings(t *testing.T) {
	tests := []struct{ src, want string }{
		{`'a' "b"`, "ab"},
		{`r'\n' '\n'`, `\n` + "\n"},
		{`'\x41\101\u00e9\U0001f600\d'`, "AAé😀" + `\d`},
		{"'a\\\nb'", "ab"},
		{"'''a\r\nb'''", "a\nb"},
		{`'\ud800'`, "\xed\xa0\x80"},
		{`'é\é'`, `é\é`},
	}
	for _, tt := range tests {
		n, e := Parse(tt.src)
		if e != nil {
			t.Errorf("Parse(%q): %v", tt.src, e)
			continue
		}
		if got, ok := n.(py.Str); !ok || string(got) != tt.want {
			t.Errorf("Parse(%q) = %q, want %q", tt.src, got, tt.want)
		}
	}
}

// TestSources has what eval refuses before it parses.
func TestSources(t *testing.T) {
	tests := []struct{ src, want string }{
		{"f('\xed\xa0\x80')", `UnicodeEncodeError: 'utf-8' codec can't encode character '\ud800' in position 3: surrogates not allowed`},
		{"é\xed\xa0\x80\xed\xb0\x80", `UnicodeEncodeError: 'utf-8' codec can't encode characters in position 1-2: surrogates not allowed`},
		{"a\xff", `UnicodeEncodeError: 'utf-8' codec can't encode character '\udcff' in position 1: surrogates not allowed`},
		{strings.Repeat("9", 4301), "SyntaxError: Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits. (<string>, line 1)"},
		{strings.Repeat("[", 201), "SyntaxError: too many nested parentheses (<string>, line 1)"},
		{strings.Repeat("-", 4000) + "1", "RecursionError: maximum recursion depth exceeded during compilation"},
		{strings.Repeat("-", 9000) + "1", "MemoryError: "},
	}
	for _, tt := range tests {
		if _, e := Parse(tt.src); e == nil || e.Error() != tt.want {
			t.Errorf("Parse(%.20q) = %v, want %s", tt.src, e, tt.want)
		}
	}
	if _, e := Parse(strings.Repeat("[", 200) + strings.Repeat("]", 200)); e != nil {
		t.Errorf("200 brackets: %v", e)
	}
}

// TestHostile bounds the memory that ten megabytes of anything take.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 260 MB")
	}
	const size = 10 << 20
	fill := func(before, unit, after string) string {
		return before + strings.Repeat(unit, size/len(unit)) + after
	}
	tests := map[string]string{
		"string":        fill("f('", "a", "')"),
		"unterminated":  fill("f('", "a", ")"),
		"escapes":       fill("f('", `\x41`, "')"),
		"parentheses":   fill("", "(", ""),
		"closing":       fill("", ")", ""),
		"minus":         fill("", "-", "1"),
		"not":           fill("", "not ", "1"),
		"digits":        fill("f(", "7", ")"),
		"hexadecimal":   fill("f(0x", "f", ")"),
		"float":         fill("f(1.", "7", ")"),
		"sum":           fill("", "1+", "1"),
		"names":         fill("", "a ", ""),
		"dots":          fill("", "a.", "a"),
		"calls":         fill("f", "()", ""),
		"keywords":      fill("f(", "a=1,", ")"),
		"commas":        fill("f(", ",", ")"),
		"lambdas":       fill("", "lambda:", "1"),
		"conditionals":  fill("", "1 if 1 else ", "1"),
		"comment":       fill("f() #", "a", ""),
		"lines":         fill("f()", "\n", ""),
		"continued":     fill("f(", "\\\n", ")"),
		"indents":       fill("f()\n", " ", "1"),
		"dicts":         fill("f(", "{1:2, 3 4},", ")"),
		"comprehension": fill("[a", " for a in b", "]"),
		"strings":       fill("f(", "'a' ", ")"),
		"unicode":       fill("f(", "é", "“)"),
	}
	for name, src := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, e := Parse(src)
			runtime.ReadMemStats(&after)
			if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 512 {
				t.Errorf("it took %d MiB (%v)", got, e)
			}
		})
	}
}

// TestExponential has sources on which CPython's own parser takes very long.
func TestExponential(t *testing.T) {
	for _, unit := range []string{"{", "[", "(", "f(", "{a:", "f(a=", "(lambda:", "[a for a in ", "(a if "} {
		if _, e := Parse(strings.Repeat(unit, 150) + "1 2"); e == nil {
			t.Errorf("150 times %q: no exception", unit)
		}
	}
}

var atLine = regexp.MustCompile(`\(<string>, line \d+\)$`)

// TestRecorded reads all calls that were recorded with the original, and expects
// a SyntaxError where it recorded one.
func TestRecorded(t *testing.T) {
	calls, wrong := 0, 0
	for _, name := range []string{"gt_runs.jsonl.gz", "corrupted_runs.jsonl.gz"} {
		eachRecorded(t, testdata.Shared(t, "bfcl/"+name), func(call, result string) {
			calls++
			_, e := Parse(call)
			result, failed := strings.CutPrefix(result, "Error during execution: ")
			switch {
			case failed && atLine.MatchString(result):
				wrong++
				if e == nil || e.Text != result {
					t.Errorf("Parse(%q) = %v, want %s", call, e, result)
				}
			case e != nil && result != e.Text:
				t.Errorf("Parse(%q) = %v, but the original ran it: %s", call, e, result)
			}
		})
	}
	if calls < 15_000 || wrong < 40 {
		t.Errorf("%d calls and %d SyntaxErrors are too few", calls, wrong)
	}
	t.Logf("%d calls, %d SyntaxErrors", calls, wrong)
}

func eachRecorded(t *testing.T, path string, visit func(call, result string)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	type execution struct{ Calls, Results []string }
	for dec := json.NewDecoder(z); dec.More(); {
		var run struct {
			Executions []execution
			Turns      []json.RawMessage
		}
		if err := dec.Decode(&run); err != nil {
			t.Fatal(err)
		}
		for _, raw := range run.Turns {
			var turn struct {
				Calls []struct{ Call, Result string }
			}
			var e execution
			if json.Unmarshal(raw, &e) == nil {
				run.Executions = append(run.Executions, e)
			} else if err := json.Unmarshal(raw, &turn); err == nil {
				for _, c := range turn.Calls {
					visit(c.Call, c.Result)
				}
			}
		}
		for _, e := range run.Executions {
			for i, call := range e.Calls {
				if i < len(e.Results) {
					visit(call, e.Results[i])
				}
			}
		}
	}
}
