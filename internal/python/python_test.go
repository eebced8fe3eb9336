package python

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"stepgym/internal/testdata"
)

func TestRepr(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{36, "36.0"}, {13.6, "13.6"}, {0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {1e16, "1e+16"},
		{123456789012345680, "1.2345678901234568e+17"}, {1e15, "1000000000000000.0"}, {1e-4, "0.0001"},
		{0.00001, "1e-05"}, {1.0 / 3, "0.3333333333333333"}, {1e300, "1e+300"}, {-2.5e-10, "-2.5e-10"},
		{math.Inf(1), "inf"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"},
	} {
		if got := Repr(c.x); got != c.want {
			t.Errorf("Repr(%g) = %s, want %s", c.x, got, c.want)
		}
	}
}

func TestReprString(t *testing.T) {
	for _, c := range []struct{ s, want string }{
		{"a", `'a'`}, {"it's", `"it's"`}, {`5" x`, `'5" x'`}, {`'"`, `'\'"'`}, {"a\\b\n\r\t\x01\x7f", `'a\\b\n\r\t\x01\x7f'`},
		{"a\u00a0b", `'a\xa0b'`}, {"é", `'é'`}, {"\u2028", `'\u2028'`}, {"\U000e0001", `'\U000e0001'`}, {"\u0cf3", `'\u0cf3'`},
	} {
		if got := ReprString(c.s); got != c.want {
			t.Errorf("ReprString(%q) = %s, want %s", c.s, got, c.want)
		}
	}
	if got, want := string(AppendReprPair(nil, "size", "10.5")), "('size', '10.5')"; got != want {
		t.Errorf("pair: got %s, want %s", got, want)
	}
	if got, want := string(AppendReprDict(nil, []Item{{"a", "b"}, {"c", "d'"}})), `{'a': 'b', 'c': "d'"}`; got != want {
		t.Errorf("dict: got %s, want %s", got, want)
	}
	if got, want := string(AppendReprList(nil, []string{"a", "b"})), `['a', 'b']`; got != want {
		t.Errorf("list: got %s, want %s", got, want)
	}
}

func TestJSON(t *testing.T) {
	if got, want := JSONString("a\"\\/\n\x7fé😀<"), `"a\"\\/\n\u007f\u00e9\ud83d\ude00<"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := string(AppendJSONDict(nil, []Item{{"a", "b"}, {"c", "d"}})), `{"a": "b", "c": "d"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestText(t *testing.T) {
	if got := Strip("\u00a0\x1f x\u3000\n"); got != "x" {
		t.Errorf("Strip leaves %q", got)
	}
	for _, c := range []struct{ s, want string }{
		{"ABC d", "abc d"}, {"abc", "abc"}, {"İX", "i\u0307x"}, {"ΑΣ", "ας"}, {"ΑΣΑ", "ασα"}, {"Σ", "σ"}, {"Α'Σ.", "α'ς."}, {"Α Σ", "α σ"},
	} {
		if got := Lower(c.s); got != c.want {
			t.Errorf("Lower(%q) = %q, want %q", c.s, got, c.want)
		}
	}
	if Round(0.5) != 0 || Round(1.5) != 2 || Round(-2.5) != -2 {
		t.Error("Round does not go to the even number")
	}
}

// program prints what CPython thinks of code points, those of the first two
// planes and some of the rest, of words that end in sigma, and of random floats.
const program = `
import sys, re, json, random, unicodedata
w = sys.stdout.write
for i in list(range(0xd800)) + list(range(0xe000, 0x20000)) + list(range(0x20000, 0x110000, 61)) + list(range(0xe0000, 0xe0200)):
    c = chr(i)
    w(f"c {i} {int(c.isspace())} {int(c.isprintable())} {int(bool(re.match(r'(?ui)' + chr(92) + 'w', c)))} {json.dumps(c.lower())} {json.dumps(repr(c))} {json.dumps(json.dumps(c))}\n")
    w(f"u {json.dumps(c)} {json.dumps(c.upper())} {json.dumps((c + 'aB' + c + c).title())} {json.dumps((c + 'aB').capitalize())} {int(c.isdigit())} {unicodedata.decimal(c, -1)}\n")
    if i < 0x20000:
        w(f"l {json.dumps('A' + c + chr(0x3a3) + c)} {json.dumps(('A' + c + chr(0x3a3) + c).lower())}\n")
random.seed(7)
for i in range(20000):
    x = random.choice([random.random(), random.uniform(-1e6, 1e6), 10.0 ** random.randint(-20, 20) * random.random(), float(random.randrange(10**17)), round(random.random() * 1000, 2)])
    w(f"f {x.hex()} {x!r} {round(x)}\n")
`

// TestPython compares with a Python 3.11 in the path.
func TestPython(t *testing.T) {
	if testing.Short() {
		t.Skip("a second of work: not with -short")
	}
	path, err := exec.LookPath("python3")
	if err != nil {
		testdata.Missing(t, "python", "no python3 to compare with")
	}
	if v, err := exec.Command(path, "-c", "import unicodedata; print(unicodedata.unidata_version)").Output(); err != nil || strings.TrimSpace(string(v)) != "14.0.0" {
		testdata.Missing(t, "python", "python3 does not have the Unicode 14 tables of version 3.11")
	}
	out, err := exec.Command(path, "-c", program).Output()
	if err != nil {
		t.Fatal(err)
	}
	bad := 0
	for line := range bytes.Lines(out) {
		if msg := compareLine(strings.TrimSuffix(string(line), "\n")); msg != "" {
			if bad++; bad < 20 {
				t.Error(msg)
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d differences", bad)
	}
}

// compareLine checks one line of the program's output; "" when all is well.
func compareLine(line string) string {
	kind, rest, _ := strings.Cut(line, " ")
	switch kind {
	case "f":
		f := strings.Fields(rest)
		x, err := strconv.ParseFloat(f[0], 64)
		if err != nil || Repr(x) != f[1] {
			return fmt.Sprintf("Repr(%g) = %s, python %s (%v)", x, Repr(x), f[1], err)
		}
		if math.Abs(x) < 1<<53 && strconv.FormatFloat(Round(x)+0, 'f', 0, 64) != f[2] && f[2] != "0" {
			return fmt.Sprintf("Round(%g) = %g, python %s", x, Round(x), f[2])
		}
	case "l":
		d := json.NewDecoder(strings.NewReader(rest))
		var in, want string
		if d.Decode(&in) != nil || d.Decode(&want) != nil {
			return "bad line " + line
		}
		if got := Lower(in); got != want {
			return fmt.Sprintf("Lower(%+q) = %+q, python %+q", in, got, want)
		}
	case "u":
		return compareCase(rest)
	case "c":
		return compareRune(rest)
	}
	return ""
}

func compareCase(rest string) string {
	d := json.NewDecoder(strings.NewReader(rest))
	var in, upper, title, capital string
	var isDigit, decimal int
	for _, p := range []any{&in, &upper, &title, &capital, &isDigit, &decimal} {
		if err := d.Decode(p); err != nil {
			return "bad line " + rest
		}
	}
	r, _ := DecodeRune(in)
	if Upper(in) != upper || Title(in+"aB"+in+in) != title || Capitalize(in+"aB") != capital || IsDigit(in) != (isDigit == 1) || Decimal(r) != decimal {
		return fmt.Sprintf("%+q: upper %+q title %+q capital %+q digit %v %d, python %s", in, Upper(in), Title(in+"aB"+in+in), Capitalize(in+"aB"), IsDigit(in), Decimal(r), rest)
	}
	return ""
}

func compareRune(rest string) string {
	f := strings.SplitN(rest, " ", 5)
	i, err := strconv.Atoi(f[0])
	if err != nil {
		return err.Error()
	}
	d := json.NewDecoder(strings.NewReader(f[4]))
	var lower, repr, dumps string
	for _, p := range []*string{&lower, &repr, &dumps} {
		if err := d.Decode(p); err != nil {
			return err.Error()
		}
	}
	r := rune(i)
	s := string(utf8.AppendRune(nil, r))
	if IsSpace(r) != (f[1] == "1") || IsPrintable(r) != (f[2] == "1") || IsWord(r) != (f[3] == "1") {
		return fmt.Sprintf("%U: space %v printable %v word %v, python %s", r, IsSpace(r), IsPrintable(r), IsWord(r), f[1:4])
	}
	if Lower(s) != lower || ReprString(s) != repr || JSONString(s) != dumps {
		return fmt.Sprintf("%U: lower %+q repr %+q json %s, python %+q %+q %s", r, Lower(s), ReprString(s), JSONString(s), lower, repr, dumps)
	}
	return ""
}
