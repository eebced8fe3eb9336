package filesystem

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Load makes the file system of a scenario, {"root": {name: {"contents": ...}}}.
// With long, the literals of the long-context module, files grow by a text and
// the innermost directories are filled with empty files. It raises what the
// original raises for a scenario that is not well formed.
func Load(scenario, long *py.Dict) toolcall.State {
	o := new(py.Owner)
	s := &State{owner: o, nodesOwner: o, tablesOwner: o, longContext: long != nil}
	root, ok := scenario.GetStr("root")
	if !ok {
		s.root = s.newDir(py.Str("/"), nobody)
		s.cwd = s.root
		return s
	}
	names := py.DictAttr(root, "keys").Keys()
	if len(names) == 0 {
		py.Raise("IndexError", "list index out of range")
	}
	s.root = s.newDir(names[0], nobody)
	s.cwd = s.root
	s.load(py.Index(py.Index(root, names[0]), py.Str("contents")), s.root, long)
	return s
}

// newDir makes an empty directory that is in no other.
func (s *State) newDir(name py.Value, parent id) id {
	return s.newNode(node{name: name, parent: parent, table: s.newTable(&table{owner: s.owner})})
}

// load fills directory d with what contents describe.
func (s *State) load(contents py.Value, d id, long *py.Dict) {
	innermost := true
	for _, it := range py.DictAttr(contents, "items").Items() {
		kind := py.Index(it.Value, py.Str("type"))
		switch {
		case py.Equal(kind, py.Str("directory")):
			innermost = false
			sub := s.newDir(it.Key, d)
			s.load(py.Index(it.Value, py.Str("contents")), sub, long)
			s.put(d, it.Key, sub)
		case py.Equal(kind, py.Str("file")):
			content := py.Index(it.Value, py.Str("content"))
			if long != nil && !py.Contains(long.MustGet(py.Str("FILES_TAIL_USED")), it.Key) {
				content = py.AddAssign(content, long.MustGet(py.Str("FILE_CONTENT_EXTENSION")))
			}
			s.put(d, it.Key, s.newNode(node{name: it.Key, content: content, parent: nobody, table: isFile}))
		}
	}
	if innermost && long != nil {
		for _, name := range py.Iter(long.MustGet(py.Str("POPULATE_FILE_EXTENSION"))) {
			s.addFile(d, py.Str(py.Format(name)), py.Str(""))
		}
	}
}

// put adds a node to directory d; a scenario's names are all different.
func (s *State) put(d id, name py.Value, n id) {
	t := s.ownTable(d)
	t.entries = append(t.entries, entry{name, n})
}
