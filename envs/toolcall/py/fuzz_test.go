package py

import (
	"encoding/json"
	"errors"
	"runtime"
	"strconv"
	"testing"
	"unicode/utf8"
)

// FuzzFromJSON reads any bytes: what encoding/json accepts is accepted, and what
// is written back is read as the same value.
func FuzzFromJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5, -0.0, 1e400, null, true]}`, `"\ud83d\ude00\ud83d"`, `[`, `{"a":1,"a":2}`, `NaN`, `-Infinity`, "\"\xff\"", `123456789012345678901234567890`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := FromJSON(data)
		if err != nil {
			if json.Valid(data) && utf8.Valid(data) && len(data) < maxDepth {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		_, e := Try(func() Value {
			b, ok := AppendJSON(nil, v)
			if !ok {
				t.Fatalf("%q is read, but not written", data)
			}
			w, err := FromJSON(b)
			if err != nil || !Same(v, w) && utf8.Valid(data) {
				t.Fatalf("%q comes back as %q: %v", data, b, err)
			}
			Repr(v)
			Truth(v)
			return nil
		})
		if e != nil {
			t.Fatalf("%q: %v", data, e)
		}
	})
}

// FuzzText puts any text through all that reads or writes texts: nothing but
// Exceptions may be raised, and repr of printable ASCII is Python's.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", "it's", "\ud7ff\xed\xa0\x80", "Straße ΑΣ", " 1_0 ", "٣", "a\r\nb", "%s %d", "nan"} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, s, u string) {
		for name, op := range caseOperations {
			if name == "draws" || name == "loads" {
				continue
			}
			for _, args := range [][]Value{{Str(s), Str(u), Str(u)}, {Str(s), Int(len(u)), None{}}, {Str(s), NewList(Str(u)), Int(1)}} {
				tryAny(t, name, op, args)
			}
		}
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			if got := IntOf(Str(s)); got != Int(n) {
				t.Fatalf("int(%q) = %v", s, got)
			}
		}
		if Chars(s) != len(Iter(Str(s))) || Chars(s+u) > Chars(s)+Chars(u) {
			t.Fatalf("%q has %d characters", s, Chars(s))
		}
	})
}

// tryAny lets the test's own assertions about types fail: they are not Exceptions.
func tryAny(t *testing.T, name string, op func([]Value) Value, args []Value) {
	t.Helper()
	defer func() {
		switch p := recover().(type) {
		case nil, *Exception:
		case interface{ Error() string }:
			if !isAssertion(p) {
				t.Fatalf("%s of %s: %v", name, Repr(Tuple(args)), p)
			}
		default:
			t.Fatalf("%s of %s: %v", name, Repr(Tuple(args)), p)
		}
	}()
	op(args)
}

func isAssertion(err error) bool {
	var e *runtime.TypeAssertionError
	return errors.As(err, &e)
}
