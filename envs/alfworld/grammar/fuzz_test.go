package grammar_test

import (
	"strings"
	"testing"

	"stepgym/envs/alfworld/grammar"
)

func FuzzParseGrammar(f *testing.F) {
	f.Add([]byte(small))
	for _, rhs := range []string{`[{#a# | p(a:b) & not_q(c)}]`, `{(o.name or 'x') + \"y\"}`, `\ud83d\ude00é{o.x}`, `#over-view.2(o)#`} {
		f.Add([]byte(textOf(rhs)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := grammar.Parse("fuzz", text)
		if (g == nil) != (err != nil) {
			t.Fatalf("grammar %v and error %v", g, err)
		}
		if err != nil {
			checkPlace(t, text, err.(*grammar.Error))
			return
		}
		for _, e := range g.Cut {
			checkPlace(t, text, e)
		}
		for _, r := range g.Rules {
			for _, a := range r.Alternatives {
				checkCalls(t, g, a.Text)
			}
		}
		for _, a := range g.Actions {
			checkCalls(t, g, a.Template)
			checkCalls(t, g, a.Feedback)
			for key, r := range a.Local {
				if g.Rules[key] != r {
					t.Fatalf("local rule %q is not that of the file", key)
				}
			}
		}
	})
}

// checkPlace looks at an error: its place lies in the text.
func checkPlace(t *testing.T, text []byte, e *grammar.Error) {
	t.Helper()
	lines := strings.Split(string(text), "\n")
	if e.Line < 1 || e.Line > len(lines) || e.Col < 1 || e.Col > len(lines[e.Line-1])+1 {
		t.Fatalf("%v: no such place in %q", e, text)
	}
}

// checkCalls looks at every call: its rule is there.
func checkCalls(t *testing.T, g *grammar.Grammar, all []grammar.Piece) {
	t.Helper()
	for _, p := range all {
		if p.Op == grammar.Call && g.Rules[p.Rule] == nil {
			t.Fatalf("there is no rule %q", p.Rule)
		}
		for _, term := range p.Expr {
			if term.Call != nil && g.Rules[term.Call.Rule] == nil {
				t.Fatalf("there is no rule %q", term.Call.Rule)
			}
		}
		checkCalls(t, g, p.Items)
	}
}
