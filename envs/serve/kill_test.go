package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// serveDir tells the test binary to be a server that records into a folder.
const serveDir = "GYM_TEST_SERVE_DIR"

// TestAsServer is the server of TestKill, in a process of its own. It is no test.
func TestAsServer(t *testing.T) {
	dir := os.Getenv(serveDir)
	if dir == "" {
		t.Skip("runs in the process that TestKill starts")
	}
	run, err := traces.OpenForAppend(dir, traces.Options{SegmentBytes: 20_000, SealAside: true})
	if err != nil {
		t.Fatal(err)
	}
	h, err := session.New(oneToy(), session.Options{Recorder: run})
	if err != nil {
		t.Fatal(err)
	}
	s, err := serve.New(h, serve.Config{}, echo{""})
	if err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("listening %s\n", l.Addr())
	t.Fatal(s.Serve(context.Background(), l)) // until it is killed
}

// TestKill kills a server between steps, twice: what had ended is on disk, and
// only what was in flight is lost.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	run, err := traces.Create(dir, traces.Manifest{Command: "serve"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	var ended []string
	for round := range 2 {
		ended = append(ended, playAndKill(t, dir, 20+round)...)
		run, err := traces.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		x, err := run.Index()
		if err != nil || len(x.Heads) != len(ended) || len(x.Faults) != 0 {
			t.Fatalf("round %d: %d trajectories, %d episodes had ended; %v", round, len(x.Heads), len(ended), err)
		}
		for _, id := range ended {
			if h, ok := x.Find(id); !ok || !h.Terminated || h.Turns != 2 {
				t.Errorf("round %d: episode %s: %+v", round, id, h)
			}
		}
	}
}

// TestKillBusy kills a server while many clients play: every episode that a
// client saw the end of is on disk, and what is there is whole when the next
// server has opened the folder.
func TestKillBusy(t *testing.T) {
	dir := t.TempDir()
	run, err := traces.Create(dir, traces.Manifest{Command: "serve"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var ended []string
	for range 3 {
		cmd, url := startServer(t, dir)
		var wg sync.WaitGroup
		enough := make(chan struct{})
		before, done := len(ended), sync.OnceFunc(func() { close(enough) })
		for range 8 {
			wg.Go(func() {
				for {
					id, ok := playOne(url)
					if !ok {
						return // the server is gone
					}
					mu.Lock()
					if ended = append(ended, id); len(ended) == before+100 {
						done()
					}
					mu.Unlock()
				}
			})
		}
		<-enough
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		_ = cmd.Wait() // it was killed
	}
	if run, err = traces.OpenForAppend(dir, traces.Options{}); err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	x, err := run.Index()
	if err != nil || len(x.Faults) != 0 || len(x.Heads) > len(ended)+3*8 {
		t.Fatalf("%d trajectories, %d episodes had ended, faults %v; %v", len(x.Heads), len(ended), x.Faults, err)
	}
	for _, id := range ended {
		if h, ok := x.Find(id); !ok || !h.Terminated {
			t.Errorf("episode %s had ended: %+v", id, h)
		}
	}
}

// playOne plays an episode and reports whether the client saw its end.
func playOne(url string) (id string, ok bool) {
	post := func(path, body string, into any) bool {
		res, err := http.Post(url+path, "application/json", strings.NewReader(body))
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return json.NewDecoder(res.Body).Decode(into) == nil
	}
	var made struct{ ID string }
	var last struct{ Done bool }
	ok = post("/create", "", &made) && post("/step/"+made.ID, `{"action":"left"}`, &last) && post("/step/"+made.ID, `{"action":"stop"}`, &last)
	return made.ID, ok && last.Done
}

// playAndKill starts a server, plays episodes of which every third is not ended,
// kills the server and returns those that had ended.
func playAndKill(t *testing.T, dir string, n int) (ended []string) {
	t.Helper()
	cmd, url := startServer(t, dir)
	for i := range n {
		_, _, got := call(t, "POST", url+"/create", "")
		id := got["id"].(string)
		call(t, "POST", url+"/step/"+id, `{"action":"left"}`)
		if i%3 == 0 {
			continue
		}
		if _, _, got := call(t, "POST", url+"/step/"+id, `{"action":"stop"}`); got["done"] != true {
			t.Fatalf("the last step: %v", got)
		}
		ended = append(ended, id)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	return ended
}

// startServer starts a server in a process of its own.
func startServer(t *testing.T, dir string) (cmd *exec.Cmd, url string) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestAsServer$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), serveDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	addr := ""
	for lines := bufio.NewScanner(out); addr == "" && lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "listening "); ok {
			addr = rest
		}
	}
	if addr == "" {
		t.Fatal("the server said no address")
	}
	return cmd, "http://" + addr
}
