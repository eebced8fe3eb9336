// Package arch holds the test that keeps the import directions of
// ARCHITECTURE.md true.
package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "stepgym"

// allowed lists for each part of the module which other parts its packages may
// import. A part is a top-level folder, or a folder below envs or traces that
// stands for itself. Keep this table and the picture in ARCHITECTURE.md equal.
var allowed = map[string][]string{
	"cmd":           {"*"},
	"runner":        {"envs", "agent", "credit", "traces", "internal"},
	"credit":        {"traces", "internal"},
	"traces":        {"envs", "internal"},
	"traces/viewer": {"envs", "traces", "credit", "internal"},
	"agent":         {"envs", "internal"},
	"envs":          {"internal"},
	"envs/alfworld": {"envs", "internal"},
	"envs/envtest":  {"envs", "internal"},
	"envs/serve":    {"envs", "traces", "credit", "internal"},
	"envs/toolcall": {"envs", "internal"},
	"envs/webshop":  {"envs", "internal"},
	"internal":      {},
}

// tests may also use the conformance suites and look at whole environments.
var allowedInTests = []string{"envs", "envs/envtest", "envs/alfworld", "envs/toolcall", "envs/webshop", "internal", "agent", "traces", "credit", "runner"}

type pkg struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestImportDirections(t *testing.T) {
	for _, p := range packages(t) {
		from := part(p.ImportPath)
		may, known := allowed[from]
		if !known {
			t.Errorf("%s belongs to no part that internal/arch knows: add %q to its table and to ARCHITECTURE.md", p.ImportPath, from)
			continue
		}
		check(t, p.ImportPath, from, p.Imports, may)
		check(t, p.ImportPath+" [test]", from, slices.Concat(p.TestImports, p.XTestImports), append(slices.Clone(may), allowedInTests...))
	}
}

func check(t *testing.T, path, from string, imports, may []string) {
	t.Helper()
	for _, imp := range imports {
		to := part(imp)
		if to == "" || to == from || slices.Contains(may, "*") || slices.Contains(may, to) {
			continue
		}
		t.Errorf("%s imports %s; %s may import only %v (see ARCHITECTURE.md)", path, imp, from, may)
	}
}

// part returns the entry of the table that an import path belongs to, or "" for
// packages that are not ours.
func part(path string) string {
	rest, ok := strings.CutPrefix(path, module+"/")
	if !ok {
		return ""
	}
	dirs := strings.Split(rest, "/")
	if len(dirs) > 1 && (dirs[0] == "envs" || dirs[0] == "traces" && dirs[1] == "viewer") {
		return dirs[0] + "/" + dirs[1]
	}
	return dirs[0]
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestPart(t *testing.T) {
	tests := []struct{ path, want string }{
		{"stepgym/envs", "envs"},
		{"stepgym/envs/webshop/search", "envs/webshop"},
		{"stepgym/agent/internal/ort", "agent"},
		{"stepgym/traces/index", "traces"},
		{"stepgym/traces/viewer/viewertest", "traces/viewer"},
		{"stepgym/cmd/gym", "cmd"},
		{"github.com/spf13/cobra", ""},
	}
	for _, tt := range tests {
		if got := part(tt.path); got != tt.want {
			t.Errorf("part(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}
