package bfcl

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// refusedAnswers are the entries that refuse the first of their own possible
// answers, in the original as here.
var refusedAnswers = []string{
	"live_multiple_507-149-4", "live_multiple_862-181-3", "live_multiple_964-207-0", "live_simple_106-63-0", "live_simple_112-68-0",
	"parallel_multiple_12", "parallel_multiple_26", "simple_java_36", "simple_java_64", "simple_java_65",
}

func scorer(t testing.TB, data string) func(id string, model any) Score {
	t.Helper()
	s, err := NewScorer(data, ScoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return func(id string, model any) Score {
		t.Helper()
		line, err := json.Marshal(map[string]any{"id": id, "model": model})
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Score(line)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// forms writes an answer in every form that a row may have.
func forms(t *testing.T, e *single.Entry) map[string]any {
	t.Helper()
	answer := e.Answer()
	var structured []map[string]string
	for _, c := range answer.Items {
		it := c.(*py.Dict).At(0)
		structured = append(structured, map[string]string{py.ToStr(it.Key): text(it.Value)})
	}
	out := map[string]any{"calls": structured, "calls in a step": [][]any{{structured}}}
	if e.Language != single.Python {
		return out
	}
	written, ok := e.Write(answer)
	if !ok {
		t.Fatalf("%s: %s cannot be written", e.ID, py.Repr(answer))
	}
	var one []string
	for _, c := range answer.Items {
		s, _ := e.Write(py.NewList(c))
		one = append(one, strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	}
	out["text"], out["text in a step"], out["calls in Python"] = written, [][]any{{written}}, [][][]string{{one}}
	return out
}

// TestSingleRows judges the first possible answers of every single-turn entry in
// every form.
func TestSingleRows(t *testing.T) {
	data := testdata.Shared(t, "bfcl/data")
	d, err := single.Load(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	score := scorer(t, data)
	rows := 0
	refused := map[string]bool{}
	for _, e := range d.Entries() {
		if e.Truth == nil {
			call := score(e.ID, []map[string]string{{"f": "{}"}})
			talk := score(e.ID, "I cannot do that.")
			if call.Valid == talk.Valid || call.Valid != (e.Category == "live_relevance") {
				t.Errorf("%s: a call is valid: %v, a text: %v", e.ID, call.Valid, talk.Valid)
			}
			rows += 2
			continue
		}
		for form, model := range forms(t, e) {
			rows++
			if v := score(e.ID, model); !v.Valid {
				refused[e.ID] = true
				if !slices.Contains(refusedAnswers, e.ID) {
					t.Errorf("%s, %s: %s %s", e.ID, form, *v.Type, *v.Message)
				}
			}
		}
	}
	if len(refused) != len(refusedAnswers) {
		t.Errorf("%d entries refuse their own answers, want %d", len(refused), len(refusedAnswers))
	}
	t.Logf("%d rows of %d entries", rows, len(d.Entries()))
}

// TestFormatRows judges the first possible answers in the formats of
// format_sensitivity.
func TestFormatRows(t *testing.T) {
	data := testdata.Shared(t, "bfcl/data")
	d, err := single.Load(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.Variants(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	score := scorer(t, data)
	for i, e := range all {
		if i%7 != 0 && testing.Short() {
			continue
		}
		written, ok := e.Write(e.Answer())
		if !ok {
			t.Errorf("%s: %s cannot be written", e.ID, py.Repr(e.Answer()))
			continue
		}
		// quirk: what is read as JSON ends at the first list of objects in it.
		cut := e.Format == single.JSON && single.Asked(e.ID) == "simple_python_96"
		if v := score(e.ID, written); v.Valid == (cut || slices.Contains(refusedAnswers, single.Asked(e.ID))) {
			t.Errorf("%s: %s\n%v %s", e.ID, written, v.Valid, fmt.Sprint(v.Message))
		}
	}
}

// TestMemoryRows judges every possible answer of every memory question, after
// calls in every form.
func TestMemoryRows(t *testing.T) {
	data := testdata.Shared(t, "bfcl/data")
	score := scorer(t, data)
	rows := 0
	for _, kind := range []string{"kv", "rec_sum"} {
		scenarios, err := agentic.Scenarios(os.DirFS(data), kind)
		if err != nil {
			t.Fatal(err)
		}
		calls := []any{"[memory_retrieve()]", []any{map[string]string{"memory_retrieve": "{}"}}, []string{"memory_retrieve()"}, []any{}}
		for _, s := range scenarios {
			for _, q := range s.Questions {
				for _, a := range q.Answers {
					rows += 2
					said := "It is " + a + "."
					if v := score(q.ID, [][]any{{calls[0], calls[1], calls[2], said}}); !v.Valid {
						t.Errorf("%s: %s: %s", q.ID, a, *v.Type)
					}
					if v := score(q.ID, [][]any{{said, calls[rows%3], "I do not know."}}); v.Valid || *v.Type != agentic.ErrorNotFound {
						t.Errorf("%s: an earlier text counts", q.ID)
					}
				}
				if v := score(q.ID, [][]any{{calls[0], calls[1], calls[2]}}); v.Valid || *v.Type != agentic.ErrorNoMessage {
					t.Errorf("%s: %v without a text", q.ID, v.Valid)
				}
			}
		}
	}
	t.Logf("%d rows", rows)
}

// TestPartRows judges rows about the data of our own.
func TestPartRows(t *testing.T) {
	score := scorer(t, filepath.Join("testdata", "mini"))
	tests := []struct {
		name, id, model string
		kind, message   string // "": valid
	}{
		{"two calls", "parallel_0", `"[garden.water(bed='peas', litres=7), garden.water(bed='beans', litres=5)]"`, "", ""},
		{"two calls in steps' form", "parallel_0", `[[["garden.water(bed='peas', litres=7)", "garden.water(bed='beans', litres=5)"]]]`, "", ""},
		{
			"one of two is wrong", "parallel_0", `[[["garden.water(bed='peas', litres=7)", "garden.water(bed='beans', litres=6)"]]]`,
			"parallel_function_checker_no_order:cannot_find_match",
			"Could not find a matching function among index [0, 1] of model output for index 0 of possible answers.\n" +
				`{"Model Result Index 0": {"sub_error": ["Invalid value for parameter 'bed': 'peas'. Expected one of ['beans']. Case insensitive."], ` +
				`"sub_error_type": "value_error:string", "model_output_item": {"garden.water": {"bed": "peas", "litres": 7}}, "possible_answer_item": {"garden.water": {"bed": ["beans"], "litres": [5], "slow": [""]}}}}` + "\n" +
				`{"Model Result Index 1": {"sub_error": ["Invalid value for parameter 'litres': 6.0. Expected one of [5]."], ` +
				`"sub_error_type": "value_error:others", "model_output_item": {"garden.water": {"bed": "beans", "litres": 6}}, "possible_answer_item": {"garden.water": {"bed": ["beans"], "litres": [5], "slow": [""]}}}}`,
		},
		{"Java", "simple_java_0", `"Shop.sell(item=77L, count=3, to=buyer);"`, "", ""},
		{"Java in a step", "simple_java_0", `[[["Shop.sell(item=77L, count=3, to=buyer);"]]]`, "", ""},
		{"Java as calls", "simple_java_0", `[{"Shop.sell": "{\"item\": \"77L\", \"count\": \"3\", \"to\": \"buyer\"}"}]`, "", ""},
		{"no steps", "simple_python_0", `[[]]`, "simple_function_checker:wrong_count", "Wrong number of functions."},
		{"an empty step", "simple_python_0", `[[[]]]`, "simple_function_checker:wrong_count", "Wrong number of functions."},
		{"a needless call", "irrelevance_0", `[[["garden.water(bed='a', litres=1.0)"]]]`, single.ErrorIrrelevance, "Valid syntax. Successfully decode AST when it should not."},
		{"no step is no call", "irrelevance_0", `[[]]`, "", ""},
		{"any call", "live_relevance_0-0-0", `"[mean(numbers=[1])]"`, "", ""},
		{"a format", "format_sensitivity_9:ret_fmt=json&tool_call_tag=True&func_doc_fmt=xml&prompt_fmt=plaintext&style=classic:simple_python_1", `"<TOOLCALL>[{\"function\": \"mean\", \"parameters\": {\"numbers\": [3, 4, 8]}}]</TOOLCALL>"`, "", ""},
		{"memory", "memory_kv_1-customer-1", `[["[core_memory_retrieve(key='town')]", "In Ely."]]`, "", ""},
		{"memory, one turn of call lists", "memory_rec_sum_2-notetaker-0", `[[["memory_retrieve()"], "Six."]]`, "", ""},
		{"memory, wrong", "memory_kv_1-customer-1", `[["In Bath."]]`, agentic.ErrorNotFound, "None of the expected answers were found in the model response."},
		{"memory, no turns", "memory_kv_1-customer-1", `[]`, agentic.ErrorInference, "Error during inference phase. Model did not output a list of model responses."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := Score{ID: tt.id, Valid: tt.kind == ""}
			if tt.kind != "" {
				want.Type, want.Message = &tt.kind, &tt.message
			}
			if diff := cmp.Diff(want, score(tt.id, json.RawMessage(tt.model))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestPartRowErrors has rows that cannot be judged.
func TestPartRowErrors(t *testing.T) {
	s, err := NewScorer(filepath.Join("testdata", "mini"), ScoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[string]string{
		`{"id": "memory_vector_0-customer-0", "model": []}`:               "memory_vector is not supported: it needs",
		`{"id": "web_search_base_0", "model": []}`:                        "web_search_base is not supported: it needs",
		`{"id": "memory_kv_prereq_0-customer-0", "model": []}`:            "is not judged",
		`{"id": "memory_kv_77-customer-0", "model": []}`:                  "there is no such entry",
		`{"id": "simple_python_77", "model": ""}`:                         "there is no such entry",
		`{"id": "format_sensitivity_0", "model": ""}`:                     "there is no such entry",
		`{"id": "format_sensitivity_0:x:simple_python_0", "model": ""}`:   "there is no such entry",
		`{"id": "web_sea", "model": ""}`:                                  "there is no such entry",
		`{"id": "simple_javascript_0", "model": ""}`:                      "BFCL_v4_simple_javascript.json",
		`{"id": "simple_python_0", "model": [[["f()"]], [["g()"]]]}`:      "one turn of one step",
		`{"id": "simple_python_0", "model": [[["f()"], ["g()"]]]}`:        "one turn of one step",
		`{"id": "simple_python_0", "model": ` + strings.Repeat("[", 5000): "not a JSON object",
		`{"id": "memory_kv_0-customer-0"}`:                                "neither model nor result",
		`{"id": "memory_kv_0-customer-0", "model": [], "result": "x"}`:    "both model and result",
		`{"id": "multi_turn_long_context_0", "model": []}`:                "multi_turn_long_context",
		`{"id": "multi_turn_base_0:x", "model": []}`:                      "there is no such entry",
	} {
		_, err := s.Score([]byte(row))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s: %v, want %q", row, err, want)
		}
	}
}

func FuzzScore(f *testing.F) {
	s, err := NewScorer(filepath.Join("testdata", "mini"), ScoreOptions{Compat: true})
	if err != nil {
		f.Fatal(err)
	}
	ids := []string{"simple_python_0", "parallel_0", "simple_java_0", "irrelevance_0", "memory_kv_0-customer-0", "multi_turn_base_0"}
	f.Add(0, `"[garden.water(bed='rose', litres=12)]"`)
	f.Add(1, `[{"garden.water": "{}"}, {"garden.water": {}}]`)
	f.Add(2, `[[["Shop.sell(item=77L);"]]]`)
	f.Add(4, `[["", [], {"answer": 1}, [null]]]`)
	f.Add(5, `[[[{"ls": "{}"}], null]]`)
	f.Fuzz(func(t *testing.T, which int, model string) {
		v, err := s.Score(fmt.Appendf(nil, `{"id": %q, "result": %s}`, ids[uint(which)%uint(len(ids))], model))
		if err == nil && v.Valid != (v.Type == nil) {
			t.Errorf("%+v", v)
		}
	})
}
