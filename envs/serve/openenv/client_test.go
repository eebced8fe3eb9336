package openenv

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/internal/pyvenv"
)

// openShop serves the toys and a shop to whoever has the token.
func openShop(t *testing.T, tokens *serve.Tokens) (url string, h *session.Host, r *servetest.Recorder) {
	t.Helper()
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r = new(servetest.Recorder)
	h, err = session.New(map[string]envs.Env{"toy": world{toy.New()}, "other": toy.New(), "webshop": shop},
		session.Options{Default: "webshop", Quota: tokens.Quota, Recorder: r})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(h.Close(), shop.Close()); err != nil {
			t.Error(err)
		}
	})
	return listen(t, newServer(t, h, serve.Config{Tokens: tokens}, Options{})), h, r
}

const token = "0123456789abcdef"

// TestClients runs the real clients of two versions.
func TestClients(t *testing.T) {
	now := pyvenv.Open(t, "openenv==0.10.0")
	for name, python := range map[string]*pyvenv.Venv{"0.10.0": now, "core 0.3.0": now.With(t, "openenv-core==0.3.0")} {
		t.Run(name, func(t *testing.T) {
			tokens, err := serve.ReadTokens(strings.NewReader("ann " + token + " episodes=70"))
			if err != nil {
				t.Fatal(err)
			}
			url, h, r := openShop(t, tokens)
			t.Logf("%s", python.Run(t, "testdata/client.py", url, token))
			if n := len(r.All()); n < 64 {
				t.Errorf("%d trajectories were recorded", n)
			}
			for _, i := range h.List("ann", session.Filter{}) {
				if i.State != session.StateRunning {
					t.Errorf("a session was left: %+v", i)
				}
			}
		})
	}
}

// TestValidator asks OpenEnv's own tool what it thinks of our server.
func TestValidator(t *testing.T) {
	python := pyvenv.Open(t, "openenv==0.10.0")
	url, _ := open(t, session.Options{})
	for _, base := range []string{url, url + "/envs/other"} {
		out := python.Run(t, "-c", "from openenv.cli.__main__ import main; main()", "validate", "--url", base)
		if !strings.Contains(out, "Verdict: PASS") {
			t.Errorf("%s", out)
		}
	}
}

// TestSnippet runs what the server prints for people to copy.
func TestSnippet(t *testing.T) {
	python := pyvenv.Open(t, "openenv==0.10.0")
	url, _ := open(t, session.Options{})
	cmd := python.Command(t, "-c", New(Options{}).Snippet(url+"/envs/toy"))
	cmd.Stdin = strings.NewReader("left\nstop\n")
	out, err := output(cmd)
	if err != nil || strings.Count(string(out), "You are at place") != 2 {
		t.Errorf("%v: %s", err, out)
	}
}

// output bounds how long a person's program may take.
func output(cmd *exec.Cmd) ([]byte, error) {
	cmd.WaitDelay = time.Minute
	return cmd.CombinedOutput()
}

// TestDoc runs the code of the documentation as it stands there, but for the
// address.
func TestDoc(t *testing.T) {
	python := pyvenv.Open(t, "openenv==0.10.0")
	b, err := os.ReadFile("../../../docs/serve/openenv.md")
	if err != nil {
		t.Fatal(err)
	}
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	house, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	h, err := session.New(map[string]envs.Env{"webshop": shop, "alfworld": house}, session.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(h.Close(), shop.Close(), house.Close()); err != nil {
			t.Error(err)
		}
	})
	url := listen(t, newServer(t, h, serve.Config{}, Options{}))
	wants := []string{`^[0-9.]+ False (True|False)\n$`, `^\[[0-9., ]+\]\n$`, `^True 1\n$`}
	blocks := strings.Split(string(b), "```python\n")[1:]
	if len(blocks) != len(wants) {
		t.Fatalf("%d blocks of code, want %d", len(blocks), len(wants))
	}
	for i, block := range blocks {
		code, _, _ := strings.Cut(block, "```")
		out := python.Run(t, "-c", strings.ReplaceAll(code, "http://127.0.0.1:8080", url))
		if !regexp.MustCompile(wants[i]).MatchString(out) {
			t.Errorf("block %d printed %q, want %s", i, out, wants[i])
		}
	}
}
