package grammar_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"stepgym/envs/alfworld/grammar"
)

func checkError(t *testing.T, text, want string) {
	t.Helper()
	_, err := grammar.Parse("g.twl2", []byte(text))
	if err == nil {
		t.Fatalf("no error, want %q", want)
	}
	if _, ok := errors.AsType[*grammar.Error](err); !ok {
		t.Errorf("the error is a %T", err)
	}
	if want = "grammar: g.twl2:" + want; !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

func TestFileErrors(t *testing.T) {
	var chain strings.Builder
	for i := range 150 {
		fmt.Fprintf(&chain, `"r%d": [{"rhs": "#r%d#"}], `, i, i+1)
	}
	var fan strings.Builder
	for i := range 40 {
		fmt.Fprintf(&fan, `"r%d": [{"rhs": "#r%d##r%d#"}], `, i, i+1, i+1)
	}
	block := func(s string) string { return `grammar :: """` + s + `""";` }
	tests := []struct{ name, text, want string }{
		{"not a file", `hello`, `1:1: "hello" where "action" or "grammar" should be`},
		{"not UTF-8", "# \xff", `1:3: byte 0xff is not UTF-8`},
		{"no colons", `grammar: """{}""";`, `1:8: ":" where "::" should be`},
		{"no semicolon", "grammar :: \"\"\"{}\"\"\"\n", `2:1: the end of the text where ";" should be`},
		{"block not closed", `grammar :: """{}`, `1:12: """ is not closed`},
		{"action without a name", `action { }`, `1:8: "{" where the name of an action should be`},
		{"action without a template", `action a { feedback :: "x"; }`, `1:29: action "a" has no template`},
		{"action without feedback", `action a { template :: "x"; }`, `1:29: action "a" has no feedback`},
		{"two templates", `action a { template :: "x"; template :: "x"; }`, `1:29: a second "template" in action "a"`},
		{"two actions", "action a { template :: \"x\"; feedback :: \"x\"; }\naction A { template :: \"x\"; feedback :: \"x\"; }", `2:1: a second action "A"`},
		{"unknown part", `action a { reward :: "x"; }`, `1:12: "reward" where "template", "feedback", "grammar" or "}" should be`},
		{"action not closed", `action a { `, `1:12: the end of the text where "template"`},
		{"text not closed", `action a { template :: "x }`, `1:24: " is not closed`},

		{"not an object", block(`[]`), `1:15: "[]\"\"\";" where "{" should be`},
		{"rules not closed", block(`{"a": [{"rhs": ""}]`), `1:34: the rules end where "," or "}" should be`},
		{"no list", block(`{"a": "b"}`), `1:21: "\"b\"}\"\"\";" where "[" should be`},
		{"comma at the end", block(`{"a": [{"rhs": ""}],}`), `1:35: "}\"\"\";" where a string should be`},
		{"more", block(`{} {}`), `1:18: "{}\"\"\";" after the end of the rules`},
		{"no alternatives", block(`{"a": []}`), `1:16: rule "a" has no alternatives`},
		{"no name", block(`{"": [{"rhs": ""}]}`), `1:16: a rule without a name`},
		{"no text", block(`{"a": [ {"condition": "p()"}]}`), `1:23: an alternative of rule "a" has no "rhs"`},
		{"unknown key", block("{\"a\": [\n{\"rhs\": \"\", \"conditon\": \"p()\"}]}"), `2:13: unknown key "conditon"`},
		{"two texts", block(`{"a": [{"rhs": "", "rhs": ""}]}`), `1:34: a second "rhs" in an alternative of rule "a"`},
		{"weight", block(`{"a": [{"rhs": "", "weight": "1"}]}`), `1:44: "\"1\"}]}\"\"\";" where a number should be`},
		{"control character", block("{\"a\": [{\"rhs\": \"x\ny\"}]}"), `1:30: the string is not JSON`},
		{"string not closed", block(`{"a`), `1:16: the string is not closed`},
		{"bad escape", block(`{"a": [{"rhs": "\x"}]}`), `1:30: the string is not JSON`},

		{"no such rule", block(`{"a": [{"rhs": "say #b#"}]}`), `1:35: there is no rule "b"`},
		{"no such parameters", block(`{"a": [{"rhs": "#a(x)#"}]}`), `1:31: there is no rule "a(x)", but "a": a call names the parameters as the rule does`},
		{"one of two", textOf(`#same(x)#`), `2:17: there is no rule "same(x)", but "same(o)", "same(r)": a call`},
		{"no rule for feedback", `action a { template :: "x"; feedback :: "#b#"; }`, `1:42: there is no rule "b"`},
		{"calls itself", block(`{"a": [{"rhs": "#b#"}], "b": [{"rhs": "x"}, {"rhs": "[{#a# | p(o:t)}]"}]}`), `1:31: rule "b" calls itself`},
		{"deep", block(`{` + chain.String() + `"r150": [{"rhs": ""}]}`), `1:32: rules call each other too deep`},
		{"wide", block(`{` + fan.String() + `"r40": [{"rhs": ""}]}`), `1:`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkError(t, tt.text, tt.want) })
	}
}

func TestTextErrors(t *testing.T) {
	tests := []struct{ name, rhs, want string }{
		{"call not closed", `number #1`, `24: "#" begins the call of a rule`},
		{"call of nothing", `##`, `17: "#" begins the call of a rule`},
		{"brace not closed", `abc {o.name`, `21: "{" is not closed`},
		{"list of text", `[a]`, `17: "[" begins a list, which is written [{WHAT | QUERY}]`},
		{"list not closed", `[{o.name}, {r.name}]`, `26: a list ends with "}]"`},
		{"list at the end", `[{o.name}`, `26: a list ends with "}]"`},
		{"nothing", `{}`, `18: a term is missing here`},
		{"unknown field", `{o.colour}`, `20: "colour" where a field: name, id, indefinite, definite or type should be`},
		{"field missing", `{o.}`, `20: a field: name, id, indefinite, definite or type is missing here`},
		{"function", `{o.name.upper()}`, `24: only fields of entities, no functions`},
		{"call of a function", `{str(o)}`, `21: only fields of entities, no functions`},
		{"number", `{5}`, `18: "5" where a term such as`},
		{"sum with an entity", `{o + ' '}`, `18: an entity cannot be joined with "+": write o.name`},
		{"sum not ended", `{o.name +}`, `26: a term is missing here`},
		{"or after a sum", `{o.name + 'a' or 'b'}`, `31: "or" binds less than "+": put it in parentheses`},
		{"sum after or", `{o.name or 'a' + 'b'}`, `25: "or" binds less than "+": put it in parentheses`},
		{"parentheses not closed", `{(o.name or 'x'}`, `32: "or" or ")" is missing here`},
		{"parentheses twice", `{((o.name))}`, `19: parentheses in parentheses are not supported`},
		{"constant not closed", `{'x}`, `18: the constant is not closed`},
		{"escape in a constant", `{'\\x'}`, `19: escape \x in a constant is not supported`},
		{"two terms", `{o.name 'x'}`, `25: "'x'" where "+", "or" or the end should be`},
		{"no query", `{o.name | }`, `27: a query is missing after "|"`},
		{"after a call", `{#a# + 'x'}`, `22: "+ 'x'" where "|" or "}" should be`},
		{"place behind escapes", `\u00e9\n\\ {o.x}`, `31: "x" where a field`},
		{"place behind a pair of escapes", `\ud83d\ude00{o.x}`, `32: "x" where a field`},
		{"place behind more than ASCII", `é{o.x}`, `22: "x" where a field`},

		{"capitals", `[{o | holdsAny(a:agent)}]`, `23: facts are in lower case: write "holdsany"`},
		{"negation", `[{o | !p(a:agent)}]`, `23: "!p": a fact that was deleted is written not_p`},
		{"no parentheses", `[{o | p}]`, `24: "(" is missing here`},
		{"not closed", `[{o | p(a:b}]`, `28: "," or ")" is missing here`},
		{"comma at the end", `[{o | p(a:b,)}]`, `29: ")" where a placeholder should be`},
		{"type missing", `[{o | p(a:)}]`, `27: ")" where a type should be`},
		{"or in a query", `[{o | p(a:b), q(a:b)}]`, `29: "," where "&" or the end of the query should be`},
		{"and missing", `[{o | p(a:b) q(a:b)}]`, `30: "q" where "&" or the end of the query should be`},
		{"nothing after and", `[{o | p(a:b) & }]`, `32: a predicate is missing here`},
		{"variable", `[{o | p(?a)}]`, `25: "?" where a placeholder such as o:object should be`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { checkError(t, textOf(tt.rhs), "2:"+tt.want) })
	}
	t.Run("template", func(t *testing.T) {
		checkError(t, "action a {\n template :: \"take {o.nam}\";", `2:23: "nam" where a field`)
	})
	t.Run("condition", func(t *testing.T) {
		checkError(t, "grammar :: \"\"\"{\"a\": [{\"rhs\": \"\",\n\"condition\": \"p(\"}]}\"\"\";", `2:17: a placeholder such as o:object is missing here`)
	})
}
