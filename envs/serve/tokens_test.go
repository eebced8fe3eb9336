package serve_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

func oneToy() map[string]envs.Env { return map[string]envs.Env{"toy": toy.New()} }

func TestTokens(t *testing.T) {
	tk := tokens(t, `
# who may
ann  0123456789abcdef  episodes=512 groups=64 steps=20000 bytes=1e8
ann  0123456789abcdee   # the next one
bob  0123456789abcded
`)
	want := session.Quota{Episodes: 512, Groups: 64, StepsPerSecond: 20000, BytesPerSecond: 1e8}
	if d := cmp.Diff(tk.Quota("ann"), want); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(tk.Quota("bob"), session.Quota{}); d != "" {
		t.Error(d)
	}
	for _, text := range []string{
		"", "# none", "ann", "ann short", "ann 0123456789abcdef episodes", "ann 0123456789abcdef episodes=0", "ann 0123456789abcdef episodes=x",
		"ann 0123456789abcdef turns=1", "ann 0123456789abcdef steps=-1", "ann 0123456789abcdef steps=nan", "ann 0123456789abcdef\nbob 0123456789abcdef",
	} {
		_, err := serve.ReadTokens(strings.NewReader(text))
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		if strings.Contains(err.Error(), "0123456789abcdef") {
			t.Errorf("%q: the error tells the token: %v", text, err)
		}
	}
}

// FuzzTokens reads files of tokens: what is accepted has bounds above 0, and no
// error tells a token.
func FuzzTokens(f *testing.F) {
	for _, text := range []string{"ann 0123456789abcdef episodes=1", "a b", "#", "x 0123456789abcdef metrics steps=1e300", "\xff\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tk, err := serve.ReadTokens(strings.NewReader(text))
		if err != nil {
			return
		}
		for name := range strings.FieldsSeq(text) {
			if q := tk.Quota(name); q.Episodes < 0 || q.Groups < 0 || !(q.StepsPerSecond >= 0) || !(q.BytesPerSecond >= 0) {
				t.Errorf("%q: %+v", name, q)
			}
		}
	})
}
