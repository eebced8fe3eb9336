package v1

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/internal/pyvenv"
)

// clientFolder is where the Python client is.
const clientFolder = "../../../clients/python"

// python returns an environment with what the client's tests need.
func python(t *testing.T) *pyvenv.Venv {
	return pyvenv.Open(t, "httpx==0.28.1", "gymnasium==1.4.0", "numpy==2.4.6", "openapi-spec-validator==0.9.0",
		"pydantic==2.14.4", "pytest==9.2.0", "mypy==2.4.1", "hatchling==1.33.0").With(t, "verl==0.9.1")
}

// install builds the client's wheel and installs it into a folder of its own,
// which is returned.
func install(t *testing.T, py *pyvenv.Venv) string {
	source, wheels, site := filepath.Join(t.TempDir(), "source"), t.TempDir(), t.TempDir()
	if err := os.CopyFS(source, os.DirFS(clientFolder)); err != nil {
		t.Fatal(err)
	}
	pip := []string{"-m", "pip", "--quiet", "--disable-pip-version-check"}
	py.Run(t, append(pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", wheels, source)...)
	found, err := filepath.Glob(filepath.Join(wheels, "stepgym_client-*-py3-none-any.whl"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the wheels are %q, %v", found, err)
	}
	py.Run(t, append(pip, "install", "--no-deps", "--target", site, found[0])...)
	for _, name := range []string{"py.typed", "__init__.py"} {
		if _, err := os.Stat(filepath.Join(site, "stepgym_client", name)); err != nil {
			t.Error(err)
		}
	}
	return site
}

// runPython runs Python with the client in its path.
func runPython(t *testing.T, cmd *exec.Cmd, site string, env ...string) string {
	t.Helper()
	for i, kv := range cmd.Env {
		if rest, ok := strings.CutPrefix(kv, "PYTHONPATH="); ok {
			cmd.Env[i] = "PYTHONPATH=" + site + string(os.PathListSeparator) + rest
		}
	}
	cmd.Env = append(append(cmd.Env, "PYTHONDONTWRITEBYTECODE=1"), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// openShop serves a shop and a toy.
func openShop(t *testing.T) *server {
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shop.Close() })
	return open(t, session.Options{Default: "webshop"}, map[string]envs.Env{"toy": toy.New(), "webshop": shop}, "")
}

// TestPythonClient builds the client, checks its types, and runs its tests, which
// are those of its adapters and of openapi.json too, against a server.
func TestPythonClient(t *testing.T) {
	py := python(t)
	site := install(t, py)
	tests, err := filepath.Abs(clientFolder)
	if err != nil {
		t.Fatal(err)
	}
	cmd := py.Command(t, "-m", "mypy", "--strict", "--cache-dir", t.TempDir(), filepath.Join(tests, "src", "stepgym_client"))
	runPython(t, cmd, "")
	s := openShop(t)
	cmd = py.Command(t, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error::pytest.PytestWarning", filepath.Join(tests, "tests"))
	out := runPython(t, cmd, site, "GYM_URL="+s.url)
	if strings.Contains(out, "skipped") {
		t.Errorf("a test was skipped: %s", out)
	}
	t.Log(out)
	if n := s.host.Stats().Open; n != 0 {
		t.Errorf("%d sessions were left", n)
	}
}

// TestPythonSnippet runs what the server prints for people to copy, and what the
// documentation shows.
func TestPythonSnippet(t *testing.T) {
	py := python(t)
	site := install(t, py)
	s := openShop(t)
	programs := []string{New().Snippet(s.url + "/v1")}
	for _, name := range []string{"../../../docs/serve/v1.md", clientFolder + "/README.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, blocks(string(page), "python")...)
	}
	if len(programs) < 4 {
		t.Fatalf("only %d programs", len(programs))
	}
	for _, p := range programs {
		runPython(t, py.Command(t, "-c", strings.ReplaceAll(p, "http://127.0.0.1:8080", s.url)), site)
	}
}

// blocks returns the fenced blocks of a language in a text.
func blocks(text, language string) []string {
	var out []string
	for _, part := range strings.Split(text, "```"+language+"\n")[1:] {
		code, _, _ := strings.Cut(part, "```")
		out = append(out, code)
	}
	return out
}
