package bfcl

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/internal/testdata"
)

func TestSingleTurnEpisodes(t *testing.T) {
	env := mini(t, nil, chosen("simple_python", "simple_java", "irrelevance", "live_simple", "live_relevance", "format_sensitivity"))
	const asJSON = "format_sensitivity_7:ret_fmt=json&tool_call_tag=True&func_doc_fmt=xml&prompt_fmt=plaintext&style=classic:simple_python_1"
	tests := []struct {
		name, id string
		action   envs.Action
		success  bool
		invalid  bool
		metric   string
	}{
		{"a call", "simple_python_0", toolCall("garden.water", `{"bed": "Rose", "litres": 12}`), true, false, ""},
		{"a call without dots", "simple_python_0", toolCall("garden_water", `{"bed": "rose", "litres": 12}`), true, false, ""},
		{"a text", "simple_python_0", envs.Action{Text: "[garden.water(bed='rose', litres=12)]"}, true, false, ""},
		{"a wrong call", "simple_python_0", toolCall("garden.water", `{"bed": "rose", "litres": 1}`), false, false, "value_error:others"},
		{"an unknown function", "simple_python_0", toolCall("rain", `{}`), false, true, "simple_function_checker:wrong_func_name"},
		{"talk", "simple_python_0", envs.Action{Text: "With pleasure."}, false, false, single.ErrorDecode},
		{"no arguments", "simple_python_0", toolCall("garden.water", ""), false, false, "simple_function_checker:missing_required"},
		{"broken arguments", "simple_python_0", toolCall("garden.water", "{"), false, false, single.ErrorDecode},
		{"Java", "simple_java_0", envs.Action{Text: "Shop.sell(item=77L, count=3, to=buyer);"}, true, false, ""},
		{"Java as texts", "simple_java_0", toolCall("Shop.sell", `{"item": "77L", "count": "3", "to": "buyer"}`), true, false, ""},
		{"Java as numbers", "simple_java_0", toolCall("Shop.sell", `{"item": 77, "count": 3, "to": "buyer"}`), false, false, "type_error:java"},
		{"no call where none fits", "irrelevance_0", envs.Action{Text: "Homer."}, true, false, ""},
		{"a call where none fits", "irrelevance_0", toolCall("garden.water", `{}`), false, false, single.ErrorIrrelevance},
		{"nothing", "irrelevance_0", envs.Action{}, true, false, ""},
		{"any call", "live_relevance_0-0-0", toolCall("mean", `{}`), true, false, ""},
		{"a format", asJSON, envs.Action{Text: `<TOOLCALL>[{"function": "mean", "parameters": {"numbers": [3, 4, 8]}}]</TOOLCALL>`}, true, false, ""},
		{"another format", asJSON, envs.Action{Text: "[mean(numbers=[3, 4, 8])]"}, false, false, single.ErrorDecode},
		{"a call for a format", asJSON, toolCall("mean", `{"numbers": [3, 4, 8]}`), false, true, single.ErrorDecode},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ep := reset(t, env, tt.id)
			want := envs.Result{Terminated: true, Success: tt.success, Invalid: tt.invalid}
			if tt.success {
				want.Reward = 1
			} else {
				want.Metrics = map[string]float64{tt.metric: 1}
			}
			if diff := cmp.Diff(want, act(t, ep, tt.action)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSingleTurnEndTool has an agent that can only call do without a call.
func TestSingleTurnEndTool(t *testing.T) {
	env := mini(t, []string{"irrelevance"}, func(c *Config) { c.EndTurnTool = true })
	ep := reset(t, env, "irrelevance_0")
	if o := ep.Observation(); len(o.Tools) != 2 || o.Tools[1].Name != endTurnName {
		t.Errorf("functions %+v", o.Tools)
	}
	if r := act(t, ep, toolCall(endTurnName, "{}")); !r.Success || r.Invalid {
		t.Errorf("%+v", r)
	}
}

// TestSingleTurnObservation has what is shown of entries: messages in their
// order, and functions with the types of JSON Schema.
func TestSingleTurnObservation(t *testing.T) {
	env := mini(t, []string{"live_simple", "simple_java", "format_sensitivity"}, nil)
	o := reset(t, env, "live_simple_0-0-0").Observation()
	if len(o.Messages) != 2 || o.Messages[0].Role != "system" || o.Messages[1].Role != "user" {
		t.Errorf("messages %+v", o.Messages)
	}
	const want = `{"type": "object", "properties": {"port": {"type": "string", "description": "Port, as 'Town, Country'."}, ` +
		`"day": {"type": "string", "description": "A date, YYYY-MM-DD."}, "unit": {"type": "string", "description": "Unit of heights.", "enum": ["m", "ft"], "default": "m"}}, ` +
		`"required": ["port", "day"]}`
	if len(o.Tools) != 1 || string(o.Tools[0].Params) != want {
		t.Errorf("tools %s", o.Tools)
	}
	o = reset(t, env, "simple_java_0").Observation()
	if p := string(o.Tools[0].Params); !strings.Contains(p, `"properties": {"item": {"type": "string", "description": "Number of the item. (Java of type long, as it is written there)"}`) {
		t.Errorf("a function in Java is %s", p)
	}
	for task := range env.Tasks("all") {
		if !strings.HasPrefix(task.ID, single.FormatSensitivity) {
			continue
		}
		o := reset(t, env, task.ID).Observation()
		if !strings.HasPrefix(o.Messages[0].Content, "Calls are to be written in ") || strings.Contains(o.Messages[0].Content, "TOOLCALL") != strings.Contains(task.ID, "tag=True") {
			t.Errorf("%s begins with %q", task.ID, o.Messages[0].Content)
		}
	}
}

// TestSingleTurnHints follows the hint of every entry of the benchmark: it is
// the first possible answer, which only those refuse that the original's checker
// refuses it for.
func TestSingleTurnHints(t *testing.T) {
	c := DefaultConfig()
	c.Data, c.Categories = testdata.Shared(t, "bfcl/data"), SingleTurn()
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	none := map[string]bool{}
	n := 0
	for task := range env.Tasks("all") {
		n++
		ep := reset(t, env, task.ID)
		way, err := ep.(envs.Hinter).Hint(t.Context())
		if errors.Is(err, envs.ErrNoHint) {
			none[single.Asked(task.ID)] = true
			continue
		}
		if r := act(t, ep, way[0]); err != nil || len(way) != 1 || !r.Success || r.Invalid {
			t.Errorf("%s: %v, error %v: %+v", task.ID, way, err, r)
		}
	}
	for id := range none {
		if !slices.Contains(refusedAnswers, id) && id != "simple_python_96" {
			t.Errorf("%s has no hint", id)
		}
	}
	if n != 3641+5200 || len(none) != len(refusedAnswers)+1 {
		t.Errorf("%d tasks, of which %d have no hint", n, len(none))
	}
}

// TestSingleFamilies checks that entries with an equal document of a function or
// equal messages are in one split.
func TestSingleFamilies(t *testing.T) {
	if testing.Short() {
		t.Skip("every task of the benchmark is opened: not with -short")
	}
	c := DefaultConfig()
	c.Data, c.Categories = testdata.Shared(t, "bfcl/data"), SingleTurn()
	env, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	split := map[string]string{}
	tasks := map[string]int{}
	for _, name := range []string{splitTrain, splitDev, splitTest} {
		for task := range env.Tasks(name) {
			tasks[name]++
			ep := reset(t, env, task.ID).(*answering)
			marks := []string{fmt.Sprint(ep.entry.Question)}
			for _, f := range ep.entry.tools {
				marks = append(marks, fmt.Sprint(f.Name, f.Description, sorted(f.Params)))
			}
			for _, m := range marks {
				if was, ok := split[m]; ok && was != name {
					t.Errorf("%s is in %s, and something equal in %s: %.80s", task.ID, name, was, m)
				}
				split[m] = name
			}
		}
	}
	if all := tasks[splitTrain] + tasks[splitDev] + tasks[splitTest]; all != 3641+5200 || 10*tasks[splitTest] < all {
		t.Errorf("tasks %v", tasks)
	}
	t.Logf("tasks %v", tasks)
	c.Categories = []string{"live_multiple"}
	less, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	family := map[string]string{}
	for task := range env.Tasks("all") {
		family[task.ID] = task.Family
	}
	for task := range less.Tasks("all") {
		if task.Family != family[task.ID] {
			t.Errorf("%s is of family %q among its category, of %q among all", task.ID, task.Family, family[task.ID])
		}
	}
}
