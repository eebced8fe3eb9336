package filesystem_test

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: filesystem.Class(), Load: filesystem.Load, Extra: extra}

// extra is the text of the tree, which names each directory's parent and has an
// end also where a directory contains itself.
func extra(s toolcall.State) []toolcall.Attr {
	return []toolcall.Attr{{Name: "repr", Value: py.Str(py.Repr(root(s)))}}
}

// root returns the topmost directory of a state.
func root(s toolcall.State) py.Value { return s.AppendAttrs(nil)[1].Value }

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl.gz", 1848) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "GorillaFileSystem", classes.All(), 4985) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, grove, changes) }

// changes end where they began, and each goes with any of the others before it.
var changes = []string{
	"echo('mine', 'notes.txt')",
	"mkdir('dug')",
	"cp('beds', 'dug')",
	"cd('beds')",
	"echo('leaf', 'oak.md')",
	"rm('elm.md')",
	"cd('/')",
	"mv('plan.txt', 'beds')",
	"find()",
	"touch('stray')",
	"rm('dug')",
	"du()",
}

func FuzzCalls(f *testing.F) {
	const scenario = `{"root": {"r": {"type": "directory", "contents": {"a": {"type": "directory", "contents": {}}, "b.txt": {"type": "file", "content": "one\ntwo"}}}}}`
	f.Add(scenario, "cp('a', 'a')\nfind()\ncd('a')\nmv('a', 'a')\ndu()\npwd()\ncd('..')", false)
	f.Add(scenario, "mkdir('.')\nmv('.', 'a')\ncd('.')\nrm('.')\nmkdir(('t', 1))\nls()\necho({}, 'b.txt')\nwc('b.txt', 'c')", true)
	f.Add(`{"root": {"r": {"contents": {"x": {"type": "file", "content": 3}}}}}`, "cat('x')\ntail('b.txt', -10**30)\ntail('b.txt', 1.5)", true)
	f.Add(`{"root": []}`, "", false)
	apitest.FuzzCalls(f, subject, py.D("FILES_TAIL_USED", py.NewList(), "FILE_CONTENT_EXTENSION", py.Str("!"),
		"POPULATE_FILE_EXTENSION", py.NewList(py.Str("p"), py.Ellipsis{})))
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, grove()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, grove(),
		"ls()",
		"pwd()",
		"cd(folder='.')",
		"cat(file_name='notes.txt')",
		"grep(file_name='notes.txt', pattern='june')",
		"echo(content='x', file_name='plan.txt')",
		"find(path='.', name='md')",
		"tail(file_name='notes.txt', lines=1)",
		"wc(file_name='notes.txt', mode='w')")
}

// BenchmarkFirstChange measures a copy with its executor and a first change.
func BenchmarkFirstChange(b *testing.B) {
	kit, states := toolcall.NewKit(filesystem.Class()), []toolcall.State{grove()}
	b.ReportAllocs()
	for b.Loop() {
		kit.New(states).Run("touch('new.txt')")
	}
}

// BenchmarkEqual compares two copies, one of which has changed.
func BenchmarkEqual(b *testing.B) {
	s := grove()
	x := playground(s)
	play(x, "touch('new.txt')", "rm('new.txt')")
	v, w := root(s), root(x.States()[0])
	b.ReportAllocs()
	for b.Loop() {
		if !py.Equal(v, w) {
			b.Fatal("not equal")
		}
	}
}
