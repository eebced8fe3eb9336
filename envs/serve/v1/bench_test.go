//go:build unix

package v1

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
)

// line is one connection of a client that does nothing but send and read: what
// is measured beside it is the server.
type line struct {
	conn net.Conn
	r    *bufio.Reader
	req  []byte
}

func dial(b *testing.B, url, path, body string) *line {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	req := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
	return &line{conn, bufio.NewReaderSize(conn, 1<<20), []byte(req)}
}

// do sends the request and reads the answer, of which it returns the length.
func (c *line) do() (int64, error) {
	if _, err := c.conn.Write(c.req); err != nil {
		return 0, err
	}
	res, err := http.ReadResponse(c.r, nil)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return n, err
}

// BenchmarkStepBatch takes steps in 4,096 episodes over loopback, by two
// connections with half of them each, and reports env steps a second, and the
// processor's time a step, of server and client together: on a machine with other
// work only the latter means something.
func BenchmarkStepBatch(b *testing.B) {
	const n = 4096
	for _, env := range []string{"alfworld", "webshop"} {
		for _, show := range []struct{ name, options string }{
			{"rewards", `,"fields":["reward","terminated","truncated"]`},
			{"text", `,"fields":["text","reward","terminated","truncated"]`},
			{"actions", ``},
		} {
			b.Run(env+"/"+show.name, func(b *testing.B) { benchBatch(b, env, n, show.options) })
		}
	}
}

func benchBatch(b *testing.B, env string, n int, options string) {
	world, action, err := benchWorld(b, env)
	if err != nil {
		b.Fatal(err)
	}
	h, err := session.New(map[string]envs.Env{env: world}, session.Options{MaxEpisodes: n, MaxTurns: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close() })
	srv, err := serve.New(h, serve.Config{}, New())
	if err != nil {
		b.Fatal(err)
	}
	hs := httptest.NewServer(srv.Handler())
	b.Cleanup(hs.Close)
	const lanes = 2
	var clients []*line
	for range lanes {
		g, err := h.CreateGroup(b.Context(), session.GroupRequest{Request: session.Request{Protocol: name, Data: &memory{}}, N: n / lanes})
		if err != nil {
			b.Fatal(err)
		}
		var items []string
		for _, s := range g.Sessions() {
			items = append(items, fmt.Sprintf(`{"episode_id":%q,"action":%q}`, s.ID(), action))
		}
		clients = append(clients, dial(b, hs.URL, "/v1/step", `{"items":[`+strings.Join(items, ",")+`]`+options+`,"autoreset":"same"}`))
	}
	b.ReportAllocs()
	var bytes atomic.Int64
	began, used := time.Now(), cpu(b)
	for b.Loop() {
		var wg sync.WaitGroup
		for _, c := range clients {
			wg.Go(func() {
				n, err := c.do()
				if err != nil {
					b.Error(err)
				}
				bytes.Add(n)
			})
		}
		wg.Wait()
	}
	took := time.Since(began).Seconds()
	used = cpu(b) - used
	steps := float64(b.N * n)
	b.ReportMetric(steps/took, "steps/s")
	b.ReportMetric(float64(used.Nanoseconds())/steps, "cpu-ns/step")
	b.ReportMetric(float64(bytes.Load())/steps, "B/step")
}

func benchWorld(b *testing.B, env string) (envs.Env, string, error) {
	if env == "webshop" {
		w, err := webshop.Open(b.Context(), nil)
		return w, "search[lamp]", err
	}
	w, err := alfworld.Open(b.Context(), nil)
	return w, "look", err
}

// cpu returns the processor's time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
