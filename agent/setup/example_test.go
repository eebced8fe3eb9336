package setup_test

import (
	"fmt"
	"os"
	"path/filepath"

	"stepgym/agent/setup"
)

// A library that the user names is taken as it is; a wrong path is an error that
// says so.
func ExampleFind() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "libonnxruntime.so.1.32.0")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		fmt.Println(err)
		return
	}
	info, err := setup.Find(setup.Options{Lib: path})
	fmt.Println(info.Version, info.Source, info.CUDA, err)
	// Output: 1.32.0 --lib false <nil>
}

// Options are checked before anything is looked for or fetched.
func ExampleOptions_Validate() {
	fmt.Println(setup.Options{Device: "tpu"}.Validate())
	fmt.Println(setup.Options{Device: "cuda:1", Version: "1.31.1"}.Validate())
	// Output:
	// setup: unknown device "tpu": it is cpu, cuda, cuda:N or auto
	// <nil>
}
