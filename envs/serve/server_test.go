package serve_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

const (
	annToken  = "0123456789abcdef"
	bobToken  = "fedcba9876543210"
	promToken = "aaaaaaaabbbbbbbb"
)

func tokens(t *testing.T, text string) *serve.Tokens {
	t.Helper()
	tk, err := serve.ReadTokens(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

func TestMounting(t *testing.T) {
	_, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{}, echo{""}, echo{"/echo/{env}"}, echo{"/once"})
	tests := []struct{ path, env, base string }{
		{"/create", "toy", ""},
		{"/envs/toy/create", "toy", "/envs/toy"},
		{"/envs/other/create", "other", "/envs/other"},
		{"/echo/other/create", "other", "/echo/other"},
		{"/once/create", "toy", "/once"},
	}
	for _, tt := range tests {
		status, _, got := call(t, "POST", url+tt.path, "")
		if status != 200 || got["env"] != tt.env || got["base"] != tt.base {
			t.Errorf("%s: %d %v, want %s at %q", tt.path, status, got, tt.env, tt.base)
		}
	}
	for _, path := range []string{"/envs/none/create", "/echo/create", "/echo/none/create", "/once", "/x/y/z/a/b"} {
		if status, _, _ := call(t, "POST", url+path, ""); status != 404 {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
	h, err := session.New(oneToy(), session.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if _, err := serve.New(h, serve.Config{}, echo{""}, echo{""}); err == nil {
		t.Error("two protocols with the same routes: no error")
	}
}

func TestAuth(t *testing.T) {
	tk := tokens(t, "ann "+annToken+" episodes=2\nbob "+bobToken+" # a friend\nprom "+promToken+" metrics\n")
	_, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{Tokens: tk}, echo{""})
	tests := []struct {
		name, key, value string
		want             int
	}{
		{"none", "X-Other", "x", 401},
		{"wrong", "Authorization", "Bearer 0123456789abcdeg", 401},
		{"basic", "Authorization", "Basic " + annToken, 401},
		{"empty", "Authorization", "Bearer ", 401},
		{"for metrics", "X-API-Key", promToken, 401},
		{"bearer", "Authorization", "Bearer " + annToken, 200},
		{"lower case", "Authorization", "bearer " + annToken, 200},
		{"key", "X-API-Key", bobToken, 200},
	}
	var id string
	for _, tt := range tests {
		status, header, got := call(t, "POST", url+"/create", "", tt.key, tt.value)
		if status != tt.want || (status == 401) != (header.Get("WWW-Authenticate") != "") {
			t.Errorf("%s: %d %v, want %d", tt.name, status, got, tt.want)
		}
		if tt.name == "bearer" {
			id = got["id"].(string)
		}
	}
	// A socket is refused before the upgrade, and by whom it does not belong to.
	for key, want := range map[string]int{"": 401, bobToken: 404} {
		_, res, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/ws/"+id, &websocket.DialOptions{HTTPHeader: http.Header{"X-Api-Key": {key}}}) //nolint:bodyclose // Dial closes it
		if err == nil || res == nil || res.StatusCode != want {
			t.Errorf("socket with %q: %v, want %d", key, err, want)
		}
	}
	status, _, got := call(t, "POST", url+"/step/"+id, `{"action":"left"}`, "X-API-Key", bobToken)
	if status != 404 || code(got) != "not_found" {
		t.Errorf("another's session: %d %v", status, got)
	}
	status, header, got := call(t, "POST", url+"/create", "", "X-API-Key", annToken)
	if status != 429 || code(got) != "quota" || header.Get("Retry-After") == "" {
		t.Errorf("a third session: %d %v %v", status, header, got)
	}
	for _, path := range []string{"/livez", "/readyz", "/metrics"} {
		if status, _, _ := call(t, "GET", url+path, ""); status != 200 {
			t.Errorf("%s without a token: %d", path, status)
		}
	}
}

func TestLimits(t *testing.T) {
	_, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{BodyBytes: 100}, echo{""})
	_, header, got := call(t, "POST", url+"/create", "", "X-Request-Id", "my-id.1")
	id := got["id"].(string)
	if header.Get("X-Request-Id") != "my-id.1" {
		t.Errorf("request ID %q", header.Get("X-Request-Id"))
	}
	long := `{"action":"` + strings.Repeat("x", 100) + `"}`
	tests := []struct {
		name, path, body string
		status           int
		code             string
	}{
		{"large", "/step/" + id, long, 413, "too_large"},
		{"not JSON", "/step/" + id, "left", 400, "invalid_request"},
		{"two values", "/step/" + id, "{} {}", 400, "invalid_request"},
		{"wrong type", "/step/" + id, `{"action": 1}`, 400, "invalid_request"},
		{"unknown", "/step/nobody", "{}", 404, "not_found"},
		{"panic", "/panic", "", 500, "internal"},
		{"fine", "/step/" + id, `{"action": "stop"}`, 200, ""},
		{"after the end", "/step/" + id, `{"action": "stop"}`, 409, "episode_done"},
	}
	for _, tt := range tests {
		status, header, got := call(t, "POST", url+tt.path, tt.body, "X-Request-Id", "bad id\t")
		if status != tt.status || code(got) != tt.code || header.Get("X-Request-Id") == "bad id\t" || header.Get("X-Request-Id") == "" {
			t.Errorf("%s: %d %v %v, want %d %s", tt.name, status, got, header, tt.status, tt.code)
		}
	}
	// A body without a length is bounded too.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/step/"+id, io.MultiReader(strings.NewReader(long)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil || res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Fatalf("a large body without a length: %v, %v", res, err)
	}
	res.Body.Close()
}

func TestByteQuota(t *testing.T) {
	tk := tokens(t, "ann "+annToken+" bytes=1000\n")
	h, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{Tokens: tk}, echo{""})
	_, _, got := call(t, "POST", url+"/create", "", "X-API-Key", annToken)
	refused := 0
	for range 50 {
		status, header, _ := call(t, "POST", url+"/step/"+got["id"].(string), `{"action": "left"}`, "X-API-Key", annToken)
		if status == 429 {
			refused++
			if header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
	}
	if u := h.Stats().Owners; refused == 0 || u[0].Bytes < 1000 || u[0].Refused == 0 {
		t.Errorf("%d refused of 50: %+v", refused, u)
	}
}

func TestMetrics(t *testing.T) {
	_, _, url := newServer(t, session.Options{Default: "toy", MaxEpisodes: 1}, serve.Config{}, echo{""})
	_, _, got := call(t, "POST", url+"/create", "")
	call(t, "POST", url+"/create", "")
	for _, a := range []string{"left", "nonsense", "stop"} {
		call(t, "POST", url+"/step/"+got["id"].(string), `{"action":"`+a+`"}`)
	}
	res, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`gym_episodes_active{env="toy"} 1`, `gym_episodes_active{env="other"} 0`, `gym_resets_total{env="toy"} 1`,
		`gym_steps_total{env="toy",outcome="ok"} 1`, `gym_steps_total{env="toy",outcome="invalid"} 1`, `gym_steps_total{env="toy",outcome="end"} 1`,
		`gym_step_seconds_count{env="toy"} 3`, `gym_step_seconds_bucket{env="toy",le="+Inf"} 3`, `gym_capacity_refused_total 1`,
		`gym_lease_expired_total 0`, `gym_trajectory_write_errors_total 0`, `gym_queue_depth 0`, `gym_draining 0`, `gym_owner_steps_total{owner=""} 3`,
	} {
		if !strings.Contains(string(b), line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if t.Failed() {
		t.Log(string(b))
	}
}

// TestServe drains a server with an idle session, a socket, and a client that
// goes on calling.
func TestServe(t *testing.T) {
	var rec memory
	h, s, _ := newServer(t, session.Options{Default: "toy", Recorder: &rec}, serve.Config{DrainTimeout: 5 * time.Second}, echo{""})
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	_, _, got := call(t, "POST", url+"/create", "")
	id := got["id"].(string)
	c, _, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/ws/"+id, nil) //nolint:bodyclose // Dial closes it
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	if err := c.Write(t.Context(), websocket.MessageText, []byte("left")); err != nil {
		t.Fatal(err)
	}
	if _, b, err := c.Read(t.Context()); err != nil || !strings.Contains(string(b), "place") {
		t.Fatalf("socket: %q, %v", b, err)
	}
	if st := h.Stats(); st.Attached != 1 {
		t.Errorf("%+v", st)
	}
	stop()
	_, _, err = c.Read(t.Context())
	if status := websocket.CloseStatus(err); status != websocket.StatusGoingAway {
		t.Errorf("the socket was closed with %v: %v", status, err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	if len(rec.all) != 1 || rec.all[0].Client.End != "drain" || rec.all[0].Client.Protocol != "echo" || rec.all[0].Turns != 1 {
		t.Errorf("recorded: %+v", rec.all)
	}
	if _, err := net.DialTimeout("tcp", l.Addr().String(), time.Second); err == nil {
		t.Error("the address is still open")
	}
}

// TestDraining asks a server that drains.
func TestDraining(t *testing.T) {
	h, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{}, echo{""})
	_, _, got := call(t, "POST", url+"/create", "")
	if err := h.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		method, path string
		status       int
	}{
		{"GET", "/livez", 200}, {"GET", "/readyz", 503}, {"POST", "/create", 503}, {"POST", "/step/" + got["id"].(string), 503},
	}
	for _, tt := range tests {
		status, header, body := call(t, tt.method, url+tt.path, "{}")
		if status != tt.status || (status == 503) != (header.Get("Retry-After") != "") {
			t.Errorf("%s: %d %v %v, want %d", tt.path, status, header, body, tt.status)
		}
	}
}

// TestBrowsers has what browsers send on behalf of web pages.
func TestBrowsers(t *testing.T) {
	_, _, open := newServer(t, session.Options{Default: "toy"}, serve.Config{}, echo{""})
	_, _, closed := newServer(t, session.Options{Default: "toy"}, serve.Config{Tokens: tokens(t, "ann "+annToken)}, echo{""})
	tests := []struct {
		name, url, origin, host string
		want                    int
	}{
		{"no browser", open, "", "", 200},
		{"a page of this machine", open, "http://localhost:3000", "", 200},
		{"a page of another", open, "https://example.com", "", 403},
		{"a file", open, "null", "", 403},
		{"a name that was made to lead here", open, "http://example.com", "example.com", 403},
		{"with a token", closed, "https://example.com", "", 200},
	}
	for _, tt := range tests {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tt.url+"/create", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Api-Key", annToken)
		if tt.origin != "" {
			r.Header.Set("Origin", tt.origin)
		}
		r.Host = tt.host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, res.StatusCode, tt.want)
		}
	}
}

func TestReady(t *testing.T) {
	sick := errors.New("no disk")
	_, _, url := newServer(t, session.Options{Default: "toy"}, serve.Config{Health: func() error { return sick }})
	if status, _, got := call(t, "GET", url+"/readyz", ""); status != 503 || got["status"] != "no disk" {
		t.Errorf("%d %v", status, got)
	}
}

func TestCheckAddr(t *testing.T) {
	tk := tokens(t, "ann "+annToken)
	tests := []struct {
		addr   string
		tokens *serve.Tokens
		ok     bool
	}{
		{"127.0.0.1:8080", nil, true},
		{"localhost:0", nil, true},
		{"[::1]:80", nil, true},
		{"0.0.0.0:8080", nil, false},
		{":8080", nil, false},
		{"192.168.0.1:80", nil, false},
		{"example.com:80", nil, false},
		{":8080", tk, true},
		{"8080", tk, false},
	}
	for _, tt := range tests {
		if err := serve.CheckAddr(tt.addr, tt.tokens); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.addr, err)
		}
	}
}
