package filesystem

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

func (s *State) cat(args []py.Value) py.Value {
	name := args[0]
	if !valid(name) {
		return failed("cat: '" + py.Format(name) + "': Invalid character")
	}
	n, ok := s.here(name)
	switch {
	case !ok:
		return failed("cat: '" + py.Format(name) + "': No such file or directory")
	case s.dir(n):
		return failed("cat: '" + py.Format(name) + "': Is a directory")
	}
	return py.One(keyContent, s.nodes[n].content)
}

// lines is content.splitlines().
func lines(content py.Value) []string { return py.SplitLines(py.StrAttr(content, "splitlines")) }

// noFile is the answer of a tool that needs a file.
func noFile(tool, names string) py.Value {
	return failed(tool + ": " + names + ": No such file or directory")
}

func (s *State) wc(args []py.Value) py.Value {
	name := args[0]
	mode, _ := args[1].(py.Str)
	if mode != "l" && mode != "w" && mode != "c" {
		return failed("wc: invalid mode '" + py.Format(args[1]) + "'")
	}
	content, ok := s.fileHere(name)
	if !ok {
		return noFile("wc", py.Format(name))
	}
	var count int
	var unit py.Value
	switch mode {
	case "l":
		count, unit = len(lines(content)), unitLines
	case "w":
		count, unit = len(py.Split(py.StrAttr(content, "split"))), unitWords
	case "c":
		count, unit = py.Len(content), unitChars
	}
	return py.Of(py.KV(keyCount, py.Int(count)), py.KV(keyType, unit))
}

// What wc counts.
var (
	unitLines py.Value = py.Str("lines")
	unitWords py.Value = py.Str("words")
	unitChars py.Value = py.Str("characters")
)

func (s *State) sort(args []py.Value) py.Value {
	content, ok := s.fileHere(args[0])
	if !ok {
		return noFile("sort", py.Format(args[0]))
	}
	sorted := lines(content)
	slices.Sort(sorted) // bytes of UTF-8 sort as code points do
	return py.One(keySorted, py.Str(strings.Join(sorted, "\n")))
}

func (s *State) grep(args []py.Value) py.Value {
	content, ok := s.fileHere(args[0])
	if !ok {
		return noFile("grep", py.Format(args[0]))
	}
	all := lines(content)
	matching := make([]py.Value, 0, len(all))
	pattern, isStr := args[1].(py.Str)
	for _, line := range all {
		if isStr && strings.Contains(line, string(pattern)) || !isStr && py.Contains(py.Str(line), args[1]) {
			matching = append(matching, py.Str(line))
		}
	}
	return py.One(keyLines, py.NewList(matching...))
}

func (s *State) tail(args []py.Value) py.Value {
	content, ok := s.fileHere(args[0])
	if !ok {
		return noFile("tail", py.Format(args[0]))
	}
	all := lines(content)
	n, ok := args[1].(py.Int)
	if !ok {
		return py.One(keyLast, py.Str(strings.Join(oddTail(all, args[1]), "\n")))
	}
	n = min(n, py.Int(len(all)))
	from := 0 // the last 0 lines are all of them, as content[-0:] has it
	switch {
	case n > 0:
		from = len(all) - int(n)
	case n < -py.Int(len(all)):
		from = len(all)
	case n < 0:
		from = int(-n)
	}
	return py.One(keyLast, py.Str(strings.Join(all[from:], "\n")))
}

// oddTail is the last n of lines for an n that is no int of 64 bits.
func oddTail(lines []string, n py.Value) []string {
	if py.Greater(n, py.Int(len(lines))) {
		return lines
	}
	items := make([]py.Value, len(lines))
	for i, line := range lines {
		items[i] = py.Str(line)
	}
	last := py.Iter(py.Slice(py.NewList(items...), py.Neg(n), py.None{}))
	return lines[len(lines)-len(last):]
}

func (s *State) diff(args []py.Value) py.Value {
	n, ok := s.here(args[0])
	var m id
	if ok {
		m, ok = s.here(args[1]) // looked for only where the first is there
	}
	if !ok || s.dir(n) || s.dir(m) {
		return noFile("diff", py.Format(args[0])+" or "+py.Format(args[1]))
	}
	a, b := lines(s.nodes[n].content), lines(s.nodes[m].content)
	var out []byte
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if len(out) > 0 {
			out = append(out, '\n')
		}
		out = append(append(append(out, "- "...), a[i]...), "\n+ "...)
		out = append(out, b[i]...)
	}
	return py.One(keyDiff, py.Str(out))
}
