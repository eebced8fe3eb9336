package v1

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// record is a Recorder in memory that reads back.
type record struct {
	mu  sync.Mutex
	all []*traces.Trajectory
}

func (r *record) Append(t *traces.Trajectory) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, t)
	return nil
}

func (r *record) Load(id string) (*traces.Trajectory, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.all {
		if t.ID == id {
			return t, nil
		}
	}
	return nil, errors.New("not here")
}

// server is a served host of toys.
type server struct {
	t    testing.TB
	url  string
	host *session.Host
	rec  *record
}

// open serves environments, by default two toys, to everybody.
func open(t testing.TB, o session.Options, worlds map[string]envs.Env, tokens string) *server {
	t.Helper()
	if worlds == nil {
		worlds = map[string]envs.Env{"toy": toy.New(), "other": toy.New()}
		o.Default = "toy"
	}
	s := &server{t: t, rec: new(record)}
	o.Recorder = s.rec
	var c serve.Config
	if tokens != "" {
		var err error
		if c.Tokens, err = serve.ReadTokens(strings.NewReader(tokens)); err != nil {
			t.Fatal(err)
		}
		o.Quota = c.Tokens.Quota
	}
	var err error
	if s.host, err = session.New(worlds, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.host.Close() })
	srv, err := serve.New(s.host, c, New())
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(srv.Handler())
	t.Cleanup(hs.Close)
	s.url = hs.URL
	return s
}

// call sends a request and returns the status and the body of the answer.
func (s *server) call(method, path, body string, header ...string) (int, []byte, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/v1"+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, b, res.Header
}

// ask decodes the answer of a call that must succeed into a T, strictly: what
// is sent has no key that the types do not have.
func ask[T any](s *server, method, path, body string) T {
	s.t.Helper()
	var v T
	status, b, _ := s.call(method, path, body)
	if status != http.StatusOK {
		s.t.Fatalf("%s %s: %d %s", method, path, status, b)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		s.t.Fatalf("%s %s: %v in %s", method, path, err, b)
	}
	return v
}

// refused makes a call that must fail and returns its code.
func refused(s *server, method, path, body string, status int) session.Code {
	s.t.Helper()
	got, b, h := s.call(method, path, body)
	var f Failure
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil || f.Error.Message == "" {
		s.t.Errorf("%s %s %s: %d without an error of the protocol: %s", method, path, body, got, b)
	}
	if got != status {
		s.t.Errorf("%s %s %s: %d, want %d: %s", method, path, body, got, status, b)
	}
	if (got == http.StatusTooManyRequests) != (h.Get("Retry-After") != "") {
		s.t.Errorf("%s %s: %d with Retry-After %q", method, path, got, h.Get("Retry-After"))
	}
	return f.Error.Code
}

// steps sends a batch with one action for each of the episodes.
func (s *server) steps(ids []string, action, options string) []Stepped {
	s.t.Helper()
	var items []string
	for _, id := range ids {
		items = append(items, fmt.Sprintf(`{"episode_id":%q,"action":%q}`, id, action))
	}
	return ask[SteppedBatch](s, "POST", "/step", `{"items":[`+strings.Join(items, ",")+`]`+options+`}`).Items
}

func ids(es []EpisodeItem) []string {
	var out []string
	for _, e := range es {
		out = append(out, e.ID)
	}
	return out
}

// siteOf returns a site for calling handlers directly.
func siteOf(h *session.Host) *serve.Site {
	return &serve.Site{Host: h, Base: "/v1", FrameBytes: 1 << 20}
}

func mustGet(t testing.TB, h *session.Host, id string) *session.Session {
	t.Helper()
	s, err := h.Get("", id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
