package filesystem

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

type (
	// id is the place of a node in State.nodes.
	id int32
	// tableID is the place of a table in State.tables.
	tableID int32
)

const (
	nobody id      = -1 // the parent of the root
	isFile tableID = -1 // the table of a file
)

// node is a directory or a file. The original's objects have an identity, which
// is the id here: two directories may hold one node, and a node may outlive its
// directory.
type node struct {
	name    py.Value
	content py.Value // of a file
	parent  id       // of a directory: where it was made, which is not always where it is
	table   tableID  // of a directory: its contents, which another may share
}

// table is the contents of a directory: a dict from names to nodes, in the
// order of their coming. Names are strs, or tuples, which no method refuses.
type table struct {
	entries []entry
	owner   *py.Owner
}

type entry struct {
	name py.Value
	node id
}

// State is a file system. Its nodes and tables lie in two slices that copies
// share until one of them changes.
type State struct {
	nodes       []node
	tables      []*table
	root, cwd   id
	longContext bool
	owner       *py.Owner
	nodesOwner  *py.Owner // who may write to nodes
	tablesOwner *py.Owner // who may write to tables; each table has its own as well
}

// dir reports whether n is a directory.
func (s *State) dir(n id) bool { return s.nodes[n].table != isFile }

// table returns the contents of directory d. It is not to be modified.
func (s *State) table(d id) *table { return s.tables[s.nodes[d].table] }

// place returns the place of name in t, or -1. It raises TypeError for a name
// that cannot be hashed.
func (t *table) place(name py.Value) int {
	if s, ok := name.(py.Str); ok {
		return t.placeStr(string(s))
	}
	py.CheckHash(name)
	if _, ok := name.(py.Tuple); ok {
		for i := range t.entries {
			if py.Equal(t.entries[i].name, name) {
				return i
			}
		}
	}
	return -1
}

func (t *table) placeStr(name string) int {
	for i := range t.entries {
		if s, ok := t.entries[i].name.(py.Str); ok && string(s) == name {
			return i
		}
	}
	return -1
}

// here returns what the current directory has under a name; ok is false where
// the name is not in its contents. Where "." is, the original gets the directory
// itself for it, whatever was put there.
func (s *State) here(name py.Value) (n id, ok bool) {
	t := s.table(s.cwd)
	i := t.place(name)
	if i < 0 {
		return nobody, false
	}
	if name, isStr := name.(py.Str); isStr && name == "." {
		return s.cwd, true
	}
	return t.entries[i].node, true
}

// fileHere is here for files only.
func (s *State) fileHere(name py.Value) (content py.Value, ok bool) {
	if n, ok := s.here(name); ok && !s.dir(n) {
		return s.nodes[n].content, true
	}
	return nil, false
}

// ownNodes makes s.nodes the state's own, with room for one more.
func (s *State) ownNodes() {
	if s.nodesOwner == s.owner && s.owner != nil {
		return
	}
	nodes := make([]node, len(s.nodes), len(s.nodes)+4)
	copy(nodes, s.nodes)
	s.nodes, s.nodesOwner = nodes, s.owner
}

// ownTables makes s.tables the state's own, but not the tables in it.
func (s *State) ownTables() {
	if s.tablesOwner == s.owner && s.owner != nil {
		return
	}
	tables := make([]*table, len(s.tables), len(s.tables)+4)
	copy(tables, s.tables)
	s.tables, s.tablesOwner = tables, s.owner
}

// ownTable returns the contents of directory d, to be modified.
func (s *State) ownTable(d id) *table {
	s.ownTables()
	i := s.nodes[d].table
	if s.tables[i].owner != s.owner || s.owner == nil {
		s.tables[i] = s.tables[i].copyFor(s.owner)
	}
	return s.tables[i]
}

func (t *table) copyFor(o *py.Owner) *table {
	entries := make([]entry, len(t.entries), len(t.entries)+2)
	copy(entries, t.entries)
	return &table{entries: entries, owner: o}
}

// newTable adds a table.
func (s *State) newTable(t *table) tableID {
	s.ownTables()
	s.tables = append(s.tables, t)
	return tableID(len(s.tables) - 1)
}

// newNode adds a node.
func (s *State) newNode(n node) id {
	s.ownNodes()
	s.nodes = append(s.nodes, n)
	return id(len(s.nodes) - 1)
}

// addFile makes a file in directory d. It raises ValueError where the name is
// taken.
func (s *State) addFile(d id, name, content py.Value) {
	if s.table(d).place(name) >= 0 {
		py.Raise("ValueError", "%s", "File '"+py.Format(name)+"' already exists in directory '"+py.Format(s.nodes[d].name)+"'.")
	}
	n := s.newNode(node{name: name, content: content, parent: nobody, table: isFile})
	t := s.ownTable(d)
	t.entries = append(t.entries, entry{name, n})
}

// addDir makes an empty directory in directory d. It raises ValueError where
// the name is taken.
func (s *State) addDir(d id, name py.Value) {
	s.checkDir(d, name)
	s.putDir(d, name, s.newTable(&table{owner: s.owner}))
}

func (s *State) checkDir(d id, name py.Value) {
	if s.table(d).place(name) >= 0 {
		py.Raise("ValueError", "%s", "Directory '"+py.Format(name)+"' already exists in directory '"+py.Format(s.nodes[d].name)+"'.")
	}
}

// putDir makes a directory in directory d whose contents are a table that
// exists.
func (s *State) putDir(d id, name py.Value, contents tableID) {
	n := s.newNode(node{name: name, parent: d, table: contents})
	t := s.ownTable(d)
	t.entries = append(t.entries, entry{name, n})
}

// drop removes a name that directory d has.
func (s *State) drop(d id, name py.Value) {
	t := s.ownTable(d)
	i := t.place(name)
	t.entries = append(t.entries[:i], t.entries[i+1:]...)
}

// Copy returns a copy that changes under owner o; see [toolcall.State].
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner under which the state changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends long_context and root, a [Directory] that shows s as it
// is when it is looked at.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs,
		toolcall.Attr{Name: "long_context", Value: py.Bool(s.longContext)},
		toolcall.Attr{Name: "root", Value: Directory{s, s.root}})
}

// AppendPrivate appends _current_dir, the path of the current directory. No
// checker compares it.
func (s *State) AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "_current_dir", Value: py.Str(s.path(py.Format))})
}
