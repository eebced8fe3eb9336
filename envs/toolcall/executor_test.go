package toolcall

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/py"
)

// shelf is a small state: a list of names, and how often it was asked.
type shelf struct {
	owner *py.Owner
	names *py.List
}

func (s *shelf) Copy(o *py.Owner) State { return &shelf{o, s.names} }
func (s *shelf) Own(o *py.Owner)        { s.owner = o }
func (s *shelf) AppendAttrs(attrs []Attr) []Attr {
	return append(attrs, Attr{"names", s.names})
}

func (s *shelf) put(args []py.Value) py.Value {
	s.names = s.names.Own(s.owner)
	s.names.Append(py.Frozen(args[0]))
	if py.Truth(args[1]) {
		s.names.Append(py.Str(py.StrAttr(args[1], "upper")))
	}
	return py.None{}
}

func (s *shelf) list([]py.Value) py.Value { return py.D("names", s.names) }

func (s *shelf) first([]py.Value) py.Value { return py.Index(s.names, py.Int(0)) }

func (s *shelf) three(args []py.Value) py.Value { return py.Tuple(slices.Clone(args)) }

func testKit() *Kit {
	return NewKit(NewClass("Shelf",
		Def("put", (*shelf).put, P("name"), Opt("also", py.Str(""))),
		Def("list", (*shelf).list),
		Def("first", (*shelf).first),
		Def("three", (*shelf).three, P("a"), P("b"), P("c")),
	))
}

func testExecutor() *Executor { return testKit().New([]State{&shelf{names: py.NewList()}}) }

// TestRun compares texts with those of CPython 3.11 for a class of this shape.
func TestRun(t *testing.T) {
	tests := []struct {
		call, want string
		refused    bool
	}{
		{"put(name='a')", "None", false},
		{"  put ( 'b' , also = 'c' ) ", "None", false},
		{"list()", `{"names": ["a", "b", "c"]}`, false},
		{"first()", "a", false},
		{"three(1, b=2.0, c=[True, None, {'k': (1,)}])", "(1, 2.0, [True, None, {'k': (1,)}])", false},
		{"three(1, first(), c=list())", "(1, 'a', {'names': ['a', 'b', 'c']})", false},
		{"three(-1, 'a' 'b', 2 ** 10 + 1)", "(-1, 'ab', 1025)", false},
		{"'text'", "text", true},
		{"1 + 1", "2", true},
		{"put()", "Error during execution: Shelf.put() missing 1 required positional argument: 'name'", true},
		{"three()", "Error during execution: Shelf.three() missing 3 required positional arguments: 'a', 'b', and 'c'", true},
		{"three(b=1)", "Error during execution: Shelf.three() missing 2 required positional arguments: 'a' and 'c'", true},
		{"put(1, 2, 3)", "Error during execution: Shelf.put() takes from 2 to 3 positional arguments but 4 were given", true},
		{"three(1, 2, 3, 4)", "Error during execution: Shelf.three() takes 4 positional arguments but 5 were given", true},
		{"list(1)", "Error during execution: Shelf.list() takes 1 positional argument but 2 were given", true},
		{"put('a', name='b')", "Error during execution: Shelf.put() got multiple values for argument 'name'", true},
		{"put(self=1)", "Error during execution: Shelf.put() got multiple values for argument 'self'", true},
		{"put(nome='b')", "Error during execution: Shelf.put() got an unexpected keyword argument 'nome'", true},
		{"put(1, 2, 3, nome='b')", "Error during execution: Shelf.put() got an unexpected keyword argument 'nome'", true},
		{"put('d', also=1)", "Error during execution: 'int' object has no attribute 'upper'", false},
		{"push('a')", "Error during execution: name 'push' is not defined", true},
		{"put(name)", "Error during execution: name 'name' is not defined", true},
		{"put(name=='a')", "Error during execution: name 'name' is not defined", true},
		{"shelf.put('a')", "Error during execution: name 'shelf' is not defined", true},
		{"put('a'", "Error during execution: '(' was never closed (<string>, line 1)", true},
		{"", "Error during execution: invalid syntax (<string>, line 0)", true},
		{"quit()", "Error during execution: Function call quit is not allowed.", true},
		{"x.run('ls')", "Error during execution: Function call run is not allowed.", true},
		{"three(1, 2, 3)[0]", "1", false},
		{"three(1, 2, 3)[7]", "Error during execution: tuple index out of range", false},
	}
	x := testExecutor()
	for _, tt := range tests {
		got := x.Run(tt.call)
		if got.Text != tt.want || got.Refused != tt.refused {
			t.Errorf("%s\n got %q, refused %v\nwant %q, refused %v", tt.call, got.Text, got.Refused, tt.want, tt.refused)
		}
		if len(x.stack) > 0 || len(x.words) > 0 {
			t.Errorf("%s leaves %d arguments and %d keywords behind", tt.call, len(x.stack), len(x.words))
		}
	}
	// The side effect before an exception stays.
	if got, want := x.Run("list()").Text, `{"names": ["a", "b", "c", "d"]}`; got != want {
		t.Errorf("in the end %s, want %s", got, want)
	}
}

// TestCall gives arguments in JSON, as they are and written out.
func TestCall(t *testing.T) {
	tests := []struct{ name, args, want, written string }{
		{"three", `{"a": 1, "b": 1.0, "c": [true, null, "é'"]}`, `(1, 1.0, [True, None, "é'"])`, `three(a=1,b=1.0,c=[True, None, "é'"])`},
		{"list", ``, `{"names": []}`, "list()"},
		{"list", `null`, `{"names": []}`, "list()"},
		{"list", `{"x": 1}`, "Error during execution: Shelf.list() got an unexpected keyword argument 'x'", "list(x=1)"},
		{"nothing", `{}`, "Error during execution: name 'nothing' is not defined", "nothing()"},
		{"kill", `{}`, "Error during execution: Function call kill is not allowed.", "kill()"},
	}
	for _, tt := range tests {
		written, err := Written(tt.name, json.RawMessage(tt.args))
		if err != nil || written != tt.written {
			t.Errorf("%s %s is written %s, error %v", tt.name, tt.args, written, err)
		}
		if got := testExecutor().Run(written).Text; got != tt.want {
			t.Errorf("%s gives %q, want %q", written, got, tt.want)
		}
		args, _ := py.FromJSON([]byte("{}"))
		if len(tt.args) > 0 && tt.args != "null" {
			args, _ = py.FromJSON([]byte(tt.args))
		}
		if got := testExecutor().Call(tt.name, args.(*py.Dict)).Text; got != tt.want {
			t.Errorf("%s %s gives %q, want %q", tt.name, tt.args, got, tt.want)
		}
	}
	for _, bad := range []string{"[1]", "1", "{", `"a"`} {
		if _, err := Written("list", json.RawMessage(bad)); err == nil {
			t.Errorf("arguments %s: no error", bad)
		}
	}
}

// TestKeywords reads calls back as names and JSON.
func TestKeywords(t *testing.T) {
	k := testKit()
	tests := []struct {
		call, args string
		ok         bool
	}{
		{"three(1, c='x', b=2.0)", `{"a": 1, "c": "x", "b": 2.0}`, true},
		{"list()", `{}`, true},
		{"three(first(), 1, 2)", "", false},
		{"list(1)", "", false},
		{"three(**{})", "", false},
		{"nothing()", "", false},
		{"three(", "", false},
		{"1", "", false},
	}
	for _, tt := range tests {
		_, args, ok := k.Keywords(tt.call)
		if ok != tt.ok || string(args) != tt.args {
			t.Errorf("%s: %s, %v", tt.call, args, ok)
		}
	}
}

// TestFork lets copies go their own ways, side by side.
func TestFork(t *testing.T) {
	x := testExecutor()
	x.Run("put('a')")
	f := x.Fork()
	var wg sync.WaitGroup
	for _, side := range []struct {
		x    *Executor
		name string
	}{{x, "b"}, {f, "c"}} {
		wg.Go(func() {
			for range 100 {
				side.x.Run("put('" + side.name + "')")
			}
		})
	}
	wg.Wait()
	for i, y := range []*Executor{x, f} {
		names := y.States()[0].(*shelf).names.Items
		if len(names) != 101 || names[0] != py.Str("a") || names[1] != py.Str([]string{"b", "c"}[i]) {
			t.Errorf("side %d has %d names, the second is %v", i, len(names), names[1])
		}
	}
	if x.Ran(0) != 101 || f.Ran(0) != 101 {
		t.Errorf("%d and %d calls ran", x.Ran(0), f.Ran(0))
	}
}

// TestFreeze keeps attributes as they were.
func TestFreeze(t *testing.T) {
	x := testExecutor()
	x.Run("put('a')")
	kept := x.States()[0].AppendAttrs(nil)
	x.Freeze()
	x.Run("put('b')")
	if diff := cmp.Diff("['a']", py.Repr(kept[0].Value)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestCompat has the original's quirks.
func TestCompat(t *testing.T) {
	k := testKit()
	x := k.New([]State{&shelf{names: py.NewList()}})
	x.SetCompat((&Compat{Model: "a/b-1.0"}).Instances("entry_1", "_eval", k))
	tests := []struct{ call, want string }{
		{"put(name='see list() and note (x)')", "None"},
		{"first()", "see a_b_1_0_eval_entry_1_Shelf_instance.list() and note(x)"},
		{"push('a')", "Error during execution: name 'push' is not defined"},
		{"three(1, first(), 2)", "(1, 'see a_b_1_0_eval_entry_1_Shelf_instance.list() and note(x)', 2)"},
		{"a_b_1_0_eval_entry_1_Shelf_instance.list", "Error during execution: name 'a_b_1_0_eval_entry_1_Shelf_instance' is not defined"},
		{"exit (1)", "Error during execution: Function call exit is not allowed."},
	}
	for _, tt := range tests {
		if got := x.Run(tt.call).Text; got != tt.want {
			t.Errorf("%s gives %q, want %q", tt.call, got, tt.want)
		}
	}
}

func TestRepeatedMethod(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	NewClass("Twice", Def("list", (*shelf).list), Def("list", (*shelf).list))
}

func BenchmarkRun(b *testing.B) {
	x := testExecutor()
	b.ReportAllocs()
	for b.Loop() {
		x.Run("three(a=1, b='two', c=3.5)")
	}
}

// TestRelease makes executors of the memory of others: nothing of those shows.
func TestRelease(t *testing.T) {
	k := testKit()
	start := []State{&shelf{names: py.NewList()}}
	for i := range 50 {
		x := k.New(start)
		if got := x.Run("list()").Text; got != `{"names": []}` || x.Ran(0) != 1 {
			t.Fatalf("executor %d begins with %s after %d calls", i, got, x.Ran(0))
		}
		x.SetCompat((&Compat{Model: "m"}).Instances("entry", "_eval", k))
		x.SetKnown([]string{`{"names": ["a"]}`})
		x.Run("put('a')")
		x.Run("put('b', also=1)")
		kept := x.Run("list()").Text
		x.Release()
		y := k.New(start)
		y.Run("put('ccccccccc')")
		if y.Run("list()"); kept != `{"names": ["a", "b"]}` {
			t.Fatalf("a result became %s", kept)
		}
		y.Release()
	}
}
