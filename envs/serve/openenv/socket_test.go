package openenv

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// ids are what differs from run to run.
var ids = regexp.MustCompile(`[0-9a-z]{8}-[0-9a-z]+-[0-9a-z]{10}`)

func masked(s string) string { return ids.ReplaceAllString(s, "ID") }

// TestFrames says what comes back for every kind of frame. The frames of a case
// are sent on one socket; what is said before "=>" is sent, what follows is
// wanted.
func TestFrames(t *testing.T) {
	const (
		start = `{"type":"observation","data":{"observation":{"metadata":{"session_id":"ID","task_id":"3","split":"test","seed":13},` +
			`"text":"Walk to place 3. You are at place 0.","available_actions":["left","right","stop","say[<word>]"],"truncated":false,"invalid":false},` +
			`"reward":null,"done":false,"metadata":{"session_id":"ID","task_id":"3","split":"test","seed":13}}}`
		moved = `{"type":"observation","data":{"observation":{"metadata":{},` +
			`"text":"You are at place 1.","available_actions":["left","right","stop","say[<word>]"],"truncated":false,"invalid":false},"reward":0.0,"done":false}}`
		reset = `{"type":"reset","data":{"seed":13,"episode_id":"e-1","task_id":"3","nobody":[1]}}`
		right = `{"type": "step", "data": {"action": "right"}}`
	)
	tests := []struct {
		name   string
		frames []string // sent and wanted in turn
	}{
		{"reset and step", []string{reset, start, right, moved}},
		{"metadata of the action", []string{reset, start, `{"type":"step","data":{"action":"right","metadata":{"k":1}}}`, moved}},
		{"state", []string{
			`{"type":"state"}`, `{"type":"state","data":{"episode_id":null,"step_count":0,"session_id":"ID","task_id":null,"split":null,"seed":null,"total_reward":0.0,"done":false}}`,
			reset, start, right, moved,
			`{"type":"state"}`, `{"type":"state","data":{"episode_id":"e-1","step_count":1,"session_id":"ID","task_id":"3","split":"test","seed":13,"total_reward":0.0,"done":false}}`,
		}},
		{"step before reset changes nothing", []string{
			right, `{"type":"error","data":{"message":"session ID was not reset yet: reset it before the first step","code":"EXECUTION_ERROR","reason":"not_reset","retryable":false}}`,
			reset, start, right, moved,
		}},
		{"step after the end pays nothing", []string{
			reset, start, `{"type":"step","data":{"action":"stop"}}`,
			`{"type":"observation","data":{"observation":{"metadata":{"success":false,"metrics":{"score":0.0}},"text":"You are at place 0.","available_actions":[],"truncated":false,"invalid":false},"reward":0.0,"done":true,"metadata":{"success":false,"metrics":{"score":0.0}}}}`,
			right, `{"type":"error","data":{"message":"episode ID has ended: reset to start another","code":"EXECUTION_ERROR","reason":"episode_done","retryable":false}}`,
			reset, start,
		}},
		{"a broken world leaves the session", []string{
			reset, start, `{"type":"step","data":{"action":"boom"}}`, `{"type":"error","data":{"message":"episode ID is lost: kaboom","code":"EXECUTION_ERROR","reason":"episode_lost","retryable":false}}`,
			reset, start, right, moved,
		}},
		{"a step with an id is taken once", []string{
			reset, start, `{"type":"step","data":{"action":"right","metadata":{"step_id":"a"}}}`, moved,
			`{"type":"step","data":{"action":"right","metadata":{"step_id":"a"}}}`,
			strings.Replace(strings.Replace(moved, `"metadata":{}`, `"metadata":{"replayed":true}`, 1), `false}}`, `false,"metadata":{"replayed":true}}}`, 1),
		}},
		{"refusals leave the session as it is", []string{
			reset, start,
			`not json`, `{"type":"error","data":{"message":"Invalid JSON: invalid character 'o' in literal null (expecting 'u')","code":"INVALID_JSON"}}`,
			``, `{"type":"error","data":{"message":"Invalid JSON: unexpected end of JSON input","code":"INVALID_JSON"}}`,
			"{\"type\":\"\xff\"}", `{"type":"error","data":{"message":"Invalid JSON: the text is not UTF-8","code":"INVALID_JSON"}}`,
			`{"type":"nope"}`, `{"type":"error","data":{"message":"Unknown message type: nope","code":"UNKNOWN_TYPE"}}`,
			`{}`, `{"type":"error","data":{"message":"Unknown message type: ","code":"UNKNOWN_TYPE"}}`,
			`{"type":7}`, `{"type":"error","data":{"message":"Unknown message type: 7","code":"UNKNOWN_TYPE"}}`,
			`[1]`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"dict_type","loc":[],"msg":"Input should be a valid dictionary","input":[1]}]}}`,
			`{"type":"step"}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"missing","loc":["data"],"msg":"Field required","input":{"type":"step"}}]}}`,
			`{"type":"step","data":"right"}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"dict_type","loc":["data"],"msg":"Input should be a valid dictionary","input":"right"}]}}`,
			`{"type":"step","data":{"action":1}}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"string_type","loc":["action"],"msg":"Input should be a valid string","input":1}]}}`,
			`{"type":"step","data":{"acton":"x"}}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"missing","loc":["action"],"msg":"Field required","input":{"acton":"x"}},{"type":"extra_forbidden","loc":["acton"],"msg":"Extra inputs are not permitted","input":"x"}]}}`,
			`{"type":"step","data":{"action":"x","metadata":[]}}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"dict_type","loc":["metadata"],"msg":"Input should be a valid dictionary","input":[]}]}}`,
			`{"type":"state","extra":1}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"extra_forbidden","loc":["extra"],"msg":"Extra inputs are not permitted","input":1}]}}`,
			`{"type":"reset","data":{"seed":-1}}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"greater_than_equal","loc":["seed"],"msg":"Input should be greater than or equal to 0","input":-1,"ctx":{"ge":0}}]}}`,
			`{"type":"reset","data":{"seed":"x","index":1.5,"split":1}}`, `{"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"int_type","loc":["seed"],"msg":"Input should be a valid integer","input":"x"},{"type":"int_type","loc":["index"],"msg":"Input should be a valid integer","input":1.5},{"type":"string_type","loc":["split"],"msg":"Input should be a valid string","input":1}]}}`,
			`{"type":"reset","data":{"split":"moon"}}`, `{"type":"error","data":{"message":"toy: toy: split \"moon\": envs: no such split","code":"EXECUTION_ERROR","reason":"unknown_split","retryable":false}}`,
			`{"type":"reset","data":{"task_id":"99"}}`, `{"type":"error","data":{"message":"toy: toy: task \"99\": envs: no such task","code":"EXECUTION_ERROR","reason":"unknown_task","retryable":false}}`,
			right, moved,
		}},
		{"a frame nested without end", []string{
			strings.Repeat("[", 1<<20), `{"type":"error","data":{"message":"Invalid JSON: invalid character '[' exceeded max depth","code":"INVALID_JSON"}}`,
			reset, start,
		}},
		{"task by number, and by index", []string{
			`{"type":"reset","data":{"task_id":3,"seed":13.0}}`, start,
			`{"type":"reset","data":{"split":"test","index":0,"seed":13,"episode_id":null}}`, start,
		}},
		{"tools", []string{
			reset, start,
			`{"type":"step","data":{"type":"list_tools"}}`, `{"type":"observation","data":{"observation":{"metadata":{},"tools":TOOLS},"reward":null,"done":false}}`,
			`{"type":"step","data":{"type":"call_tool","tool_name":"fly","arguments":{}}}`, `{"type":"observation","data":{"observation":{"metadata":{},"tool_name":"fly","result":null,"error":{"error_type":"tool_not_found","message":"Unknown tool: 'fly'"}},"reward":null,"done":false}}`,
			`{"type":"mcp","data":{"jsonrpc":"2.0","id":1,"method":"openenv/session/create"}}`, `{"type":"mcp","data":{"jsonrpc":"2.0","id":1,"result":{"session_id":"ID"}}}`,
		}},
	}
	url, h := open(t, session.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, url+"/envs/toy/ws", nil)
			for i := 0; i < len(tt.frames); i += 2 {
				got := masked(c.say(tt.frames[i]))
				if strings.Contains(tt.frames[i+1], "TOOLS") {
					got = strings.Replace(got, gjson.Get(got, "data.observation.tools").Raw, "TOOLS", 1)
				}
				if d := cmp.Diff(got, tt.frames[i+1]); d != "" {
					t.Errorf("%.200s: got - want +\n%s", tt.frames[i], d)
				}
			}
			c.send(`{"type":"close"}`)
			if got := c.closed(); got != websocket.StatusNormalClosure {
				t.Errorf("closed with %v", got)
			}
		})
	}
	if got := h.Stats().Open; got != 0 {
		t.Errorf("%d sessions are open after the end", got)
	}
}

func TestCapacity(t *testing.T) {
	url, _ := open(t, session.Options{MaxEpisodes: 2})
	a, b := dial(t, url+"/ws", nil), dial(t, url+"/ws", nil)
	a.say(`{"type":"state"}`)
	b.say(`{"type":"state"}`)
	c := dial(t, url+"/ws", nil)
	const want = `{"type":"error","data":{"message":"Server at capacity: 2/2 sessions active. Cannot accept new connections.","code":"CAPACITY_REACHED","active_sessions":2,"max_sessions":2,"reason":"capacity","retryable":true}}`
	if d := cmp.Diff(c.read(), want); d != "" {
		t.Error(d)
	}
	if got := c.closed(); got != websocket.StatusNormalClosure {
		t.Errorf("closed with %v", got)
	}
	a.send(`{"type":"close"}`)
	a.closed()
	dial(t, url+"/ws", nil).say(`{"type":"reset"}`)
	b.say(`{"type":"reset"}`)
}

// TestReattach drops the socket in the middle of an episode and goes on with
// another.
func TestReattach(t *testing.T) {
	url, h := open(t, session.Options{})
	const reset, right = `{"type":"reset","data":{"seed":13,"task_id":"3","episode_id":"mine"}}`, `{"type":"step","data":{"action":"right"}}`
	a := dial(t, url+"/ws", nil)
	id := gjson.Get(a.say(reset), "data.metadata.session_id").Str
	a.say(right)
	a.conn.CloseNow()

	b := dial(t, url+"/ws?session_id="+id, nil)
	if got := gjson.Get(b.say(`{"type":"state"}`), "data"); got.Get("episode_id").Str != "mine" || got.Get("step_count").Int() != 1 {
		t.Errorf("the state after coming back is %s", got)
	}
	// A socket that hangs on is closed, whether the client knows or not.
	c := dial(t, url+"/ws?session_id="+id, nil)
	if got := b.closed(); got != websocket.StatusPolicyViolation {
		t.Errorf("the old socket was closed with %v", got)
	}
	if got := gjson.Get(c.say(right), "data.observation.text").Str; got != "You are at place 2." {
		t.Errorf("the new socket sees %q", got)
	}
	c.send(`{"type":"close"}`)
	c.closed()
	d := dial(t, url+"/ws?session_id="+id, nil)
	if got := gjson.Get(d.read(), "data"); got.Get("code").Str != "SESSION_ERROR" || got.Get("reason").Str != "gone" {
		t.Errorf("a closed session says %s", got)
	}
	if got := d.closed(); got != websocket.StatusNormalClosure {
		t.Errorf("and was closed with %v", got)
	}
	if got := h.Stats().Open; got != 0 {
		t.Errorf("%d sessions are open", got)
	}
}

// TestKey comes back to a session by the header that it was made with.
func TestKey(t *testing.T) {
	url, _ := open(t, session.Options{})
	o := &websocket.DialOptions{HTTPHeader: http.Header{"Idempotency-Key": {"rollout 1"}}}
	a := dial(t, url+"/ws", o)
	a.say(`{"type":"reset"}`)
	a.say(`{"type":"step","data":{"action":"left"}}`)
	a.conn.CloseNow()
	b := dial(t, url+"/ws", o)
	if got := gjson.Get(b.say(`{"type":"state"}`), "data.step_count").Int(); got != 1 {
		t.Errorf("%d steps were taken, want 1", got)
	}
	b.send(`{"type":"close"}`)
	b.closed()
	c := dial(t, url+"/ws", o)
	if got := gjson.Get(c.say(`{"type":"state"}`), "data.episode_id").Type; got != gjson.Null {
		t.Errorf("the key of a closed session finds an episode")
	}
}

func TestForeignSessions(t *testing.T) {
	url, h := open(t, session.Options{})
	s, err := h.Create(t.Context(), session.Request{Env: "toy", Protocol: "v1", Start: &session.Start{}, Data: 1})
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, url+"/envs/toy/ws?session_id="+s.ID(), nil)
	if got := gjson.Get(c.say(`{"type":"step","data":{"action":"left"}}`), "type").Str; got != "observation" {
		t.Errorf("a step on a session of another protocol gives %s", got)
	}
	c.send(`{"type":"close"}`)
	c.closed()
	if _, err := s.Observe(t.Context()); err != nil {
		t.Errorf("the session was closed: %v", err)
	}
	for path, want := range map[string]string{
		"/envs/other/ws?session_id=" + s.ID(): "invalid_request",
		"/envs/toy/ws?session_id=nobody":      "not_found",
	} {
		if got := gjson.Get(dial(t, url+path, nil).read(), "data.reason").Str; got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestAuth(t *testing.T) {
	tokens, err := serve.ReadTokens(strings.NewReader("ann 0123456789abcdef episodes=1\nbob fedcba9876543210\n"))
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t, session.Options{Quota: tokens.Quota})
	url := listen(t, newServer(t, h, serve.Config{Tokens: tokens}, Options{}))
	if _, res, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1)+"/ws", nil); err == nil || res.StatusCode != http.StatusUnauthorized { //nolint:bodyclose // Dial has closed it
		t.Fatalf("without a token: %v", err)
	}
	bearer := func(token string) *websocket.DialOptions {
		return &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}}
	}
	ann := dial(t, url+"/ws", bearer("0123456789abcdef"))
	id := gjson.Get(ann.say(`{"type":"reset"}`), "data.metadata.session_id").Str
	more := dial(t, url+"/ws", bearer("0123456789abcdef")).read()
	if got := gjson.Get(more, "data.code").Str; got != "CAPACITY_REACHED" {
		t.Errorf("beyond the quota: %s", more)
	}
	bob := dial(t, url+"/ws?session_id="+id, bearer("fedcba9876543210")).read()
	if got := gjson.Get(bob, "data.reason").Str; got != "not_found" {
		t.Errorf("another owner's session: %s", bob)
	}
	ann.say(`{"type":"step","data":{"action":"left"}}`)
}

// TestTooLarge sends a message beyond the limit: the socket is closed, as the
// protocol of sockets has it, and the session stays to be attached again.
func TestTooLarge(t *testing.T) {
	h := newHost(t, session.Options{ActionBytes: 100})
	url := listen(t, newServer(t, h, serve.Config{BodyBytes: 1000}, Options{}))
	c := dial(t, url+"/ws", nil)
	id := gjson.Get(c.say(begin), "data.metadata.session_id").Str
	long := func(n int) string { return `{"type":"step","data":{"action":"` + strings.Repeat("x", n) + `"}}` }
	if got := gjson.Get(c.say(long(101)), "data"); got.Get("code").Str != "EXECUTION_ERROR" || got.Get("reason").Str != "too_large" {
		t.Errorf("a long action says %s", got)
	}
	c.send(long(2000))
	if got := c.closed(); got != websocket.StatusMessageTooBig {
		t.Errorf("closed with %v", got)
	}
	d := dial(t, url+"/ws?session_id="+id, nil)
	if got := gjson.Get(d.say(right), "type").Str; got != "observation" {
		t.Errorf("a step after it gives %s", got)
	}
}
