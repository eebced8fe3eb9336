package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"stepgym/agent/setup"
	"stepgym/internal/testdata"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gym": func() { os.Exit(run()) }})
}

// TestScripts runs the command line as scripts. The ones in needs-onnx need
// the runtime library.
func TestScripts(t *testing.T) {
	mini, err := filepath.Abs("../../envs/toolcall/bfcl/testdata/mini")
	if err != nil {
		t.Fatal(err)
	}
	tau, err := filepath.Abs("../../envs/toolcall/tau/testdata/mini")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("MINI", mini)
			e.Setenv("TAU", tau)
			return nil
		},
	})
}

func TestScriptsWithRuntime(t *testing.T) {
	if testing.Short() {
		t.Skip("training and evaluating takes the runtime library and some seconds: not with -short")
	}
	info, err := setup.Find(setup.Options{})
	if err != nil {
		testdata.Missing(t, "onnx", err.Error())
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script-onnx", UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("GYM_ORT_LIB", info.Path)
			return nil
		},
	})
}
