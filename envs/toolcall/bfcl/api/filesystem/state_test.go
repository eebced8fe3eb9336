package filesystem_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/py"
)

// grove is a small file system of our own.
func grove() toolcall.State {
	file := func(content string) *py.Dict {
		return py.D("type", py.Str("file"), "content", py.Str(content))
	}
	dir := func(kv ...any) *py.Dict {
		return py.D("type", py.Str("directory"), "contents", py.D(kv...))
	}
	scenario := py.D("root", py.D("grove", dir(
		"notes.txt", file("sow in march\nwater in june\nreap in august"),
		"plan.txt", file("sow in april\nwater in june"),
		".hidden", file(""),
		"beds", dir("oak.md", file("tall"), "elm.md", file("old")),
	)))
	return filesystem.Load(scenario, nil)
}

// playground returns an executor on a copy of a state.
func playground(s toolcall.State) *toolcall.Executor {
	return toolcall.NewKit(filesystem.Class()).New([]toolcall.State{s})
}

// play runs calls and returns their texts.
func play(x *toolcall.Executor, calls ...string) []string {
	texts := make([]string, len(calls))
	for i, c := range calls {
		texts[i] = x.Run(c).Text
	}
	return texts
}

// TestPeculiarities shows what a tree of plain values would not do.
func TestPeculiarities(t *testing.T) {
	tests := []struct {
		name        string
		calls, want []string
	}{
		{
			"a copied directory shares its children",
			[]string{"cp('beds', 'twin')", "cd('beds')", "echo('felled', 'oak.md')", "mkdir('new')", "cd('..')", "cd('twin')", "cat('oak.md')", "ls()"},
			[]string{
				`{"result": "'beds' copied to 'twin'"}`, `{"current_working_directory": "beds"}`, "None", "None", "{}",
				`{"current_working_directory": "twin"}`, `{"file_content": "felled"}`, `{"current_directory_content": ["oak.md", "elm.md"]}`,
			},
		},
		{
			"a moved directory's children keep their parent",
			[]string{"cd('beds')", "mkdir('row')", "cd('..')", "mv('beds', 'fields')", "cd('fields')", "cd('row')", "pwd()", "cd('..')", "touch('ash.md')", "cd('/')", "find('fields')"},
			[]string{
				`{"current_working_directory": "beds"}`, "None", "{}", `{"result": "'beds' moved to 'fields'"}`,
				`{"current_working_directory": "fields"}`, `{"current_working_directory": "row"}`,
				`{"current_working_directory": "/grove/beds/row"}`, "{}", "None", `{"current_working_directory": "grove"}`,
				`{"matches": ["fields/oak.md", "fields/elm.md", "fields/row", "fields/ash.md"]}`,
			},
		},
		{
			"a directory copied into itself has no end",
			[]string{"cp('beds', 'beds')", "cd('beds')", "cd('beds')", "ls()", "find()", "du()", "cd('..')"},
			[]string{
				`{"result": "'beds' copied to 'beds/beds'"}`, `{"current_working_directory": "beds"}`, `{"current_working_directory": "beds"}`,
				`{"current_directory_content": ["oak.md", "elm.md", "beds"]}`,
				"Error during execution: maximum recursion depth exceeded while calling a Python object",
				"Error during execution: maximum recursion depth exceeded", "{}",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(play(playground(grove()), test.calls...), test.want); diff != "" {
				t.Errorf("got - want +\n%s", diff)
			}
		})
	}
}

// TestWideTree doubles a shared tree with every level until no walk could end.
func TestWideTree(t *testing.T) {
	x := playground(grove())
	for range 40 {
		play(x, "cp('beds', 'twin')", "mkdir('next')", "mv('beds', 'next')", "mv('twin', 'next')", "mv('next', 'beds')")
	}
	for _, call := range []string{"find()", "du()"} {
		if got := x.Run(call); got.Raised == nil || got.Raised.Class != "MemoryError" {
			t.Errorf("%s gives %.100q, want a MemoryError", call, got.Text)
		}
	}
	if _, e := py.Try(func() py.Value { return py.Str(py.Repr(root(x.States()[0]))) }); e == nil {
		t.Error("repr(root) is written, want a MemoryError")
	}
}

func TestEqual(t *testing.T) {
	prototype := grove()
	after := func(calls ...string) py.Value {
		x := playground(prototype)
		play(x, calls...)
		return root(x.States()[0])
	}
	same := [][]string{
		nil,
		{"cd('beds')"},
		{"touch('new')", "rm('new')"},
		{"mv('notes.txt', 'n')", "mv('n', 'notes.txt')"}, // the order is another
		{"echo('', '.hidden')"},
		{"mkdir('d')", "mv('plan.txt', 'd')", "cd('d')", "cat('plan.txt')", "cd('/')", "cp('d', 'e')", "rm('d')", "cd('e')", "mv('plan.txt', 'plan.txt')", "cd('/')", "rm('e')", "touch('plan.txt')", "echo('sow in april\\nwater in june', 'plan.txt')"},
	}
	other := [][]string{
		{"touch('new')"},
		{"mkdir('new')"},
		{"rm('notes.txt')"},
		{"echo('x', 'notes.txt')"},
		{"cp('beds', 'beds')"},
		{"rm('.hidden')", "mkdir('.hidden')"},
		{"cd('beds')", "echo('short', 'oak.md')"},
		{"mv('notes.txt', 'n')"},
	}
	for i, calls := range same {
		if a, b := after(calls...), after(); !py.Equal(a, b) || !py.Equal(b, a) {
			t.Errorf("same %d: %s\n is not\n%s", i, py.Repr(a), py.Repr(b))
		}
	}
	for i, calls := range other {
		if a, b := after(calls...), after(); py.Equal(a, b) || py.Equal(b, a) {
			t.Errorf("other %d: %s\n is\n%s", i, py.Repr(a), py.Repr(b))
		}
	}
	if a, b := after("cp('beds', 'beds')"), after("cp('beds', 'beds')"); py.Equal(a, b) {
		t.Error("two endless trees are equal") // Differs: the original raises
	}
	if py.Equal(after(), py.Str("grove")) {
		t.Error("a directory is equal to a str")
	}
}

func TestLoadRaises(t *testing.T) {
	tests := []struct{ name, scenario, want string }{
		{"no name", `{"root": {}}`, "IndexError: list index out of range"},
		{"no contents", `{"root": {"a": {}}}`, "KeyError: 'contents'"},
		{"root is a list", `{"root": [1]}`, "AttributeError: 'list' object has no attribute 'keys'"},
		{"no type", `{"root": {"a": {"contents": {"b": {}}}}}`, "KeyError: 'type'"},
		{"no content", `{"root": {"a": {"contents": {"b": {"type": "file"}}}}}`, "KeyError: 'content'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			scenario, err := py.FromJSON([]byte(test.scenario))
			if err != nil {
				t.Fatal(err)
			}
			_, e := py.Try(func() py.Value {
				filesystem.Load(scenario.(*py.Dict), nil)
				return nil
			})
			if e == nil || e.Error() != test.want {
				t.Errorf("got %v, want %s", e, test.want)
			}
		})
	}
}
