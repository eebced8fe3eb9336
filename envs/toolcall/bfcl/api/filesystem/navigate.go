package filesystem

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

// path returns the names from the topmost parent of the current directory down
// to it, each after a slash. text turns a name into a string.
func (s *State) path(text func(name py.Value) string) string {
	var room [16]string
	names, size := room[:0], 0
	for d := s.cwd; d != nobody; d = s.nodes[d].parent {
		name := text(s.nodes[d].name)
		names = append(names, name)
		size += 1 + len(name)
	}
	var b strings.Builder
	b.Grow(size)
	for _, name := range slices.Backward(names) {
		b.WriteByte('/')
		b.WriteString(name)
	}
	return b.String()
}

// pwd has the name of the root in it.
func (s *State) pwd([]py.Value) py.Value {
	depth := 0
	for d := s.cwd; d != nobody; d = s.nodes[d].parent {
		depth++
	}
	odd, at := py.Value(nil), 0 // str.join meets the topmost name first
	for d := s.cwd; d != nobody; d = s.nodes[d].parent {
		depth--
		if _, ok := s.nodes[d].name.(py.Str); !ok {
			odd, at = s.nodes[d].name, depth
		}
	}
	if odd != nil {
		py.Raise("TypeError", "sequence item %d: expected str instance, %s found", at, odd.Type())
	}
	return py.One(keyWorking, py.Str(s.path(str)))
}

// str is the text of a name that is a str.
func str(name py.Value) string { return string(name.(py.Str)) }

func (s *State) ls(args []py.Value) py.Value {
	entries := s.table(s.cwd).entries
	names := make([]py.Value, 0, len(entries))
	all := py.Truth(args[0])
	for i := range entries {
		name := entries[i].name
		if all || !strings.HasPrefix(py.StrAttr(name, "startswith"), ".") {
			names = append(names, name)
		}
	}
	return py.One(keyListing, py.NewList(names...))
}

func (s *State) cd(args []py.Value) py.Value {
	folder := strings.TrimRight(py.StrAttr(args[0], "rstrip"), "/")
	switch {
	case folder == "":
		folder = "/"
	case strings.Contains(folder, "/"):
		return failed("cd: " + folder + ": Unsupported path. Only one folder level at a time is supported.")
	case folder == "..":
		parent := s.nodes[s.cwd].parent
		if parent == nobody { // only the root has none
			return failed("Current directory is already the root. Cannot go back.")
		}
		s.cwd = parent
		return py.NewDict(nil, 0)
	}
	d, ok := s.navigateStr(folder)
	if !ok {
		return missing("cd", folder)
	}
	s.cwd = d
	return py.One(keyWorking, s.nodes[d].name)
}

// missing is the answer of a tool that did not find a path.
func missing(tool, path string) py.Value {
	return failed(tool + ": '" + path + "': No such file or directory")
}

// navigateStr follows a path from the current directory, or from the root if it
// begins with a slash. ok is false where it leads to no directory.
func (s *State) navigateStr(path string) (d id, ok bool) {
	switch path {
	case ".":
		return s.cwd, true
	case "/":
		return s.root, true
	}
	d = s.cwd
	if strings.HasPrefix(path, "/") {
		d = s.root
	}
	rest := strings.Trim(path, "/")
	for more := true; more; {
		var name string
		name, rest, more = strings.Cut(rest, "/")
		if name == "." {
			continue
		}
		t := s.table(d)
		i := t.placeStr(name)
		if i < 0 || !s.dir(t.entries[i].node) {
			return nobody, false
		}
		d = t.entries[i].node
	}
	return d, true
}
