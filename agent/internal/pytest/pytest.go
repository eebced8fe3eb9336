// Package pytest runs Python from tests that compare with Python programs.
package pytest

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"stepgym/internal/testdata"
)

// Python is an interpreter that has the packages asked for.
type Python struct{ path string }

// Find returns $GYM_PYTHON, or else python3, if it can import the packages.
// Otherwise the test is skipped, or fails where GYM_REQUIRE has "python"; for the
// package torch, which is large, where it has "torch".
func Find(t testing.TB, packages ...string) Python {
	t.Helper()
	path := os.Getenv("GYM_PYTHON")
	if path == "" {
		path = "python3"
	}
	b, err := exec.Command(path, "-c", "import "+strings.Join(packages, ", ")).CombinedOutput()
	if err != nil {
		part := "python"
		if slices.Contains(packages, "torch") {
			part = "torch"
		}
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		testdata.Missing(t, part, path+" cannot import "+strings.Join(packages, ", ")+
			" (name another interpreter in GYM_PYTHON): "+err.Error()+" "+lines[len(lines)-1])
	}
	return Python{path}
}

// Run runs a script with arguments and returns its output. A failure ends the
// test.
func (p Python) Run(t testing.TB, script string, args ...string) string {
	t.Helper()
	cmd := exec.Command(p.path, append([]string{"-c", script}, args...)...)
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python: %v\n%s", err, errs.String())
	}
	return string(out)
}
