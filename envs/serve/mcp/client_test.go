package mcp

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/internal/pyvenv"
)

// TestDocumented runs the code of the page on this protocol with the Python SDK.
func TestDocumented(t *testing.T) {
	python := pyvenv.Open(t, "mcp==1.30.0")
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	r := new(servetest.Recorder)
	host, _, url := newServer(t, session.Options{Recorder: r}, serve.Config{}, shop)
	b, err := os.ReadFile("../../../docs/serve/mcp.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, ok := strings.Cut(string(b), "```python\n")
	if !ok {
		t.Fatal("the page has no code")
	}
	code, _, _ = strings.Cut(code, "```")
	out := python.Run(t, "-c", strings.ReplaceAll(code, "http://127.0.0.1:8080", url))
	if !strings.Contains(out, "'search', 'click'") && !strings.Contains(out, "'click', 'observe', 'search'") || !strings.Contains(out, "done True") {
		t.Errorf("%s", out)
	}
	// A client does not wait for the answer to its DELETE.
	for deadline := time.Now().Add(time.Minute); host.Stats().Open != 0; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("a session is left")
		}
	}
	if all := r.All(); len(all) != 1 || !all[0].Terminated {
		t.Errorf("recorded: %+v", all)
	}
	if out := python.Run(t, "-c", New().Snippet(url)); !strings.Contains(out, "'search'") {
		t.Errorf("what a server prints at its start: %s", out)
	}
}
