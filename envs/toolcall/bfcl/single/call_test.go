package single

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs/toolcall/py"
)

// TestCallsGolden compares with what the original made of calls that we made
// up, some with a character changed: [source, repr of the result, text of the
// exception]. Faults that its parser repairs are not among them.
func TestCallsGolden(t *testing.T) {
	for name, parse := range map[string]func(string) (py.Value, error){"java": javaCall, "js": jsCall} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for line := range strings.Lines(string(raw)) {
				var c [3]string
				if err := json.Unmarshal([]byte(line), &c); err != nil {
					t.Fatal(err)
				}
				n++
				v, err := parse(c[0])
				got, fault := "", ""
				if err != nil {
					fault = err.Error()
				} else {
					got = py.Repr(v)
				}
				if got != c[1] || fault != c[2] {
					t.Errorf("%s\n got %s %s\nwant %s %s", c[0], got, fault, c[1], c[2])
				}
			}
			if n < 300 {
				t.Errorf("%d calls, want 300 at least", n)
			}
		})
	}
}

func TestHostileCalls(t *testing.T) {
	const n = 1 << 17
	for name, src := range map[string]string{
		"brackets": "f(a=" + strings.Repeat("(", n), "arrays": "f(a=" + strings.Repeat("[", n),
		"new": "f(a=" + strings.Repeat("new ", n), "minus": "f(a=" + strings.Repeat("-", n), "quote": `f(a="` + strings.Repeat("x", n),
		"casts": "f(a=" + strings.Repeat("(int)", n), "types": "f(a=new A" + strings.Repeat("<A", n), "objects": "f(a=" + strings.Repeat("{a:", n),
		"closed": "f(a=" + strings.Repeat("(", n) + strings.Repeat(")", n), "templates": "f(a=" + strings.Repeat("`${", 1<<10),
	} {
		t.Run(name, func(t *testing.T) {
			if v, err := javaCall(src); err == nil {
				t.Errorf("java: %.100s", py.Repr(v))
			}
			if v, err := jsCall(src); err == nil {
				t.Errorf("js: %.100s", py.Repr(v))
			}
		})
	}
}

func FuzzCalls(f *testing.F) {
	f.Add(`a.b(x=new int[]{1}, y="é", z=() -> { return 1; });`)
	f.Add("f(a={b: [1, `x${y}`]}, c=/r[/]/g, async d => e)")
	f.Fuzz(func(_ *testing.T, src string) {
		_, _ = javaCall(src) // neither panics nor hangs
		_, _ = jsCall(src)
	})
}

func FuzzValues(f *testing.F) {
	f.Add(`new HashMap<String, Object>() {{ put("a", 1); }}`)
	f.Add(`{a: [1, "x"], b : true, : c}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, want := range []string{"ArrayList", "Array", "HashMap", "long", "float", "any"} {
			if _, raised := py.Try(func() py.Value { return javaValue(text, want, "") }); raised != nil && raised.Class != "ValueError" {
				t.Error(want, raised)
			}
		}
		for want := range jsTypes {
			if _, raised := py.Try(func() py.Value { return jsValue(text, want, "") }); raised != nil && raised.Class != "ValueError" {
				t.Error(want, raised)
			}
		}
	})
}
