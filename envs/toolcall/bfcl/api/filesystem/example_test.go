package filesystem_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/filesystem"
	"stepgym/envs/toolcall/py"
)

func Example() {
	notes := py.D("type", py.Str("file"), "content", py.Str("sow in march\nreap in august"))
	scenario := py.D("root", py.D("garden", py.D("contents", py.D("notes.txt", notes))))
	kit := toolcall.NewKit(filesystem.Class())
	x := kit.New([]toolcall.State{filesystem.Load(scenario, nil)})
	for _, call := range []string{
		"grep(file_name='notes.txt', pattern='reap')",
		"mkdir('old')",
		"mv(source='notes.txt', destination='old')",
		"cat('notes.txt')",
	} {
		fmt.Println(x.Run(call).Text)
	}
	// Output:
	// {"matching_lines": ["reap in august"]}
	// None
	// {"result": "'notes.txt' moved to 'old/notes.txt'"}
	// {"error": "cat: 'notes.txt': No such file or directory"}
}
