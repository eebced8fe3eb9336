package mcp

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
)

// alone mounts the protocol without OpenEnv.
type alone struct{}

func (alone) Name() string   { return "mcp" }
func (alone) Prefix() string { return "" }
func (alone) Mount(site *serve.Site) {
	h := Handler(site)
	site.Handle("/mcp", h.ServeHTTP)
}

func newServer(t testing.TB, o session.Options, c serve.Config, worlds ...envs.Env) (*session.Host, *serve.Server, string) {
	t.Helper()
	h := servetest.Host(t, o, worlds...)
	s, err := serve.New(h, c, alone{})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return h, s, srv.URL
}

// dial connects the official client.
func dial(t testing.TB, url string) *sdk.ClientSession {
	t.Helper()
	c := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	s, err := c.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: url}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// use calls a tool and returns its structured result.
func use(t testing.TB, c *sdk.ClientSession, name string, args map[string]any) (out outcome, res *sdk.CallToolResult) {
	t.Helper()
	res, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: name, Arguments: args})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(res.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	if !res.IsError {
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out, res
}

// TestEpisode plays an episode with the official client.
func TestEpisode(t *testing.T) {
	r := new(servetest.Recorder)
	host, _, url := newServer(t, session.Options{Recorder: r}, serve.Config{}, toy.New())
	c := dial(t, url+"/envs/toy/mcp?task_id=3")
	if text := c.InitializeResult().Instructions; text != "Walk to place 3. You are at place 0." {
		t.Errorf("instructions: %q", text)
	}
	if _, err := host.Get("", c.ID()); err != nil {
		t.Errorf("the ID of the session, %q: %v", c.ID(), err)
	}
	list, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
	}
	if d := cmp.Diff(names, []string{"act", "observe", "say"}); d != "" {
		t.Errorf("tools (-got +want):\n%s", d)
	}
	if o, _ := use(t, c, "observe", nil); o.Text != "Walk to place 3. You are at place 0." || o.Done {
		t.Errorf("at the start: %+v", o)
	}
	for name, x := range map[string]struct {
		tool string
		args map[string]any
		want string
	}{
		"no argument":   {"act", nil, "argument"},
		"another type":  {"act", map[string]any{"action": 3}, "must be a string"},
		"another shape": {"say", map[string]any{"x": "y"}, "needs the argument"},
	} {
		_, res := use(t, c, x.tool, x.args)
		if text := res.Content[0].(*sdk.TextContent).Text; !res.IsError || !strings.Contains(text, x.want) {
			t.Errorf("%s: %v %q", name, res.IsError, text)
		}
	}
	if _, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "nope"}); err == nil || !strings.Contains(err.Error(), `unknown tool "nope"`) {
		t.Errorf("an unknown tool: %v", err)
	}
	o, _ := use(t, c, "act", map[string]any{"action": "fly"})
	if !o.Invalid {
		t.Errorf("a refused action: %+v", o)
	}
	for range 3 {
		use(t, c, "act", map[string]any{"action": "right"})
	}
	o, res := use(t, c, "act", map[string]any{"action": "stop"})
	if d := cmp.Diff(o, outcome{Text: "You are at place 3.", Reward: 1, Done: true, Available: []string{}}); d != "" {
		t.Errorf("the end (-got +want):\n%s", d)
	}
	if text := res.Content[0].(*sdk.TextContent).Text; !strings.HasPrefix(text, `{"text":"You are at place 3.","reward":1,"done":true`) {
		t.Errorf("as text: %s", text)
	}
	if _, res := use(t, c, "act", map[string]any{"action": "stop"}); !res.IsError {
		t.Error("a step after the end")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if n, all := host.Stats().Open, r.All(); n != 0 || len(all) != 1 || !all[0].Success || all[0].Turns != 5 || all[0].Client.Protocol != "mcp" {
		t.Errorf("%d sessions are left, recorded: %+v", n, all)
	}
}

// TestShop buys something.
func TestShop(t *testing.T) {
	shop, err := webshop.Open(t.Context(), []byte(`{"data":"../../webshop/testdata/mini"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	_, _, url := newServer(t, session.Options{}, serve.Config{}, shop)
	c := dial(t, url+"/mcp?task_id=goal:1")
	defer c.Close()
	use(t, c, "search", map[string]any{"query": "noise cancelling headphones"})
	for _, target := range []string{"bquirks001", "plain"} {
		if o, _ := use(t, c, "click", map[string]any{"target": target}); o.Invalid || o.Done {
			t.Errorf("%s: %+v", target, o)
		}
	}
	if o, _ := use(t, c, "click", map[string]any{"target": "buy now"}); !o.Done || o.Reward != 0.75 {
		t.Errorf("bought: %+v", o)
	}
}

// send sends a request without a client.
func send(t testing.TB, method, url, body string, header ...string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var b strings.Builder
	if err := res.Write(nopWriter{&b}); err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(b.String(), "\r\n\r\n")
	return res.StatusCode, res.Header, strings.TrimSpace(text)
}

type nopWriter struct{ *strings.Builder }

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}`

// TestWire follows the capture of the SDK's own server.
func TestWire(t *testing.T) {
	host, _, base := newServer(t, session.Options{}, serve.Config{}, toy.New())
	url := base + "/mcp?task_id=3"
	status, header, body := send(t, "POST", url, initialize)
	id := header.Get(idHeader)
	want := `{"jsonrpc":"2.0","id":1,"result":{"capabilities":{"tools":{"listChanged":true}},"instructions":"Walk to place 3. You are at place 0.","protocolVersion":"2025-06-18","serverInfo":{"name":"gym","title":"toy","version":"1"}}}`
	if status != 200 || id == "" || body != want || header.Get("Content-Type") != "application/json" {
		t.Fatalf("%d %q %s", status, id, body)
	}
	for _, x := range []struct {
		name, method, body string
		header             []string
		status             int
		want               string
	}{
		{"initialized", "POST", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, nil, 202, ""},
		{"unknown tool", "POST", `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"nope","arguments":{}}}`, nil, 200, `{"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"unknown tool \"nope\""}}`},
		{"bad arguments", "POST", `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"say","arguments":{"bad":1}}}`, nil, 200, `"isError":true`},
		{"any type", "POST", `{"jsonrpc":"2.0","id":6,"method":"ping"}`, []string{"Accept", "*/*"}, 200, `{"jsonrpc":"2.0","id":6,"result":{}}`},
		{"JSON alone", "POST", `{"jsonrpc":"2.0","id":6,"method":"ping"}`, []string{"Accept", "application/json"}, 400, "Accept must contain both 'application/json' and 'text/event-stream'"},
		{"no JSON", "POST", `{`, nil, 400, ""},
		{"no session", "POST", `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, []string{idHeader, ""}, 200, `{"jsonrpc":"2.0","id":1,"error":{"code":0,"message":"method \"tools/list\" is invalid during session initialization"}}`},
		{"a session that never was", "POST", `{"jsonrpc":"2.0","id":6,"method":"ping"}`, []string{idHeader, "x"}, 404, "session not found"},
		{"refused", "POST", initialize, []string{idHeader, "", "Accept", "application/json"}, 400, ""},
		{"another method", "PUT", "", nil, 405, ""},
		{"delete", "DELETE", "", nil, 204, ""},
		{"after delete", "POST", `{"jsonrpc":"2.0","id":6,"method":"ping"}`, nil, 404, "session not found"},
		{"after delete", "DELETE", "", nil, 404, "session not found"},
		{"a bad start", "POST", initialize, []string{idHeader, ""}, 200, ""},
	} {
		status, _, body := send(t, x.method, url, x.body, append([]string{idHeader, id}, x.header...)...)
		if status != x.status || !strings.Contains(body, x.want) {
			t.Errorf("%s: %d %s", x.name, status, body)
		}
	}
	if n := host.Stats().Open; n != 1 {
		t.Errorf("%d sessions are open, want the last one", n)
	}
	for query, want := range map[string]int{"task_id=none": 404, "index=-1": 400, "seed=x": 400, "index=99&split=all": 404, "split=none": 404} {
		if status, _, body := send(t, "POST", base+"/mcp?"+query, initialize); status != want || !strings.Contains(body, `"jsonrpc":"2.0"`) {
			t.Errorf("%s: %d %s", query, status, body)
		}
	}
}

// TestFull asks a server that has no room.
func TestFull(t *testing.T) {
	_, _, base := newServer(t, session.Options{MaxEpisodes: 1}, serve.Config{}, toy.New())
	send(t, "POST", base+"/mcp", initialize)
	status, header, body := send(t, "POST", base+"/mcp", initialize)
	if status != http.StatusTooManyRequests || header.Get("Retry-After") == "" || !strings.Contains(body, "the server is full") {
		t.Errorf("%d %s", status, body)
	}
}

// TestOwners keeps sessions apart.
func TestOwners(t *testing.T) {
	tokens, err := serve.ReadTokens(strings.NewReader("ann 0123456789abcdef\nbob 123456789abcdef0"))
	if err != nil {
		t.Fatal(err)
	}
	host, _, base := newServer(t, session.Options{}, serve.Config{Tokens: tokens}, toy.New())
	if status, _, _ := send(t, "POST", base+"/mcp", initialize); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	_, header, _ := send(t, "POST", base+"/mcp", initialize, "X-Api-Key", "0123456789abcdef")
	id := header.Get(idHeader)
	ping := `{"jsonrpc":"2.0","id":6,"method":"ping"}`
	if status, _, _ := send(t, "POST", base+"/mcp", ping, "X-Api-Key", "123456789abcdef0", idHeader, id); status != http.StatusNotFound {
		t.Errorf("another owner: %d", status)
	}
	if status, _, _ := send(t, "POST", base+"/mcp", ping, "X-Api-Key", "0123456789abcdef", idHeader, id); status != http.StatusOK {
		t.Errorf("the owner, after another tried: %d", status)
	}
	s, err := host.Create(t.Context(), session.Request{Owner: "ann", Protocol: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	if status, _, _ := send(t, "POST", base+"/mcp", ping, "X-Api-Key", "0123456789abcdef", idHeader, s.ID()); status != http.StatusNotFound {
		t.Errorf("another protocol: %d", status)
	}
}
