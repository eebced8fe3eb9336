package filesystem

import (
	"iter"

	"stepgym/envs/toolcall/py"
)

// Directory is a directory as a Python value. It shows its file system as that
// is when it is looked at.
type Directory struct {
	s *State
	n id
}

// File is a file as a Python value; see [Directory].
type File struct {
	s *State
	n id
}

// object returns node n as a Python value.
func (s *State) object(n id) py.Object {
	if s.dir(n) {
		return Directory{s, n}
	}
	return File{s, n}
}

// Type returns "Directory".
func (Directory) Type() string { return "Directory" }

// Name returns the name, which is a str for nearly all directories.
func (d Directory) Name() py.Value { return d.s.nodes[d.n].name }

// Contents returns the names in the directory, in the order of their coming,
// and what they stand for: each a Directory or a File. A directory may contain
// itself.
func (d Directory) Contents() iter.Seq2[py.Value, py.Object] {
	return func(yield func(py.Value, py.Object) bool) {
		for _, e := range d.s.table(d.n).entries {
			if !yield(e.name, d.s.object(e.node)) {
				return
			}
		}
	}
}

// EqualTo reports whether w is a directory of the same name and equal contents;
// neither the order nor the parents matter. Differs: for two directories that
// contain themselves, where the original raises RecursionError, it is false.
func (d Directory) EqualTo(w py.Value) bool {
	e, ok := w.(Directory)
	return ok && equalNodes(d.s, e.s, d.n, e.n, 0)
}

// AppendRepr appends the directory's name, that of its parent, and its contents.
func (d Directory) AppendRepr(b []byte) []byte {
	r := writer{s: d.s}
	return r.node(b, d.n)
}

// Type returns "File".
func (File) Type() string { return "File" }

// Name returns the name that the file was made under.
func (f File) Name() py.Value { return f.s.nodes[f.n].name }

// Content returns the content, which is a str for nearly all files.
func (f File) Content() py.Value { return f.s.nodes[f.n].content }

// EqualTo reports whether w is a file of the same name and content.
func (f File) EqualTo(w py.Value) bool {
	g, ok := w.(File)
	return ok && equalNodes(f.s, g.s, f.n, g.n, 0)
}

// AppendRepr appends the file's name and content.
func (f File) AppendRepr(b []byte) []byte {
	r := writer{s: f.s}
	return r.node(b, f.n)
}

// equalNodes compares node n of s with node m of t.
func equalNodes(s, t *State, n, m id, depth int) bool {
	if n == m && sameSlice(s.nodes, t.nodes) && sameSlice(s.tables, t.tables) {
		return true // nothing has changed since one was the copy of the other
	}
	a, b := &s.nodes[n], &t.nodes[m]
	if (a.table == isFile) != (b.table == isFile) || !py.Same(a.name, b.name) || depth > maxDepth {
		return false
	}
	if a.table == isFile {
		return py.Same(a.content, b.content)
	}
	x, y := s.tables[a.table], t.tables[b.table]
	if len(x.entries) != len(y.entries) {
		return false
	}
	for i := range x.entries {
		e, f := &x.entries[i], &y.entries[i]
		if x != y && !py.Same(e.name, f.name) { // equal contents are mostly in equal orders
			j := y.place(e.name)
			if j < 0 {
				return false
			}
			f = &y.entries[j]
		}
		if !equalNodes(s, t, e.node, f.node, depth+1) {
			return false
		}
	}
	return true
}

// sameSlice reports whether a and b are one slice.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// writer appends the repr of nodes.
type writer struct {
	s    *State
	open []tableID // the contents that are being written: inside of themselves they are "{...}"
	toll
}

func (w *writer) node(b []byte, n id) []byte {
	w.visits++
	w.bytes = len(b)
	w.check()
	nd := &w.s.nodes[n]
	if nd.table == isFile {
		b = append(append(b, "<<File: "...), py.Format(nd.name)...)
		b = append(append(b, ", Content: "...), py.Format(nd.content)...)
		return append(b, ">>"...)
	}
	parent := "None"
	if nd.parent != nobody {
		parent = py.Format(w.s.nodes[nd.parent].name)
	}
	b = append(append(b, "<Directory: "...), py.Format(nd.name)...)
	b = append(append(b, ", Parent: "...), parent...)
	b = append(b, ", Contents: "...)
	return append(w.table(b, nd.table), '>')
}

func (w *writer) table(b []byte, t tableID) []byte {
	for _, o := range w.open {
		if o == t {
			return append(b, "{...}"...)
		}
	}
	if len(w.open) > maxDepth/2 {
		py.Raise("RecursionError", "maximum recursion depth exceeded while getting the repr of an object")
	}
	w.open = append(w.open, t)
	b = append(b, '{')
	for i, e := range w.s.tables[t].entries {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(py.AppendRepr(b, e.name), ": "...)
		b = w.node(b, e.node)
	}
	w.open = w.open[:len(w.open)-1]
	return append(b, '}')
}
