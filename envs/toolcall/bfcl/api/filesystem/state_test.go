package filesystem

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// grove is a small file system of our own.
func grove() *State {
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
	return Load(scenario, nil).(*State)
}

// playground returns an executor on a copy of a state.
func playground(s toolcall.State) *toolcall.Executor {
	return toolcall.NewKit(Class()).New([]toolcall.State{s})
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
	if _, e := py.Try(func() py.Value { return py.Str(py.Repr(x.States()[0].AppendAttrs(nil)[1].Value)) }); e == nil {
		t.Error("repr(root) is written, want a MemoryError")
	}
}

func TestEqual(t *testing.T) {
	prototype := grove()
	root := func(calls ...string) py.Value {
		x := playground(prototype)
		play(x, calls...)
		return x.States()[0].AppendAttrs(nil)[1].Value
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
		if a, b := root(calls...), root(); !py.Equal(a, b) || !py.Equal(b, a) {
			t.Errorf("same %d: %s\n is not\n%s", i, py.Repr(a), py.Repr(b))
		}
	}
	for i, calls := range other {
		if a, b := root(calls...), root(); py.Equal(a, b) || py.Equal(b, a) {
			t.Errorf("other %d: %s\n is\n%s", i, py.Repr(a), py.Repr(b))
		}
	}
	if a, b := root("cp('beds', 'beds')"), root("cp('beds', 'beds')"); py.Equal(a, b) {
		t.Error("two endless trees are equal") // Differs: the original raises
	}
	if py.Equal(root(), py.Str("grove")) {
		t.Error("a directory is equal to a str")
	}
}

// TestCopies changes many copies of one prototype, and forks of them, at once.
func TestCopies(t *testing.T) {
	prototype := grove()
	before := py.Repr(encode(prototype))
	change := func(n int) []string {
		return []string{
			fmt.Sprintf("echo('by %d', 'notes.txt')", n), fmt.Sprintf("mkdir('d%d')", n), fmt.Sprintf("cp('beds', 'd%d')", n),
			"cd('beds')", fmt.Sprintf("echo('leaf %d', 'oak.md')", n), "rm('elm.md')", "cd('/')", "mv('plan.txt', 'beds')",
		}
	}
	alone := make([]string, 8)
	for n := range alone {
		x := playground(grove())
		play(x, change(n)...)
		alone[n] = py.Repr(encode(x.States()[0]))
	}
	var group sync.WaitGroup
	for n := range alone {
		group.Go(func() {
			calls := change(n)
			x := playground(prototype)
			play(x, calls[:4]...)
			fork := x.Fork()
			play(x, "cd('/')", "rm('beds')", "touch('stray')", "echo('lost', 'notes.txt')")
			play(fork, calls[4:]...)
			if diff := cmp.Diff(py.Repr(encode(fork.States()[0])), alone[n]); diff != "" {
				t.Errorf("copy %d: got - want +\n%s", n, diff)
			}
		})
	}
	group.Wait()
	if diff := cmp.Diff(py.Repr(encode(prototype)), before); diff != "" {
		t.Errorf("the prototype was changed: got - want +\n%s", diff)
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
			_, e := py.Try(func() py.Value {
				Load(parse(t, []byte(test.scenario)), nil)
				return nil
			})
			if e == nil || e.Error() != test.want {
				t.Errorf("got %v, want %s", e, test.want)
			}
		})
	}
}
