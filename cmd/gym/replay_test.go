package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces/viewer"
)

// playedRun plays some episodes by a baseline into a run folder.
func playedRun(t *testing.T, env, agent, config string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), env)
	args := []string{"rollout", "--env", env, "--agent", agent, "-n", "8", "--group-size", "4", "--out", dir}
	if config != "" {
		args = append(args, "--config", config)
	}
	if out, err := exec.CommandContext(t.Context(), "gym", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// ask sends a request and decodes the JSON of the answer.
func ask(t *testing.T, method, url, body string, head http.Header, into any) int {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	for name, values := range head {
		q.Header[name] = values
	}
	if host := q.Header.Get("Host"); host != "" {
		q.Host = host
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v: %s", url, err, text)
		}
	}
	return a.StatusCode
}

// firstEpisode returns the ID of an episode of the run called name.
func firstEpisode(t *testing.T, base, name string) string {
	t.Helper()
	var list struct {
		Rows []struct{ ID string }
	}
	if status := ask(t, http.MethodGet, base+"api/runs/"+name+"/episodes?limit=1", "", nil, &list); status != http.StatusOK || len(list.Rows) != 1 {
		t.Fatalf("status %d, %+v", status, list)
	}
	return list.Rows[0].ID
}

// TestReplay serves runs of both environments and branches off their episodes:
// each environment is opened as it was in its run.
func TestReplay(t *testing.T) {
	shop := playedRun(t, "webshop", "random", `{"products": 300, "max_turns": 6}`)
	home := playedRun(t, "alfworld", "explorer", "")
	cmd := exec.CommandContext(t.Context(), "gym", "replay", "--addr", "127.0.0.1:0", "--json", shop, filepath.Dir(home))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill() }() // if the test has not ended it
	var said struct {
		URL  string
		Runs []string
	}
	if err := json.NewDecoder(out).Decode(&said); err != nil || len(said.Runs) != 2 {
		t.Fatalf("%+v, %v", said, err)
	}
	for _, name := range []string{"webshop", "alfworld"} {
		id := firstEpisode(t, said.URL, name)
		at := said.URL + "api/runs/" + name + "/options?step=1&id=" + url.QueryEscape(id)
		var can struct {
			Exact      bool
			Admissible []struct{ Action string }
		}
		if status := ask(t, http.MethodGet, at, "", nil, &can); status != http.StatusOK || !can.Exact || len(can.Admissible) == 0 {
			t.Fatalf("%s: options of %s: %d, %+v", name, id, status, can)
		}
		for _, policy := range scripted.Names(name) {
			body, err := json.Marshal(viewer.ForkRequest{ID: id, Step: 1, Actions: []string{can.Admissible[0].Action}, Policy: policy, Store: policy == "random"})
			if err != nil {
				t.Fatal(err)
			}
			var fork struct {
				Stored, Done, Exact bool
				Episode             struct{ ID, Parent string }
				Error               any
			}
			if status := ask(t, http.MethodPost, said.URL+"api/runs/"+name+"/fork", string(body), nil, &fork); status != http.StatusOK || !fork.Done || !fork.Exact || fork.Stored != (policy == "random") {
				t.Errorf("%s: %s goes on: %d, %+v", name, policy, status, fork)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(shop, "forks.jsonl")); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name   string
		method string
		head   http.Header
		want   int
	}{
		{"its own name", http.MethodGet, nil, http.StatusOK},
		{"localhost", http.MethodGet, http.Header{"Host": {"localhost:1"}}, http.StatusOK},
		{"another name", http.MethodGet, http.Header{"Host": {"evil.example:8090"}}, http.StatusForbidden},
		{"from another site", http.MethodPost, http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden},
	} {
		path := "api/runs"
		if c.method == http.MethodPost {
			path = "api/runs/webshop/fork"
		}
		if status := ask(t, c.method, said.URL+path, "", c.head, nil); status != c.want {
			t.Errorf("%s: %d, want %d", c.name, status, c.want)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}

// TestWatcher serves a run as "gym train --view" does.
func TestWatcher(t *testing.T) {
	dir := playedRun(t, "alfworld", "random", "")
	c := &cobra.Command{}
	c.SetContext(t.Context())
	var told bytes.Buffer
	c.SetErr(&told)
	w := watcher{addr: "127.0.0.1:0"}
	if err := w.listen(c); err != nil {
		t.Fatal(err)
	}
	if err := w.show(c, dir); err != nil {
		t.Fatal(err)
	}
	base := "http://" + w.l.Addr().String() + "/"
	if !strings.Contains(told.String(), base) {
		t.Errorf("it says %q", told.String())
	}
	firstEpisode(t, base, "alfworld")
	if err := w.close(); err != nil {
		t.Error(err)
	}
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", w.l.Addr().String()); err == nil {
		t.Error("it still listens")
	}
	for _, w := range []watcher{{}, {addr: "127.0.0.1:0"}} { // no --view; a command that fails before the run is open
		if err := w.listen(c); err != nil {
			t.Fatal(err)
		}
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}
	open := watcher{addr: "0.0.0.0:0"}
	if err := open.listen(c); err == nil {
		t.Error("others may see it")
	}
}

// TestViewerInServe mounts the pages in the server of "gym serve".
func TestViewerInServe(t *testing.T) {
	dir := playedRun(t, "alfworld", "random", "")
	c := &cobra.Command{}
	v, err := newViewer(c, []string{dir}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	env, err := openers()["alfworld"](t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	host, err := session.New(map[string]envs.Env{"alfworld": env}, session.Options{Default: "alfworld"})
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	protocols := append(servedProtocols(), viewProtocol{v})
	server, err := serve.New(host, serve.Config{}, protocols...)
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	base := "http://" + l.Addr().String() + viewPath
	firstEpisode(t, base+"/", "alfworld")
	for _, path := range []string{"", "/", "/index.html"} { // the first by way of a redirection
		if status := getStatus(t, base+path); status != http.StatusOK {
			t.Errorf("%s: %d", base+path, status)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestOnlyLocal(t *testing.T) {
	h := onlyLocal(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for host, ok := range map[string]bool{
		"127.0.0.1:80": true, "127.0.0.1": true, "[::1]:80": true, "[::1]": true, "localhost": true, "localhost:9": true,
		"localhost.evil.example": false, "127.0.0.1.evil.example:80": false, "10.0.0.1:80": false, "": false,
	} {
		q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		q.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, q)
		if (w.Code == http.StatusOK) != ok {
			t.Errorf("%q: %d", host, w.Code)
		}
	}
}
