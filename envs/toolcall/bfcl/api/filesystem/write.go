package filesystem

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// forbidden are the characters that no new name may have.
const forbidden = `|/\?%*:"><`

// valid reports whether a name has no forbidden character. A container is
// searched for them too; what nothing can be in raises TypeError.
func valid(name py.Value) bool {
	if s, ok := name.(py.Str); ok {
		return !strings.ContainsAny(string(s), forbidden)
	}
	for _, c := range forbidden {
		if py.Contains(name, py.Str(string(c))) {
			return false
		}
	}
	return true
}

func (s *State) mkdir(args []py.Value) py.Value {
	name := args[0]
	if !valid(name) {
		return failed("mkdir: cannot create directory '" + py.Format(name) + "': Invalid character")
	}
	if s.table(s.cwd).place(name) >= 0 {
		return failed("mkdir: cannot create directory '" + py.Format(name) + "': File exists")
	}
	s.addDir(s.cwd, name)
	return py.None{}
}

func (s *State) touch(args []py.Value) py.Value {
	name := args[0]
	if !valid(name) {
		return failed("touch: cannot touch '" + py.Format(name) + "': Invalid character")
	}
	if s.table(s.cwd).place(name) >= 0 {
		return failed("touch: cannot touch '" + py.Format(name) + "': File exists")
	}
	s.addFile(s.cwd, name, py.Str(""))
	return py.None{}
}

func (s *State) echo(args []py.Value) py.Value {
	content, name := args[0], args[1]
	if name == (py.None{}) {
		return py.One(keyOutput, content)
	}
	if !valid(name) {
		return failed("echo: cannot write to '" + py.Format(name) + "': Invalid character")
	}
	if !py.Truth(name) {
		return py.One(keyOutput, content)
	}
	n, ok := s.here(name)
	if !ok {
		return failed("echo: cannot write to '" + py.Format(name) + "': No such file")
	}
	if s.dir(n) {
		py.Raise("AttributeError", "'Directory' object has no attribute '_write'")
	}
	s.ownNodes()
	s.nodes[n].content = py.Frozen(content)
	return py.None{}
}

func (s *State) rm(args []py.Value) py.Value {
	name := args[0]
	if s.table(s.cwd).place(name) < 0 {
		return failed("rm: cannot remove '" + py.Format(name) + "': No such file or directory")
	}
	s.drop(s.cwd, name)
	return py.One(keyResult, py.Str("'"+py.Format(name)+"' removed"))
}

func (s *State) rmdir(args []py.Value) py.Value {
	name := args[0]
	n, ok := s.here(name)
	problem := ""
	switch {
	case !ok:
		problem = "No such file or directory"
	case !s.dir(n):
		problem = "Not a directory"
	case len(s.table(n).entries) > 0:
		problem = "Directory not empty"
	default:
		s.drop(s.cwd, name)
		return py.One(keyResult, py.Str("'"+py.Format(name)+"' removed"))
	}
	return failed("rmdir: cannot remove '" + py.Format(name) + "': " + problem)
}
