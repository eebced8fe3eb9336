package filesystem

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// BenchmarkCall measures whole calls: reading the source, running it and
// writing the text.
func BenchmarkCall(b *testing.B) {
	for _, call := range []string{
		"ls()", "pwd()", "cd(folder='.')", "cat(file_name='notes.txt')", "grep(file_name='notes.txt', pattern='june')",
		"echo(content='x', file_name='plan.txt')", "find(path='.', name='md')", "tail(file_name='notes.txt', lines=1)", "wc(file_name='notes.txt', mode='w')",
	} {
		b.Run(call, func(b *testing.B) {
			x := playground(grove())
			b.ReportAllocs()
			for b.Loop() {
				x.Run(call)
			}
		})
	}
}

// BenchmarkMethod measures methods alone.
func BenchmarkMethod(b *testing.B) {
	s := grove()
	for _, m := range []struct {
		name string
		f    func(args []py.Value) py.Value
		args []py.Value
	}{
		{"ls", s.ls, []py.Value{py.Bool(false)}},
		{"cd", s.cd, []py.Value{py.Str(".")}},
		{"cat", s.cat, []py.Value{py.Str("notes.txt")}},
		{"echo", s.echo, []py.Value{py.Str("x"), py.Str("plan.txt")}},
		{"grep", s.grep, []py.Value{py.Str("notes.txt"), py.Str("june")}},
		{"find", s.find, []py.Value{py.Str("."), py.Str("md")}},
	} {
		b.Run(m.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.f(m.args)
			}
		})
	}
}

// BenchmarkFirstChange measures a copy and its first changes.
func BenchmarkFirstChange(b *testing.B) {
	s, o := grove(), new(py.Owner)
	args := []py.Value{py.Str("new.txt")}
	b.ReportAllocs()
	for b.Loop() {
		s.Copy(o).(*State).touch(args)
	}
}

func BenchmarkCopy(b *testing.B) {
	s, o := grove(), new(py.Owner)
	var sink toolcall.State
	b.ReportAllocs()
	for b.Loop() {
		sink = s.Copy(o)
	}
	_ = sink
}

// BenchmarkEqual compares two copies, one of which has changed.
func BenchmarkEqual(b *testing.B) {
	s := grove()
	c := s.Copy(new(py.Owner)).(*State)
	c.touch([]py.Value{py.Str("new.txt")})
	c.rm([]py.Value{py.Str("new.txt")})
	v, w := s.object(s.root), c.object(c.root)
	b.ReportAllocs()
	for b.Loop() {
		if !py.Equal(v, w) {
			b.Fatal("not equal")
		}
	}
}
