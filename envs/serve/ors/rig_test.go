package ors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
)

// world is the toy with more words: "boom" breaks the episode, "wait" lasts until
// the test lets it go.
type world struct {
	*toy.Env
	waits chan struct{} // a step has begun to wait
	gate  chan struct{} // closed to let it go
}

func newWorld() world {
	return world{toy.New(), make(chan struct{}, 16), make(chan struct{})}
}

type walk struct {
	envs.Episode
	world
}

// Reset implements envs.Env.
func (w world) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := w.Env.Reset(ctx, t, seed)
	return &walk{ep, w}, err
}

// Close implements envs.Episode.
func (w *walk) Close() error { return w.Episode.Close() }

// Step implements envs.Episode.
func (w *walk) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch a.Text {
	case "boom":
		return envs.Result{}, errors.New("kaboom\nand more")
	case "wait":
		w.waits <- struct{}{}
		<-w.gate
		a.Text = "left"
	}
	return w.Episode.Step(ctx, a)
}

// rig is a server and its client.
type rig struct {
	t     testing.TB
	world world
	host  *session.Host
	kept  *servetest.Recorder
	url   string
	http  *http.Client // follows nothing
}

// newRig serves these environments, or two toys of which "toy" is the default.
func newRig(t testing.TB, o session.Options, worlds map[string]envs.Env) *rig {
	t.Helper()
	r := &rig{t: t, world: newWorld(), kept: new(servetest.Recorder), http: &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if worlds == nil {
		worlds = map[string]envs.Env{"toy": r.world, "Other": toy.New()}
		o.Default = "toy"
	}
	o.Recorder = r.kept
	var err error
	if r.host, err = session.New(worlds, o); err != nil {
		t.Fatal(err)
	}
	server, err := serve.New(r.host, serve.Config{}, New())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.Handler())
	r.url = srv.URL
	t.Cleanup(func() {
		srv.Close()
		if err := r.host.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// reply is what the server answered.
type reply struct {
	status int
	header http.Header
	body   string // without white space at its end
}

// do sends a request; sid is its session, if any.
func (r *rig) do(route, sid, body string, headers ...string) reply {
	r.t.Helper()
	re, err := r.try(r.t.Context(), route, sid, body, headers...)
	if err != nil {
		r.t.Errorf("%s %s: %v", route, body, err) // maybe not in the test's goroutine
	}
	return re
}

func (r *rig) try(ctx context.Context, route, sid, body string, headers ...string) (reply, error) {
	method, path, _ := strings.Cut(route, " ")
	req, err := http.NewRequestWithContext(ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if sid != "" {
		req.Header.Set("X-Session-ID", sid)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := r.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, strings.TrimRight(string(b), "\n")}, err
}

// want fails the test if the answer is another.
func (re reply) want(t testing.TB, what string, status int, body string) {
	t.Helper()
	if re.status != status || re.body != body {
		t.Errorf("%s: %d %s\nwant: %d %s", what, re.status, re.body, status, body)
	}
}

// event is one of a stream.
type event struct{ name, data string }

// parse reads a stream as the SDK does: white space at the beginning of data is
// lost.
func parse(stream string) (events []event) {
	for block := range strings.SplitSeq(stream, "\r\n\r\n") {
		var e event
		var lines []string
		for line := range strings.SplitSeq(block, "\r\n") {
			field, value, _ := strings.Cut(line, ":")
			switch value = strings.TrimLeftFunc(value, unicode.IsSpace); field {
			case "event":
				e.name = value
			case "data":
				lines = append(lines, value)
			}
		}
		if e.name != "" {
			e.data = strings.Join(lines, "\n")
			events = append(events, e)
		}
	}
	return events
}

// session makes a session.
func (r *rig) session() string {
	r.t.Helper()
	re := r.do("POST /create_session", "", "{}")
	events := parse(re.body)
	if re.status != 200 || len(events) != 2 || events[0].name != "task_id" || events[1] != (event{"end", ""}) {
		r.t.Fatalf("/create_session: %d %q", re.status, re.body)
	}
	return events[0].data
}

// play makes a session that plays a task: "3" of the toy, if create is empty.
func (r *rig) play(create string) string {
	r.t.Helper()
	sid := r.session()
	if create == "" {
		create = `{"env_name":"toy","task_spec":{"id":"3"}}`
	}
	r.do("POST /create", sid, create).want(r.t, "/create", 200, `{"sid":"`+sid+`"}`)
	return sid
}

// result is the end of a call.
type result struct {
	id     string // of the task
	raw    string
	error  string // data of an error event
	OK     bool
	Error  string
	Reason string
	Output struct {
		Blocks   []struct{ Text, Type string }
		Metadata struct {
			Step                                    int
			Terminated, Truncated, Invalid, Success bool
		}
		Reward   float64
		Finished bool
	}
}

// call calls a tool of a session of the toy.
func (r *rig) call(sid, body string) result {
	r.t.Helper()
	re := r.do("POST /toy/call", sid, body)
	if re.status != 200 || re.header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		r.t.Errorf("%s: %d %v %s", body, re.status, re.header, re.body)
	}
	return r.read(re.body)
}

// act calls the tool act.
func (r *rig) act(sid, action string) result {
	r.t.Helper()
	b, err := json.Marshal(map[string]any{"name": "act", "input": map[string]string{"action": action}})
	if err != nil {
		r.t.Fatal(err)
	}
	return r.call(sid, string(b))
}

// read reads the stream of a call.
func (r *rig) read(stream string) (out result) {
	r.t.Helper()
	var text strings.Builder
	for i, e := range parse(stream) {
		switch {
		case i == 0 && e.name == "task_id":
			out.id = e.data
		case e.name == "chunk", e.name == "end":
			text.WriteString(e.data)
		case e.name == "error":
			out.error = e.data
		default:
			r.t.Errorf("event %d of the stream is %q", i, e)
		}
	}
	if out.raw = text.String(); out.raw != "" {
		d := json.NewDecoder(bytes.NewReader([]byte(out.raw)))
		if err := d.Decode(&out); err != nil {
			r.t.Errorf("%v: %s", err, out.raw)
		}
	}
	return out
}
