package ors_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/ors"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/internal/pyvenv"
)

const (
	clientToken = "0123456789abcdef"
	clientOwner = "ann"
)

// clientRig is a server for real clients.
type clientRig struct {
	url  string
	host *session.Host
	kept servetest.Recorder
}

// serveClients serves worlds to who has the token, without a token to everybody.
// wrap may be nil.
func serveClients(t *testing.T, worlds map[string]envs.Env, byDefault string, o session.Options, token string, wrap func(http.Handler) http.Handler) *clientRig {
	t.Helper()
	r := &clientRig{}
	var c serve.Config
	if token != "" {
		tokens, err := serve.ReadTokens(strings.NewReader(clientOwner + " " + token))
		if err != nil {
			t.Fatal(err)
		}
		c.Tokens, o.Quota = tokens, tokens.Quota
	}
	o.Default, o.Recorder = byDefault, &r.kept
	var err error
	if r.host, err = session.New(worlds, o); err != nil {
		t.Fatal(err)
	}
	server, err := serve.New(r.host, c, ors.New())
	if err != nil {
		t.Fatal(err)
	}
	h := server.Handler()
	if wrap != nil {
		h = wrap(h)
	}
	srv := httptest.NewServer(h)
	r.url = srv.URL
	t.Cleanup(func() {
		srv.Close()
		if err := r.host.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// clientWorlds are the environments that come with the program, and a toy that
// breaks.
func clientWorlds(t *testing.T) map[string]envs.Env {
	t.Helper()
	shop, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	house, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(shop.Close(), house.Close()); err != nil {
			t.Error(err)
		}
	})
	return map[string]envs.Env{"toy": brittle{toy.New()}, "webshop": shop, "alfworld": house}
}

// brittle is a toy that breaks at the word "boom", and that has a lot to say
// after "long" and "blank".
type brittle struct{ *toy.Env }

// Reset implements envs.Env.
func (b brittle) Reset(ctx context.Context, task envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := b.Env.Reset(ctx, task, seed)
	return &brittleEpisode{Episode: ep}, err
}

type brittleEpisode struct {
	envs.Episode
	says string
}

// Step implements envs.Episode.
func (e *brittleEpisode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	e.says = ""
	switch a.Text {
	case "say[boom]":
		return envs.Result{}, errors.New("kaboom")
	case "say[long]":
		e.says = strings.Repeat("\"ä€😀\\\n", 4000)
	case "say[blank]":
		e.says = "<" + strings.Repeat(" \u3000\u00a0", 5000) + ">"
	}
	return e.Episode.Step(ctx, a)
}

// Observation implements envs.Episode.
func (e *brittleEpisode) Observation() envs.Observation {
	o := e.Episode.Observation()
	if e.says != "" {
		o.Messages = []envs.Message{{Role: "user", Content: e.says}}
	}
	return o
}

// clientPython has both SDKs, and what TRL's OpenRewardSpec needs besides.
func clientPython(t *testing.T) *pyvenv.Venv {
	t.Helper()
	return pyvenv.Open(t, "openreward==0.1.167", "ors-sdk==0.1.0", "datasets==5.2.0", "packaging==26.0")
}

// TestClients plays with the openreward SDK and with the older ors-sdk.
func TestClients(t *testing.T) {
	python := clientPython(t)
	r := serveClients(t, clientWorlds(t), "toy", session.Options{}, clientToken, nil)
	t.Logf("%s", python.Run(t, "testdata/clients.py", r.url, clientToken, "lists", "toy", "shop", "house", "old", "group", "broken"))
	if left := r.host.List(clientOwner, session.Filter{}); len(left) > 0 {
		t.Errorf("sessions are left: %+v", left)
	}
	solved := 0
	for _, tr := range r.kept.All() {
		if tr.Success {
			solved++
		}
	}
	if want := 4 + 1 + 24; solved < want { // toy, old, group
		t.Errorf("%d trajectories of success are on record, want %d", solved, want)
	}
}

// TestClientsWait has a group that is larger than the server: the clients wait
// until there is room.
func TestClientsWait(t *testing.T) {
	python := clientPython(t)
	r := serveClients(t, clientWorlds(t), "toy", session.Options{MaxEpisodes: 6}, clientToken, nil)
	t.Logf("%s", python.Run(t, "testdata/clients.py", r.url, clientToken, "group"))
	if n := len(r.kept.All()); n != 24 {
		t.Errorf("%d trajectories are on record, want 24", n)
	}
}

// TestClientResumes cuts the connection of the first call behind the name of its
// task: the client asks again, and the step is not taken twice.
func TestClientResumes(t *testing.T) {
	python := clientPython(t)
	var once sync.Once
	cuts := 0
	r := serveClients(t, clientWorlds(t), "toy", session.Options{}, clientToken, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if !strings.HasSuffix(req.URL.Path, "/call") {
				h.ServeHTTP(w, req)
				return
			}
			cut := false
			once.Do(func() { cut = true })
			if !cut {
				h.ServeHTTP(w, req)
				return
			}
			cuts++
			all := httptest.NewRecorder()
			h.ServeHTTP(all, req)
			first, _, _ := bytes.Cut(all.Body.Bytes(), []byte("\r\n\r\n"))
			w.Header().Set("Content-Type", "text/event-stream")
			w.Write(append(first, "\r\n\r\n"...))
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
	})
	out := python.Run(t, "testdata/clients.py", r.url, clientToken, "cut")
	all := r.kept.All()
	if cuts != 1 || len(all) != 1 || !all[0].Success || out != fmt.Sprintf("cut: %d calls\n", all[0].Turns) {
		t.Logf("%s", out)
		t.Errorf("%d cuts, trajectories: %+v", cuts, all)
	}
}

// TestClientDoc runs the code of the documentation as it stands there, but for
// the address.
func TestClientDoc(t *testing.T) {
	python := clientPython(t)
	r := serveClients(t, clientWorlds(t), "webshop", session.Options{}, "", nil)
	for i, want := range []string{`(?s)Instruction.*search\(query\).*\nwebshop: reward [0-9.]+\n$`, `^alfworld: [0-9]+ calls, reward [01]\.0\n$`} {
		got := runDoc(t, python.Command(t, "-c", docCode(t, i, r.url)), r.url)
		if !matches(want, got) {
			t.Errorf("block %d printed %q, want %s", i, got, want)
		}
	}
}

// docCode returns the n-th piece of Python of the documentation.
func docCode(t *testing.T, n int, url string) string {
	t.Helper()
	b, err := os.ReadFile("../../../docs/serve/ors.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(b), "```python\n")[1:]
	if n >= len(blocks) {
		t.Fatalf("the documentation has %d pieces of Python, want more than %d", len(blocks), n)
	}
	code, _, _ := strings.Cut(blocks[n], "```")
	return strings.ReplaceAll(code, "http://127.0.0.1:8080", url)
}

// runDoc runs a program in the environment that the documentation asks for.
func runDoc(t *testing.T, cmd *exec.Cmd, url string) string {
	t.Helper()
	cmd.Env = append(cmd.Env, "OPENREWARD_SESSION_URL="+url, "OPENREWARD_API_URL="+url, "NO_PROXY=*", "HF_HUB_OFFLINE=1", "TRL_EXPERIMENTAL_SILENCE=1")
	cmd.Dir = t.TempDir()
	cmd.WaitDelay = time.Minute
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, out, errs.String())
	}
	return string(out)
}
