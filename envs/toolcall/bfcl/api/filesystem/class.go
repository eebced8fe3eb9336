// Package filesystem is the class GorillaFileSystem of BFCL: a shell over a
// small tree of directories and files.
//
// It answers as the original does, with CPython's exceptions for arguments of
// odd types and with the tree's peculiarities: a copied directory shares its
// children with the copy, a moved one leaves children that still know their old
// parent, a directory copied into itself contains itself.
package filesystem

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Class returns the class and its methods in the order of their declaration.
func Class() *toolcall.Class {
	p, opt := toolcall.P, toolcall.Opt
	return toolcall.NewClass("GorillaFileSystem",
		toolcall.Def("pwd", (*State).pwd),
		toolcall.Def("ls", (*State).ls, opt("a", py.Bool(false))),
		toolcall.Def("cd", (*State).cd, p("folder")),
		toolcall.Def("mkdir", (*State).mkdir, p("dir_name")),
		toolcall.Def("touch", (*State).touch, p("file_name")),
		toolcall.Def("echo", (*State).echo, p("content"), opt("file_name", py.None{})),
		toolcall.Def("cat", (*State).cat, p("file_name")),
		toolcall.Def("find", (*State).find, opt("path", py.Str(".")), opt("name", py.None{})),
		toolcall.Def("wc", (*State).wc, p("file_name"), opt("mode", py.Str("l"))),
		toolcall.Def("sort", (*State).sort, p("file_name")),
		toolcall.Def("grep", (*State).grep, p("file_name"), p("pattern")),
		toolcall.Def("du", (*State).du, opt("human_readable", py.Bool(false))),
		toolcall.Def("tail", (*State).tail, p("file_name"), opt("lines", py.Int(10))),
		toolcall.Def("diff", (*State).diff, p("file_name1"), p("file_name2")),
		toolcall.Def("mv", (*State).mv, p("source"), p("destination")),
		toolcall.Def("rm", (*State).rm, p("file_name")),
		toolcall.Def("rmdir", (*State).rmdir, p("dir_name")),
		toolcall.Def("cp", (*State).cp, p("source"), p("destination")),
	)
}

// The keys of results, made once.
var (
	keyError   py.Value = py.Str("error")
	keyWorking py.Value = py.Str("current_working_directory")
	keyListing py.Value = py.Str("current_directory_content")
	keyOutput  py.Value = py.Str("terminal_output")
	keyContent py.Value = py.Str("file_content")
	keyMatches py.Value = py.Str("matches")
	keyCount   py.Value = py.Str("count")
	keyType    py.Value = py.Str("type")
	keySorted  py.Value = py.Str("sorted_content")
	keyLines   py.Value = py.Str("matching_lines")
	keyUsage   py.Value = py.Str("disk_usage")
	keyLast    py.Value = py.Str("last_lines")
	keyDiff    py.Value = py.Str("diff_lines")
	keyResult  py.Value = py.Str("result")
)

// failed is {"error": text}.
func failed(text string) py.Value { return py.One(keyError, py.Str(text)) }
