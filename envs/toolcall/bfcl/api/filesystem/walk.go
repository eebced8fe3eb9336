package filesystem

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// A directory may contain itself, and shared children can make few nodes a
// large tree.
const (
	// maxDepth is about where CPython's limit of 1000 frames ends a recursion.
	maxDepth = 990
	// maxVisits and maxBytes end a walk that would take minutes. Differs: the
	// original goes on until its memory is used up.
	maxVisits = 1 << 20
	maxBytes  = 1 << 26
)

// toll counts what a walk came by.
type toll struct {
	visits, bytes int
}

// check raises MemoryError where it was too much.
func (t *toll) check() {
	if t.visits > maxVisits || t.bytes > maxBytes {
		py.Raise("MemoryError", "the tree is too large")
	}
}

func (s *State) find(args []py.Value) py.Value {
	d := s.cwd
	if args[0] != (py.None{}) {
		path := py.StrAttr(args[0], "strip")
		var ok bool
		if d, ok = s.navigateStr(path); !ok {
			return missing("find", path)
		}
	}
	f := finder{s: s, name: args[1]}
	f.walk(d, strings.TrimRight(py.StrAttr(args[0], "rstrip"), "/"), 0)
	f.check()
	return py.One(keyMatches, py.NewList(f.matches...))
}

// finder collects the paths below a directory whose last name contains name, or
// all if that is None.
type finder struct {
	s       *State
	name    py.Value
	matches []py.Value
	toll
}

func (f *finder) walk(d id, base string, depth int) {
	if depth > maxDepth {
		py.Raise("RecursionError", "maximum recursion depth exceeded while calling a Python object")
	}
	for _, e := range f.s.table(d).entries {
		if f.visits++; f.visits > maxVisits {
			f.check()
		}
		matches := f.name == (py.None{}) || within(f.name, e.name)
		dir := f.s.dir(e.node)
		if !matches && !dir {
			continue
		}
		path := ""
		if f.bytes <= maxBytes { // otherwise only what the walk raises matters
			path = base + "/" + py.Format(e.name)
			f.bytes += len(path)
		}
		if matches {
			f.matches = append(f.matches, py.Str(path))
		}
		if dir {
			f.walk(e.node, path, depth+1)
		}
	}
}

// within is part in whole.
func within(part, whole py.Value) bool {
	if p, ok := part.(py.Str); ok {
		if w, ok := whole.(py.Str); ok {
			return strings.Contains(string(w), string(p))
		}
	}
	return py.Contains(whole, part)
}

func (s *State) du(args []py.Value) py.Value {
	m := meter{s: s}
	total := m.size(s.cwd, maxDepth)
	if !py.Truth(args[0]) {
		return py.One(keyUsage, py.Str(strconv.Itoa(total)+" bytes"))
	}
	size, units := float64(total), []string{" B", " KB", " MB", " GB", " TB"}
	for _, unit := range units {
		if size < 1024 {
			return py.One(keyUsage, py.Str(strconv.FormatFloat(size, 'f', 2, 64)+unit))
		}
		size /= 1024
	}
	return py.One(keyUsage, py.Str(strconv.FormatFloat(size, 'f', 2, 64)+" PB"))
}

// meter adds up the bytes of files.
type meter struct {
	s *State
	toll
}

// size is the bytes of all files below directory d, one that is in two places
// counted twice. A level takes two of the frames that are left, reading a file
// one more, and CPython says what it was about to do when there are none.
//
// Differs: how many are left depends on the original's caller, and with it
// which of the two texts a directory without end gives.
func (m *meter) size(d id, left int) int {
	if left < 1 {
		py.Raise("RecursionError", "maximum recursion depth exceeded while calling a Python object")
	}
	total := 0
	left -= 2
	for _, e := range m.s.table(d).entries {
		m.visits++
		m.check()
		switch {
		case m.s.dir(e.node):
			total += m.size(e.node, left)
		case left < 1:
			py.Raise("RecursionError", "maximum recursion depth exceeded")
		default:
			total += bytesOf(m.s.nodes[e.node].content)
		}
	}
	return total
}

// bytesOf is len(content.encode("utf-8")), which has no bytes for surrogates.
func bytesOf(content py.Value) int {
	text := py.StrAttr(content, "encode")
	for i := 0; i+2 < len(text); i++ {
		if text[i] == 0xed && text[i+1] >= 0xa0 {
			raiseSurrogates(text, i)
		}
	}
	return len(text)
}

// raiseSurrogates raises for the surrogates at byte i, the first in text.
func raiseSurrogates(text string, i int) {
	run := 1
	for j := i + 3; j+2 < len(text) && text[j] == 0xed && text[j+1] >= 0xa0; j += 3 {
		run++
	}
	at := py.Chars(text[:i])
	if run == 1 {
		code := rune(0xd000) | rune(text[i+1]&0x3f)<<6 | rune(text[i+2]&0x3f)
		py.Raise("UnicodeEncodeError", "'utf-8' codec can't encode character '\\u%04x' in position %d: surrogates not allowed", code, at)
	}
	py.Raise("UnicodeEncodeError", "'utf-8' codec can't encode characters in position %d-%d: surrogates not allowed", at, at+run-1)
}
