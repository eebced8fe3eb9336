package grammar_test

import (
	"fmt"

	"stepgym/envs/alfworld/grammar"
)

func ExampleParse() {
	g, err := grammar.Parse("garden.twl2", []byte(`
action Water {
  template :: "water {p}";
  feedback :: "#water.feedback#";
  grammar :: """
  {
    "water.feedback": [
      {"condition": "thirsty(p:plant)", "rhs": "The {p.name} is happy."},
      {"rhs": "The {p.name} is wet."}
    ]
  }
  """;
}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := g.Rules[g.Actions[0].Feedback[0].Rule]
	for _, a := range rule.Alternatives {
		fmt.Println(a.Condition, a.Text[0].Text+a.Text[1].Expr[0].Entity+a.Text[2].Text)
	}
	// Output:
	// [{thirsty [{p plant}]}] The p is happy.
	// [] The p is wet.
}

func ExampleError() {
	_, err := grammar.Parse("garden.twl2", []byte(`action Water {
  template :: "water {p.nmae}";
}`))
	fmt.Println(err)
	// Output: grammar: garden.twl2:2:25: "nmae" where a field: name, id, indefinite, definite or type should be
}
