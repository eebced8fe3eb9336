package grammar_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/grammar"
	"stepgym/internal/testdata"
)

// Short names of what trees are made of.
type (
	pieces = []grammar.Piece
	query  = grammar.Query
)

func literally(s string) grammar.Piece {
	return grammar.Piece{Op: grammar.Literally, Text: s}
}

func call(rule string, args ...string) grammar.Piece {
	return grammar.Piece{Op: grammar.Call, Rule: rule, Args: args}
}

func value(q query, terms ...grammar.Term) grammar.Piece {
	return grammar.Piece{Op: grammar.Value, Expr: terms, Query: q}
}

func list(q query, item grammar.Piece) grammar.Piece {
	return grammar.Piece{Op: grammar.List, Query: q, Items: pieces{item}}
}

func constant(s string) grammar.Term { return grammar.Term{Constant: s} }

func field(entity, name string) grammar.Term { return grammar.Term{Entity: entity, Field: name} }

// either joins terms by "or".
func either(terms ...grammar.Term) grammar.Term {
	for i := len(terms) - 1; i > 0; i-- {
		terms[i-1].Or = &terms[i]
	}
	return terms[0]
}

func literal(predicate string, namesAndTypes ...string) grammar.Literal {
	l := grammar.Literal{Predicate: predicate}
	for i := 0; i < len(namesAndTypes); i += 2 {
		l.Args = append(l.Args, grammar.Placeholder{Name: namesAndTypes[i], Type: namesAndTypes[i+1]})
	}
	return l
}

// textOf wraps a text, as JSON writes it, into a grammar with a few rules.
func textOf(rhs string) string {
	return "grammar :: \"\"\"\n{\"x\": [{\"rhs\": \"" + rhs + "\"}],\n" +
		`"a": [{"rhs": "A"}], "over-view.2(o)": [{"rhs": ""}], "two(o,r)": [{"rhs": ""}], "same(o)": [{"rhs": ""}], "same(r)": [{"rhs": ""}]}` +
		"\n\"\"\";"
}

func TestTexts(t *testing.T) {
	in := query{literal("in", "o", "object", "r", "box")}
	tests := []struct {
		name, rhs string
		want      pieces
		cut       bool
	}{
		{"empty", ``, nil, false},
		{"plain", `You see (it): 5%, don't you?`, pieces{literally("You see (it): 5%, don't you?")}, false},
		{"white space at the beginning is lost", `\n  Help\n  look\n`, pieces{literally("Help\n  look\n")}, false},
		{"white space only", ` \n\t `, nil, false},
		{"white space between pieces stays", `{o} \n{r} `, pieces{value(nil, field("o", "")), literally(" \n"), value(nil, field("r", "")), literally(" ")}, false},
		{"tabs are lost after a piece only", `a\tb{o}\tc`, pieces{literally("a\tb"), value(nil, field("o", "")), literally("c")}, false},
		{"comment at the beginning", `// not shown\nshown // too`, pieces{literally("shown // too")}, false},
		{"comment only", `// not shown`, nil, false},
		{"quotes are lost", `\"quo\"ted`, pieces{literally("quo"), literally("ted")}, false},
		{"not ASCII", `{o} – é`, pieces{value(nil, field("o", "")), literally(" – é")}, false},
		{"call", `#a#.`, pieces{call("a"), literally(".")}, false},
		{"call with parameters", `#over-view.2(o)##two( o ,r)#`, pieces{call("over-view.2(o)", "o"), call("two(o, r)", "o", "r")}, false},
		{"call with the parameters of one of two", `#same(r)#`, pieces{call("same(r)", "r")}, false},
		{"call in braces", `{#a#}`, pieces{call("a")}, false},
		{"field", `{o.name}{ o . id }{o.definite}{o.type}`, pieces{value(nil, field("o", "name")), value(nil, field("o", "id")), value(nil, field("o", "definite")), value(nil, field("o", "type"))}, false},
		{"sum", `{o.indefinite + ' ' + o.name}`, pieces{value(nil, field("o", "indefinite"), constant(" "), field("o", "name"))}, false},
		{"constants", `{'a;b\\n'}{\"x\"}{'it\\'s'}{'\\\\'}`, pieces{value(nil, constant("a;b\n")), value(nil, constant("x")), value(nil, constant("it's")), value(nil, constant(`\`))}, false},
		{"or", `{r.name or r.id or 'it'}`, pieces{value(nil, either(field("r", "name"), field("r", "id"), constant("it")))}, false},
		{"or in a sum", `{'a' + (r.name or r.id)}`, pieces{value(nil, constant("a"), either(field("r", "name"), field("r", "id")))}, false},
		{"parentheses", `{(r.name or 'x') or r.id}`, pieces{value(nil, either(field("r", "name"), constant("x"), field("r", "id")))}, false},
		{"value at matches", `{o.name|in(o:object,r:box)}`, pieces{value(in, field("o", "name"))}, false},
		{"call at matches", `{#a# | in(o:object, r:box)}`, pieces{value(in, grammar.Term{Call: &grammar.Piece{Op: grammar.Call, Rule: "a"}})}, false},
		{"list", `[{o.name | in(o:object, r:box)}]`, pieces{list(in, value(nil, field("o", "name")))}, false},
		{"list of calls", `[{#over-view.2(o)# | in(o:object, r:box)}]!`, pieces{list(in, call("over-view.2(o)", "o")), literally("!")}, false},
		{"list without a query", `[{o.name}]`, pieces{list(nil, value(nil, field("o", "name")))}, false},
		{"conjunction", `[{o | in(o:object, r:box) & not_in(o' : object, o) & empty()}]`, pieces{list(query{
			literal("in", "o", "object", "r", "box"), literal("not_in", "o'", "object", "o", "o"), literal("empty"),
		}, value(nil, field("o", "")))}, false},
		{"a placeholder that is its type", `[{o | in(box, box'')}]`, pieces{list(query{literal("in", "box", "box", "box''", "box")}, value(nil, field("o", "")))}, false},
		{"cut at a semicolon", `one; two`, pieces{literally("one")}, true},
		{"cut at a brace", `(in {r})} two`, pieces{literally("(in "), value(nil, field("r", "")), literally(")")}, true},
		{"cut at a quote", `say \"hi`, pieces{literally("say ")}, true},
		{"cut at quotes that hold more", `\"a;b\"`, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, err := grammar.Parse("g.twl2", []byte(textOf(tt.rhs)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, g.Rules["x"].Alternatives[0].Text); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := len(g.Cut) > 0; got != tt.cut {
				t.Errorf("cut: %v", g.Cut)
			}
		})
	}
}

const small = `
# A grammar of our own.
grammar :: """
{
  "intro": [{"rhs": "\n#hello#"}],
  "hello": [{"rhs": "Replaced below."}],
  "list_empty": [{"rhs": "none"}]
}
""";

action Take-it/now {   # a comment
  feedback :: "#hello#";
  template :: "take {o}
  from {r}";
  pddl :: """(:action "ignored")""";
  grammar :: """
  {
    # comment in JSON
    "hello": [
      {"condition": "in(o:object, r:box)", "rhs": "Hello there.", "weight": 2.5e0},
      # another
      {"rhs": "Bye."}
    ],
    "both(o, r)": [{"rhs": "first"}],
    "both(o,r)": [{"rhs": "second"}]
  }
  """;
}
action wait { template :: "wait"; feedback :: "ok"; }
grammar :: """{"hello": [{"rhs": "Again."}]}""";
`

func TestFile(t *testing.T) {
	g, err := grammar.Parse("small.twl2", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"both(o, r)", "hello", "intro", "list_empty"}, slices.Sorted(maps.Keys(g.Rules))); diff != "" {
		t.Errorf("rules, -want +got:\n%s", diff)
	}
	want := []grammar.Action{
		{
			Name:     "Take-it/now",
			Template: pieces{literally("take "), value(nil, field("o", "")), literally("\n  from "), value(nil, field("r", ""))},
			Feedback: pieces{call("hello")},
			Local:    map[string]*grammar.Rule{"both(o, r)": {Name: "both", Params: []string{"o", "r"}, Alternatives: []grammar.Alternative{{Text: pieces{literally("second")}}}}},
		},
		{Name: "wait", Template: pieces{literally("wait")}, Feedback: pieces{literally("ok")}, Local: map[string]*grammar.Rule{}},
	}
	if diff := cmp.Diff(want, g.Actions); diff != "" {
		t.Errorf("actions, -want +got:\n%s", diff)
	}
	if got := g.Rules["hello"].Alternatives[0].Text[0].Text; got != "Again." {
		t.Errorf("rule hello says %q, want the last definition", got)
	}
	if g.Rules["both(o, r)"] != g.Actions[0].Local["both(o, r)"] {
		t.Error("a local rule is another one than that of the file")
	}
}

func TestConditions(t *testing.T) {
	g, err := grammar.Parse("g", []byte(`grammar :: """{"x": [
		{"condition": "in(o:object, r:box) & not_in(o:object, b:box)", "rhs": "1"},
		{"condition": " ", "rhs": "2"}, {"rhs": "3", "condition": ""}]}""";`))
	if err != nil {
		t.Fatal(err)
	}
	want := &grammar.Rule{Name: "x", Alternatives: []grammar.Alternative{
		{Condition: query{literal("in", "o", "object", "r", "box"), literal("not_in", "o", "object", "b", "box")}, Text: pieces{literally("1")}},
		{Text: pieces{literally("2")}},
		{Text: pieces{literally("3")}},
	}}
	if diff := cmp.Diff(want, g.Rules["x"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPublished(t *testing.T) {
	for name, want := range map[string]string{
		"alfred.twl2":       "21 actions, 35 rules",
		"alfred-2.1.1.twl2": "20 actions, 34 rules",
	} {
		text, err := os.ReadFile(testdata.Shared(t, "alfworld/domain/"+name))
		if err != nil {
			t.Fatal(err)
		}
		g, err := grammar.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%d actions, %d rules", len(g.Actions), len(g.Rules)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		// A brace too many in a rule that no game uses.
		if len(g.Cut) != 1 || g.Cut[0].Line != 372 || g.Cut[0].Col != 73 {
			t.Errorf("%s: texts that end early: %v", name, g.Cut)
		}
		goTo := pieces{literally("go to "), list(query{literal("receptacleatlocation", "r", "receptacle", "lend", "location")}, value(nil, field("r", "name")))}
		if diff := cmp.Diff(goTo, g.Actions[0].Template); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if help := g.Rules["help.feedback"]; help != nil {
			if s := help.Alternatives[0].Text[0].Text; !strings.HasPrefix(s, "Available") || !strings.HasSuffix(s, "object\n") {
				t.Errorf("help is %q", s)
			}
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"put a mug in the sink.":     "put a mug in the sink.",
		"put a mug in the sink; now": "put a mug in the sink",
		"#1":                         "",
		"":                           "",
	} {
		if got := grammar.Plain(text); got != want {
			t.Errorf("Plain(%q) = %q, want %q", text, got, want)
		}
	}
}
