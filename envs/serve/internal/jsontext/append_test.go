package jsontext

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAppendString(t *testing.T) {
	for _, s := range []string{"", "a\xffb", "\u2028<>&", "\b\f\r\n\t\x00", "\"\\/", "\U0001f600 and on"} {
		var got string
		if b := AppendString(nil, s); json.Unmarshal(b, &got) != nil || got != strings.ToValidUTF8(s, "\ufffd") {
			t.Errorf("%q is written %s, read back %q", s, b, got)
		}
	}
}

// TestRun compares run with one byte after the other.
func TestRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.OneOf(rapid.Byte(), rapid.ByteRange(' ', '~'), rapid.SampledFrom([]byte("\x1f !\"#[\\]\x7f\x80\x9f\xa0\xa2\xdc\xff")))).Draw(t, "s"))
		want := 0
		for want < len(s) && s[want] >= ' ' && s[want] != '"' && s[want] != '\\' && s[want] < 0x80 {
			want++
		}
		if got := run(s); got != want {
			t.Fatalf("%d of %q, want %d", got, s, want)
		}
	})
}

func TestAppendNumber(t *testing.T) {
	for _, x := range []float64{0, 1, -1, 0.1, 1e15, 1e21, 1e-7, -2.5, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		var got float64
		if b := AppendNumber(nil, x); json.Unmarshal(b, &got) != nil || got != x {
			t.Errorf("%v is written %s", x, b)
		}
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if b := AppendNumber(nil, x); string(b) != "null" {
			t.Errorf("%v is written %s, want null", x, b)
		}
	}
}

// FuzzAppendString compares our strings with those of encoding/json.
func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\x00\x1f\u2028<\u00e9\xff\xf0\x9f\x98\x80")
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		if err := json.Unmarshal(AppendString(nil, s), &got); err != nil {
			t.Fatal(err)
		}
		slow, err := json.Marshal(s)
		if err == nil {
			err = json.Unmarshal(slow, &want)
		}
		if err != nil || got != want {
			t.Errorf("%q reads back as %q, want %q (%v)", s, got, want, err)
		}
	})
}
