package filesystem

import (
	"stepgym/envs/toolcall/py"
)

var slash py.Value = py.Str("/")

// endpoints is what mv and cp check alike: item is the source's node, into the
// node of a destination that exists or else nobody. Where problem is not nil,
// it is the answer.
func (s *State) endpoints(tool, verb string, source, destination py.Value) (item, into id, problem py.Value) {
	item, ok := s.here(source)
	if !ok {
		return 0, 0, failed(tool + ": cannot " + verb + " '" + py.Format(source) + "': No such file or directory")
	}
	if py.Contains(destination, slash) {
		return 0, 0, failed(tool + ": path not allowed in destination. Provide only a file or directory name.")
	}
	into, ok = s.here(destination)
	if !ok {
		return item, nobody, nil
	}
	if !s.dir(into) {
		return 0, 0, failed(tool + ": cannot " + verb + " '" + py.Format(source) + "' to '" + py.Format(destination) + "': Not a directory")
	}
	return item, into, nil
}

// mv makes a new file or directory at the destination. A directory's contents
// become the new one's; its children keep the old one as their parent.
func (s *State) mv(args []py.Value) py.Value {
	source, destination := args[0], args[1]
	item, into, problem := s.endpoints("mv", "move", source, destination)
	if problem != nil {
		return problem
	}
	src, dst := py.Format(source), py.Format(destination)
	d, name, to := s.cwd, destination, dst
	if into != nobody {
		d, name, to = into, source, dst+"/"+src
		if s.table(into).placeStr(src) >= 0 {
			return failed("mv: cannot move '" + src + "' to '" + dst + "/" + src + "': File exists")
		}
	}
	s.drop(s.cwd, source)
	if s.dir(item) {
		s.checkDir(d, name)
		s.putDir(d, name, s.nodes[item].table)
	} else {
		s.addFile(d, name, s.nodes[item].content)
	}
	return py.One(keyResult, py.Str("'"+src+"' moved to '"+to+"'"))
}

// cp makes a new file or directory at the destination. A directory's children
// are in both directories then, and a change in one of them is seen in both.
func (s *State) cp(args []py.Value) py.Value {
	source, destination := args[0], args[1]
	item, into, problem := s.endpoints("cp", "copy", source, destination)
	if problem != nil {
		return problem
	}
	src, dst := py.Format(source), py.Format(destination)
	d, name, to := s.cwd, destination, dst
	if into != nobody {
		d, name, to = into, source, dst+"/"+src
		if s.table(into).placeStr(to) >= 0 { // the original looks for the whole path among the names
			return failed("cp: cannot copy '" + src + "' to '" + to + "': File exists")
		}
	}
	if s.dir(item) {
		s.checkDir(d, name)
		contents := s.newTable(nil)
		s.putDir(d, name, contents)
		s.tables[contents] = s.table(item).copyFor(s.owner) // after the directory is in d, which may be item
	} else {
		s.addFile(d, name, s.nodes[item].content)
	}
	return py.One(keyResult, py.Str("'"+src+"' copied to '"+to+"'"))
}
