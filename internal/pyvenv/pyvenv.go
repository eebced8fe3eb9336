// Package pyvenv gives tests a Python with packages of other projects, so that
// real clients can be run against our servers.
//
// An environment is made once from the package index and then shared: it lies
// in the user's cache folder, under a name that its list of packages decides.
package pyvenv

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"stepgym/internal/testdata"
)

// Venv is a Python with packages.
type Venv struct {
	dir  string
	path []string // of modules, before those of the environment
}

// Open returns the environment with these packages, such as "httpx==0.28.1".
// One that is not in the cache is installed where GYM_REQUIRE has "python"; a
// failure then fails the test. Elsewhere, and with -short, the test is skipped.
func Open(t testing.TB, packages ...string) *Venv {
	t.Helper()
	return open(t, "env", "python3", packages)
}

// OpenSince is [Open] with a Python of at least version 3.minor: "python3", one
// by such a name in the path, or one that pyenv has installed. The test is
// skipped where there is none, whatever GYM_REQUIRE has.
func OpenSince(t testing.TB, minor int, packages ...string) *Venv {
	t.Helper()
	skipShort(t)
	python, ok := since(t, minor)
	if !ok {
		t.Skipf("there is no Python 3.%d or later", minor)
	}
	return open(t, fmt.Sprintf("env3.%d", minor), python, packages)
}

func open(t testing.TB, kind, base string, packages []string) *Venv {
	t.Helper()
	skipShort(t)
	v := &Venv{}
	v.dir = cached(t, kind, packages, func(dir string) []*exec.Cmd {
		python := filepath.Join(dir, "bin", "python")
		return []*exec.Cmd{exec.Command(base, "-m", "venv", dir), pip(python, packages)}
	})
	return v
}

func skipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Python: not with -short")
	}
}

// since returns a Python of at least version 3.minor.
func since(t testing.TB, minor int) (string, bool) {
	names := []string{"python3"}
	for i := minor; i < minor+6; i++ {
		names = append(names, "python3."+strconv.Itoa(i))
	}
	if home, err := os.UserHomeDir(); err == nil {
		more, _ := filepath.Glob(filepath.Join(home, ".pyenv", "versions", "3.*", "bin", "python3")) // the pattern is good
		names = append(names, more...)
	}
	for _, name := range names {
		check := fmt.Sprintf("import ssl, sys, venv; sys.exit(sys.version_info < (3, %d))", minor)
		if exec.CommandContext(t.Context(), name, "-c", check).Run() == nil {
			return name, true
		}
	}
	return "", false
}

// With returns the same environment with more packages found before its own.
// They are installed without what they depend on, into a folder beside it:
// another version of a package, for one.
func (v *Venv) With(t testing.TB, packages ...string) *Venv {
	t.Helper()
	dir := cached(t, "more", packages, func(dir string) []*exec.Cmd {
		return []*exec.Cmd{pip(v.python(), append([]string{"--no-deps", "--target", dir}, packages...))}
	})
	return &Venv{dir: v.dir, path: append([]string{dir}, v.path...)}
}

// Command returns a command that runs Python with these arguments until the
// test ends. The environment holds no Python settings of the caller's.
func (v *Venv) Command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), v.python(), args...)
	cmd.Env = append(clean(), "PYTHONIOENCODING=utf-8", "PYTHONUNBUFFERED=1", "PYTHONPATH="+strings.Join(v.path, string(os.PathListSeparator)))
	return cmd
}

// Run runs Python with these arguments and returns its output. A failure ends
// the test.
func (v *Venv) Run(t testing.TB, args ...string) string {
	t.Helper()
	cmd := v.Command(t, args...)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python: %v\n%s%s", err, out, errs.String())
	}
	return string(out)
}

func (v *Venv) python() string { return filepath.Join(v.dir, "bin", "python") }

// cached returns a folder of the cache that the commands of fill have filled.
func cached(t testing.TB, kind string, packages []string, fill func(dir string) []*exec.Cmd) string {
	t.Helper()
	root, err := os.UserCacheDir()
	if err != nil {
		testdata.Missing(t, "python", "no folder for caches: "+err.Error())
	}
	root = filepath.Join(root, "stepgym", "python")
	dir := filepath.Join(root, kind+"-"+key(packages))
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if !testdata.Required("python") {
		t.Skip("not installed yet: GYM_REQUIRE=python installs " + strings.Join(packages, ", ") + " for this test")
	}
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	fresh, err := os.MkdirTemp(root, "new-") //nolint:usetesting // it is kept
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range fill(fresh) {
		cmd.Env = clean()
		if out, err := cmd.CombinedOutput(); err != nil {
			os.RemoveAll(fresh)
			t.Fatalf("GYM_REQUIRE has \"python\", but %s: %v\n%s", cmd, err, out)
		}
	}
	if err := os.Rename(fresh, dir); err != nil { // another test was faster
		os.RemoveAll(fresh)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func pip(python string, args []string) *exec.Cmd {
	return exec.Command(python, append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, args...)...)
}

func key(packages []string) string {
	sum := sha256.Sum256([]byte(strings.Join(packages, "\n")))
	return hex.EncodeToString(sum[:8])
}

// clean returns the process's environment without the settings of a Python.
func clean() []string {
	var out []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PYTHONPATH=") && !strings.HasPrefix(kv, "PYTHONHOME=") {
			out = append(out, kv)
		}
	}
	return out
}
