package openenv

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

func TestRPC(t *testing.T) {
	url, h := open(t, session.Options{MaxEpisodes: 1})
	call := func(body string) string {
		status, got := request(t, http.MethodPost, url+"/mcp", body)
		if status != "200" {
			t.Errorf("%s: status %s", body, status)
		}
		return got
	}
	id := gjson.Get(call(`{"jsonrpc":"2.0","method":"openenv/session/create","params":{},"id":1}`), "result.session_id").Str
	tests := []struct{ name, body, want string }{
		{"no JSON", `{`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error","data":null}}`},
		{"nothing", `{}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid request: jsonrpc must be \"2.0\"","data":null}}`},
		{"a list", `[1]`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid request: want an object","data":null}}`},
		{"no method", `{"jsonrpc":"2.0","id":"a"}`, `{"jsonrpc":"2.0","id":"a","error":{"code":-32600,"message":"Invalid request: method must be a string","data":null}}`},
		{"params", `{"jsonrpc":"2.0","id":3,"method":"x","params":1}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"Invalid request: params must be an object","data":null}}`},
		{"MCP", `{"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"Method not found: initialize","data":null}}`},
		{"full", `{"jsonrpc":"2.0","id":3,"method":"openenv/session/create"}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32000,"message":"the server is full","data":{"reason":"capacity","active_sessions":1,"max_sessions":1}}}`},
		{"close nothing", `{"jsonrpc":"2.0","id":3,"method":"openenv/session/close"}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Invalid params - 'session_id' is required","data":null}}`},
		{"close nobody", `{"jsonrpc":"2.0","id":3,"method":"openenv/session/close","params":{"session_id":"x"}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Unknown session_id: x","data":null}}`},
		{"list of nobody", `{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"session_id":"x"}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Unknown session_id: x","data":null}}`},
		{"call nothing", `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Missing 'name' in params","data":null}}`},
		{"call without a session", `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"left"}}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32602,"message":"Invalid params - 'session_id' is required","data":null}}`},
		{"call an unknown tool", `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nope","arguments":{},"session_id":"` + id + `"}}`, `{"jsonrpc":"2.0","id":4,"error":{"code":-32603,"message":"Unknown tool: 'nope'","data":null}}`},
	}
	for _, tt := range tests {
		if d := cmp.Diff(call(tt.body), tt.want); d != "" {
			t.Errorf("%s: got - want +\n%s", tt.name, d)
		}
	}
	// A socket has the session; it is closed when the socket leaves.
	c := dial(t, url+"/ws?session_id="+id, nil)
	c.say(begin)
	end := `{"jsonrpc":"2.0","id":5,"method":"openenv/session/close","params":{"session_id":"` + id + `"}}`
	if got, want := gjson.Get(c.say(`{"type":"mcp","data":`+end+`}`), "data.error.code").Int(), int64(rpcRequest); got != want {
		t.Errorf("to close a session from within: code %d, want %d", got, want)
	}
	if d := cmp.Diff(call(end), `{"jsonrpc":"2.0","id":5,"result":{"session_id":"`+id+`","closed":false,"closing":true}}`); d != "" {
		t.Error(d)
	}
	c.send(`{"type":"close"}`)
	c.closed()
	for h.Stats().Open > 0 { // bounded by the time limit of the tests
		runtime.Gosched()
	}
	// One that no socket has is closed at once, and outlives a socket that does.
	id = gjson.Get(call(`{"jsonrpc":"2.0","method":"openenv/session/create","id":1}`), "result.session_id").Str
	c = dial(t, url+"/ws?session_id="+id, nil)
	c.send(`{"type":"close"}`)
	c.closed()
	if _, err := h.Get("", id); err != nil {
		t.Error(err)
	}
}

// TestMCP gives everything that is not OpenEnv's to the other handler.
func TestMCP(t *testing.T) {
	h := newHost(t, session.Options{})
	url := listen(t, newServer(t, h, serve.Config{}, Options{MCP: func(site *serve.Site) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := io.ReadAll(r.Body)
			if err != nil || int64(len(b)) != r.ContentLength {
				t.Errorf("body of %d bytes, %d announced: %v", len(b), r.ContentLength, err)
			}
			_, _ = io.WriteString(w, "mcp "+site.Env+" "+string(b))
		})
	}}))
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	tests := []struct {
		name, method, body string
		header             http.Header
		mcp                bool
	}{
		{"initialize", "POST", `{"jsonrpc":"2.0","id":1,"method":"initialize"}`, nil, true},
		{"batch", "POST", `[]`, nil, true},
		{"stream", "GET", ``, nil, true},
		{"end", "DELETE", ``, nil, true},
		{"a session of MCP", "POST", list, http.Header{"Mcp-Session-Id": {"x"}}, true},
		{"a client that takes streams", "POST", list, http.Header{"Accept": {"application/json, text/event-stream"}}, true},
		{"OpenEnv's list", "POST", list, nil, false},
		{"OpenEnv's create", "POST", `{"jsonrpc":"2.0","id":1,"method":"openenv/session/create"}`, nil, false},
		{"nothing", "POST", `{}`, nil, false},
		{"no JSON", "POST", `{`, nil, false},
	}
	for _, tt := range tests {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, url+"/envs/other/mcp", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range tt.header {
			req.Header[k] = v
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := string(b) == "mcp other "+tt.body; got != tt.mcp {
			t.Errorf("%s: MCP got it is %v, want %v: %s", tt.name, got, tt.mcp, b)
		}
	}
}

func TestHTTP(t *testing.T) {
	url, h := open(t, session.Options{})
	tests := []struct{ name, method, path, body, status, want string }{
		{
			"reset", "POST", "/reset", begin[len(`{"type":"reset","data":`) : len(begin)-1], "200",
			`{"observation":{"metadata":{"task_id":"3","split":"test","seed":13},"text":"Walk to place 3. You are at place 0.","available_actions":["left","right","stop","say[<word>]"],"truncated":false,"invalid":false},"reward":null,"done":false,"metadata":{"task_id":"3","split":"test","seed":13}}`,
		},
		{
			"step of a fresh episode", "POST", "/step", `{"action":{"action":"right"},"task_id":"3","seed":13}`, "200",
			`{"observation":{"metadata":{},"text":"You are at place 1.","available_actions":["left","right","stop","say[<word>]"],"truncated":false,"invalid":false},"reward":0.0,"done":false,"metadata":null}`,
		},
		{"no such task", "POST", "/reset", `{"task_id":"99"}`, "404", `{"detail":"toy: toy: task \"99\": envs: no such task","reason":"unknown_task"}`},
		{"not an object", "POST", "/reset", `[1]`, "422", `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}]}`},
		{
			"a long name", "POST", "/reset", `{"episode_id":"` + strings.Repeat("x", 256) + `"}`, "422",
			`{"detail":[{"type":"string_too_long","loc":["body","episode_id"],"msg":"String should have at most 255 characters","input":"` + strings.Repeat("x", 256) + `","ctx":{"max_length":255}}]}`,
		},
		{"timeout", "POST", "/step", `{"action":{"action":"left"},"timeout_s":0}`, "422", `{"detail":[{"type":"greater_than","loc":["body","timeout_s"],"msg":"Input should be greater than 0","input":0,"ctx":{"gt":0.0}}]}`},
		{"no upgrade", "GET", "/ws", ``, "426", "WebSocket protocol violation: Connection header \"\" does not contain Upgrade\n"},
		{"mcp by GET", "GET", "/mcp", ``, "405", `{"detail":"Method Not Allowed"}`},
		{"metadata", "GET", "/metadata", ``, "200", `{"name":"toy","description":"toy environment; splits: train, dev, test, all","readme_content":null,"version":"1.0.0","author":null,"documentation_url":null}`},
	}
	for _, tt := range tests {
		status, got := request(t, tt.method, url+"/envs/toy"+tt.path, tt.body)
		if d := cmp.Diff([]string{status, got}, []string{tt.status, tt.want}); d != "" {
			t.Errorf("%s: got - want +\n%s", tt.name, d)
		}
	}
	if got := h.Stats().Open; got != 0 {
		t.Errorf("%d sessions are left", got)
	}
	for _, path := range []string{"/schema", "/openapi.json"} {
		if _, got := request(t, "GET", url+path, ""); !gjson.Valid(got) {
			t.Errorf("%s is not JSON: %s", path, got)
		}
	}
	if got := gjson.Get(schemas, "action.required").Raw; got != `["action"]` {
		t.Errorf("an action requires %s", got)
	}
}

func FuzzCall(f *testing.F) {
	f.Add(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"act","arguments":{"action":"left"},"session_id":"x"}}`)
	f.Add(`{"jsonrpc":"2.0","id":"\ud800","method":"openenv/session/create","params":{}}`)
	f.Add(`[{"id":1e999}]`)
	h := newHost(f, session.Options{})
	p := &place{Protocol: New(Options{}), site: &serve.Site{Host: h, Env: "toy"}}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := parseJSON(body)
		if err != nil {
			return
		}
		got := string(p.callOn(context.Background(), in, nil))
		if !gjson.Valid(got) || gjson.Get(got, "jsonrpc").Str != "2.0" || gjson.Get(got, "result").Exists() == gjson.Get(got, "error").Exists() {
			t.Errorf("%q: %s", body, got)
		}
		if id := gjson.Get(got, "result.session_id").Str; id != "" {
			if s, err := h.Get("", id); err == nil {
				_ = s.Close(t.Context(), session.ReasonClosed)
			}
		}
	})
}
