package single_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

func entry(category string) *single.Entry {
	function := py.D("name", py.Str("f"), "parameters", py.D(
		"properties", py.D("a", py.D("type", py.Str("integer"))), "required", py.NewList(py.Str("a"))))
	e := &single.Entry{ID: category + "_0", Category: category, Functions: py.NewList(function)}
	e.Truth = py.NewList(py.D("f", py.D("a", py.NewList(py.Int(1)))))
	return e
}

func TestJudge(t *testing.T) {
	const text = "Invalid syntax. Failed to decode AST. "
	java, js := entry("simple_java"), entry("simple_javascript")
	java.Language, js.Language = single.Java, single.JavaScript
	asJSON, verbose, concise, tagged := entry("live_simple"), entry("live_simple"), entry("live_simple"), entry("live_simple")
	asJSON.Format, verbose.Format, concise.Format, tagged.Tagged = single.JSON, single.VerboseXML, single.ConciseXML, true
	fc := py.NewList(py.D("f", py.Str(`{"a": 1}`)))
	for _, c := range []struct {
		name   string
		entry  *single.Entry
		result py.Value
		kind   string // "": valid
		error  string
	}{
		{"python", entry("simple_python"), py.Str("`f(a=1)`\n"), "", ""},
		{"tools", entry("simple_python"), fc, "", ""},
		{"tools, bad JSON", entry("simple_python"), py.NewList(py.D("f", py.Str(`{`))), single.ErrorDecode, text},
		{"undecodable", entry("simple_python"), py.Str("Sorry."), single.ErrorDecode, text + "invalid syntax (<unknown>, line 1)"},
		{"no calls", entry("simple_python"), py.Str("[]"), "simple_function_checker:wrong_count", "Wrong number of functions."},
		{"no list", entry("simple_python"), py.None{}, single.ErrorFormat, "Did not output"},
		{"tools, two names", entry("simple_python"), py.NewList(py.D("f", py.D(), "g", py.D())), "simple_function_checker:missing_required", "Missing required parameter: 'a'."},
		{"tools, no arguments", entry("simple_python"), py.NewList(py.D("f", py.None{})), single.ErrorFormat, "Did not output"},
		{"java", java, py.Str("f(a=123456789)"), "value_error:others", "Invalid value for parameter 'a': 123456789. Expected one of [1]."},
		{"java, short", java, py.Str("f(a=1)"), single.ErrorDecode, text + "Error parsing java the source code."},
		{"java, semicolon", java, py.Str("f(a=1);"), "", ""},
		{"java, no call", java, py.Str("some_name_only;"), single.ErrorFormat, "Did not output"},
		{"js", js, py.Str("f(a=1)"), "", ""},
		{"js, no flags of a regular expression", js, py.Str("f(a=/x/gA)"), single.ErrorDecode, text + "Error js parsing the source code."},
		{"js, twice", js, py.Str("f(a=1, a=2)"), single.ErrorDecode, text + "Error: Multiple arguments with the same name are not supported."},
		{"json", asJSON, py.Str("```json\n[{\"function\": \"f\", \"parameters\": {\"a\": 1}}]\n```"), "", ""},
		{"json, none", asJSON, py.Str("no calls"), "simple_function_checker:wrong_count", "Wrong number of functions."},
		{"json, no name", asJSON, py.Str(`[{"parameters": {}}]`), single.ErrorDecode, text + "'function'"},
		{"verbose", verbose, py.Str(`<functions><function name="f"><params><param name="a" value="1" type="integer"/></params></function></functions>`), "", ""},
		{"verbose, lines", verbose, py.Str("<functions>\n<function\nname=\"f\"><param name='a' value=\"1\r\n\t2'&#10;\" type=\"string\"/></function></functions>"), "type_error:simple", `"1  2'\n"`},
		{"verbose, no blank", verbose, py.Str(`<functions><function name="f"><param name="a"value="1" type="integer"/></function></functions>`), single.ErrorDecode, "not well-formed"},
		{"tag, an open bracket", tagged, py.Str("<TOOLCALL>[f(a=1)</TOOLCALL>"), single.ErrorDecode, "'[' was never closed"},
		{"a constant", entry("simple_python"), py.Str("[1]"), single.ErrorDecode, "Failed to decode AST. "},
		{"verbose, text", verbose, py.Str(`<functions><function name="f"><param name="a" value="1"/></function></functions>`), "type_error:simple", "Incorrect type"},
		{"concise", concise, py.Str(`ok: <functions><function name="f"><param name="a" type="integer"> 1 </param></function></functions>`), "", ""},
		{"concise, list", concise, py.Str(`<functions><function name="f"><param name="a" type="array">[1, 'x']</param></function></functions>`), "type_error:simple", "got list. Parameter value: [1, 'x']."},
		{"concise, bad", concise, py.Str(`<functions><function name="f"><param name="a" type="integer">x</param></function></functions>`), single.ErrorDecode, "invalid literal for int() with base 10: 'x'"},
		{"no xml", concise, py.Str(`f`), single.ErrorDecode, "No XML function call found in input string: [f]. Missing <functions> tag."},
		{"tag", tagged, py.Str("so: <TOOLCALL>[f(a=1)]</TOOLCALL>"), "", ""},
		{"no tag", tagged, py.Str("f(a=1)"), single.ErrorDecode, "No tool call tag found in input string: [f(a=1)]"},
		{"irrelevance, call", entry("irrelevance"), py.Str("f(a=1)"), single.ErrorIrrelevance, "Valid syntax."},
		{"irrelevance, text", entry("live_irrelevance"), py.Str("Sorry."), "", ""},
		{"irrelevance, empty", entry("live_irrelevance"), py.Str("[]"), "", ""},
		{"relevance, call", entry("live_relevance"), fc, "", ""},
		{"relevance, text", entry("live_relevance"), py.Str("Sorry."), single.ErrorRelevance, "when it should have. invalid syntax (<unknown>, line 1)"},
		{"relevance, empty", entry("live_relevance"), py.Str("[]"), single.ErrorRelevance, "when it should have. None"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.entry.Judge(c.result, single.Options{})
			if got.Valid != (c.kind == "") || got.Type != c.kind || !strings.Contains(py.Repr(got.Errors), c.error) && !strings.Contains(fmt.Sprint(got.Errors.Items), c.error) {
				t.Errorf("%v %q %s, want %q %s", got.Valid, got.Type, py.Repr(got.Errors), c.kind, c.error)
			}
		})
	}
}

func TestDataset(t *testing.T) {
	d := load(t)
	got := map[string]int{}
	for _, e := range d.Entries() {
		got[e.Category]++
		if (e.Truth == nil) != strings.Contains(e.Category, "relevance") || d.Entry(e.ID) != e || len(e.Question) == 0 {
			t.Errorf("entry %s: %d turns, answers: %v", e.ID, len(e.Question), e.Truth != nil)
		}
	}
	want := map[string]int{
		"simple_python": 400, "simple_java": 100, "simple_javascript": 50, "multiple": 200, "parallel": 200, "parallel_multiple": 200, "irrelevance": 240,
		"live_simple": 258, "live_multiple": 1053, "live_parallel": 16, "live_parallel_multiple": 24, "live_irrelevance": 884, "live_relevance": 16,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func TestVariants(t *testing.T) {
	d := load(t)
	all, err := d.Variants(os.DirFS(testdata.Shared(t, "bfcl/data")))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 5200 {
		t.Fatalf("%d variants, want 26 of 200 entries", len(all))
	}
	formats := map[single.Format]int{}
	tags := 0
	for _, e := range all {
		formats[e.Format]++
		if e.Tagged {
			tags++
		}
		if again := d.Entry(e.ID); again == nil || again.Format != e.Format || again.Tagged != e.Tagged || again.Category != e.Category {
			t.Errorf("%s is another entry by its id", e.ID)
		}
	}
	if diff := cmp.Diff(map[single.Format]int{single.Native: 1600, single.JSON: 1200, single.VerboseXML: 1200, single.ConciseXML: 1200}, formats); diff != "" || tags != 2400 {
		t.Errorf("%d with tags, formats (-want +got):\n%s", tags, diff)
	}
	for _, id := range []string{"format_sensitivity_0:x:simple_python_58", "format_sensitivity_0::", "x:y:z", "format_sensitivity_0", ""} {
		if e := d.Entry(id); e != nil {
			t.Errorf("%q is entry %s", id, e.ID)
		}
	}
}

func FuzzJudge(f *testing.F) {
	f.Add(`[{"function": "f", "parameters": {"a": 1}}]`)
	f.Add(`<functions><function name="f"><param name="a" type="array">[1, {'x': (2,)}]</param></function></functions>`)
	f.Add(`<TOOLCALL><functions><function name="f"><params><param value="1"/></params></function></functions></TOOLCALL>`)
	f.Fuzz(func(t *testing.T, said string) {
		for _, format := range []single.Format{single.JSON, single.VerboseXML, single.ConciseXML} {
			e := entry("live_simple")
			e.Format, e.Tagged = format, strings.Contains(said, "TOOLCALL")
			if v := e.Judge(py.Str(said), single.Options{}); v.Valid != (v.Type == "") || v.Valid != (len(v.Errors.Items) == 0) {
				t.Errorf("%+v", v)
			}
		}
	})
}
