package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"stepgym/traces"
)

// startServe starts "gym serve" and returns what it printed when it was ready.
func startServe(t *testing.T, args ...string) (*exec.Cmd, served) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "gym", append([]string{"serve", "--addr", "127.0.0.1:0", "--json"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // if the test has not ended it
	var s served
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return cmd, s
}

func getStatus(t *testing.T, url string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// TestServe starts the command on its defaults, asks it whether it is ready,
// and ends it in order; then it goes on in the same folder.
func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	for range 2 {
		began := time.Now()
		cmd, s := startServe(t, "--out", dir)
		t.Logf("ready after %v", time.Since(began))
		if s.Default != "webshop" || s.Envs["alfworld"] != s.URL+"/envs/alfworld" || s.Out != dir {
			t.Errorf("it says %+v", s)
		}
		for _, path := range []string{"/livez", "/readyz", "/metrics"} {
			if status := getStatus(t, s.URL+path); status != http.StatusOK {
				t.Errorf("%s: %d", path, status)
			}
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("SIGTERM: %v", err)
		}
	}
	run, err := traces.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if m := run.Manifest(); m.Command != "serve" || m.Env != "webshop,alfworld" || m.Config == nil {
		t.Errorf("run.json: %+v", m)
	}
}

// TestServeExitCodes has the caller's mistakes, which exit with 2.
func TestServeExitCodes(t *testing.T) {
	for _, args := range [][]string{{"--addr", ":0"}, {"--env", "chess"}, {"--tokens", "nothing"}, {"--max-turns", "-1", "--out", "none"}} {
		err := exec.CommandContext(t.Context(), "gym", append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...).Run()
		if e, ok := errors.AsType[*exec.ExitError](err); !ok || e.ExitCode() != exitMisuse {
			t.Errorf("%v: %v, want exit code %d", args, err, exitMisuse)
		}
	}
}
