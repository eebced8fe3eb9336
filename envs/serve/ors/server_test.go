package ors

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/serve/session"
)

// TestRefusals checks the statuses and words for requests that make no sense.
// They change nothing: the session goes on.
func TestRefusals(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	fresh, sid, gone := r.session(), r.play(""), r.play("")
	r.do("POST /delete", gone, "").want(t, "delete", 200, `{"sid":"`+gone+`"}`)
	detail := func(text string) string { return `{"detail":"` + text + `"}` }
	missing := func(body, key string) string {
		return `{"detail":[{"type":"missing","loc":["body","` + key + `"],"msg":"Field required","input":` + body + `}]}`
	}
	for _, c := range []struct {
		name, route, sid, body string
		status                 int
		want                   string
	}{
		{"no session", "GET /toy/prompt", "", "", 400, detail("X-Session-ID header is required")},
		{"no session, ping", "POST /ping", "", "", 400, detail("X-Session-ID header is required")},
		{"no session, create", "POST /create", "", "{}", 400, detail("X-Session-ID header is required")},
		{"no session, delete", "POST /delete", "", "", 400, detail("X-Session-ID header is required")},
		{"unknown session", "GET /toy/prompt", "x", "", 404, detail("Active environment not found")},
		{"unknown session, ping", "POST /ping", "x", "", 404, detail("Active environment not found")},
		{"unknown session, call", "POST /toy/call", "x", "{}", 404, detail("Active environment not found")},
		{"unknown session, create", "POST /create", "x", "{}", 404, detail("Active environment not found")},
		{"before create", "GET /toy/prompt", fresh, "", 404, detail("Active environment not found")},
		{"before create, ping", "POST /ping", fresh, "", 404, detail("Active environment not found")},
		{"before create, tools", "GET /toy/task_tools", fresh, "", 404, detail("Active environment not found")},
		{"gone", "GET /toy/prompt", gone, "", 410, detail("Session deleted")},
		{"gone, call", "POST /toy/call", gone, `{"name":"act","input":{}}`, 410, detail("Session deleted")},
		{"gone, create", "POST /create", gone, `{"split":"train","index":0}`, 410, detail("Session deleted")},
		{"gone, ping", "POST /ping", gone, "", 404, detail("Active environment not found")},
		{"unknown env", "GET /nope/tools", "", "", 404, detail("unknown environment 'nope'")},
		{"unknown env, create", "POST /create", fresh, `{"env_name":"no\"'pe","split":"train","index":0}`, 404, detail(`unknown environment 'no\"\\'pe'`)},
		{"another env", "GET /other/prompt", sid, "", 400, detail("the session plays toy, not Other: give /create the env_name")},
		{"create twice", "POST /create", sid, `{"split":"train","index":0}`, 400, detail("Session already exists")},
		{"a toolset", "POST /create", fresh, `{"split":"train","index":0,"toolset_name":"x"}`, 400, detail("unknown toolset 'x'; valid options are []")},
		{"split", "POST /create", fresh, `{"split":"x","index":0}`, 400, detail("Invalid split")},
		{"index", "POST /create", fresh, `{"split":"train","index":4}`, 400, detail("Invalid index")},
		{"index from the end", "POST /create", fresh, `{"split":"train","index":-5}`, 400, detail("Invalid index")},
		{"index beyond all", "POST /create", fresh, `{"split":"train","index":1e300}`, 400, detail("Invalid index")},
		{"task", "POST /create", fresh, `{"env_name":"toy","task_spec":{"id":"99"}}`, 400, detail(`toy: toy: task \"99\": envs: no such task`)},
		{"task without id", "POST /create", fresh, `{"task_spec":{"goal":"x"}}`, 400, detail(`the task_spec has no \"id\": send one of those that /tasks lists`)},
		{"neither", "POST /create", fresh, `{}`, 422, `{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, Provide either task_spec or both split and index, not both/neither","input":{}}]}`},
		{"no body", "POST /create", fresh, ``, 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"no JSON", "POST /create", fresh, `{"split`, 422, `{"detail":[{"type":"json_invalid","loc":["body"],"msg":"JSON decode error","input":{}}]}`},
		{"a list", "POST /toy/task", "", `[1]`, 422, `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":[1]}]}`},
		{"a key too many", "POST /toy/num_tasks", "", `{"split":"train","x":1}`, 422, `{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted","input":1}]}`},
		{"no split", "POST /toy/tasks", "", `{}`, 422, missing("{}", "split")},
		{"a number", "POST /toy/tasks", "", `{"split":1}`, 422, `{"detail":[{"type":"string_type","loc":["body","split"],"msg":"Input should be a valid string","input":1}]}`},
		{"null", "POST /toy/tasks", "", `{"split":null}`, 422, `{"detail":[{"type":"string_type","loc":["body","split"],"msg":"Input should be a valid string","input":null}]}`},
		{"no index", "POST /toy/task", "", `{"split":"train"}`, 422, missing(`{"split":"train"}`, "index")},
		{"half an index", "POST /toy/task", "", `{"split":"train","index":0.5}`, 422, `{"detail":[{"type":"int_from_float","loc":["body","index"],"msg":"Input should be a valid integer, got a number with a fractional part","input":0.5}]}`},
		{"a word for an index", "POST /toy/task", "", `{"split":"train","index":"x"}`, 422, `{"detail":[{"type":"int_parsing","loc":["body","index"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`},
		{"unknown split", "POST /toy/tasks", "", `{"split":"x"}`, 400, detail("Invalid split")},
		{"unknown index", "POST /toy/task", "", `{"split":"train","index":4}`, 400, detail("Invalid index")},
		{"no name", "POST /toy/call", sid, `{"input":{}}`, 422, missing(`{"input":{}}`, "name")},
		{"no input", "POST /toy/call", sid, `{"name":"act"}`, 422, missing(`{"name":"act"}`, "input")},
		{"input is a list", "POST /toy/call", sid, `{"name":"act","input":[]}`, 422, `{"detail":[{"type":"dict_type","loc":["body","input"],"msg":"Input should be a valid dictionary","input":[]}]}`},
		{"input is null", "POST /toy/call", sid, `{"name":"act","input":null}`, 422, `{"detail":[{"type":"dict_type","loc":["body","input"],"msg":"Input should be a valid dictionary","input":null}]}`},
		{"score_group", "POST /toy/score_group", sid, `{"candidates":[]}`, 404, detail("Environment 'toy' does not implement score_group")},
	} {
		t.Run(c.name, func(t *testing.T) { r.do(c.route, c.sid, c.body).want(t, c.route, c.status, c.want) })
	}
	if got := r.act(sid, "left"); !got.OK || got.Output.Metadata.Step != 1 {
		t.Errorf("after all that a call is %+v", got)
	}
	r.do("POST /create", fresh, `{"env_name":"TOY","task_spec":{"id":"3"},"split":null,"index":null}`).want(t, "create", 200, `{"sid":"`+fresh+`"}`)
}

// TestTasks compares the lists of tasks with Python's rules for indices.
func TestTasks(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	r.do("GET /list_environments", "", "").want(t, "environments", 200, `["toy","Other"]`)
	r.do("GET /envs/Other/list_environments", "", "").want(t, "environments of a site", 200, `["Other"]`)
	r.do("GET /version", "", "").want(t, "version", 200, `{"version":"0.1.167","build_sha":null}`)
	r.do("GET /toy/splits", "", "").want(t, "splits", 200,
		`[{"name":"train","type":"train"},{"name":"dev","type":"validation"},{"name":"test","type":"test"},{"name":"all","type":"validation"}]`)
	r.do("POST /other/num_tasks", "", `{"split":"train"}`).want(t, "num_tasks", 200, `{"num_tasks":4}`)
	r.do("POST /toy/task", "", `{"split":"dev","index":"1"}`).want(t, "task", 200,
		`{"task":{"id":"5","goal":"Walk to place 0.","family":"5"},"env_name":"toy"}`)
	ids := func(body string) string {
		var list struct {
			Tasks []struct{ ID string }
			Env   string `json:"env_name"`
		}
		re := r.do("POST /Toy/task_range", "", body)
		if err := json.Unmarshal([]byte(re.body), &list); err != nil || re.status != 200 || list.Env != "toy" {
			t.Fatalf("%s: %d %s", body, re.status, re.body)
		}
		out := ""
		for _, task := range list.Tasks {
			out += task.ID
		}
		return out
	}
	const all = "01234567"
	numbers := []int{-100, -9, -8, -7, -1, 0, 1, 3, 7, 8, 9, 100}
	for _, from := range numbers {
		for _, to := range numbers {
			body := fmt.Sprintf(`{"split":"all","start":%d,"stop":%d}`, from, to)
			if got, want := ids(body), slice(all, from, to); got != want {
				t.Errorf("%s: %q, want %q", body, got, want)
			}
		}
	}
	if got := ids(`{"split":"all","start":null}`) + ids(`{"split":"all","stop":-6}`); got != all+"01" {
		t.Errorf("without one end: %q", got)
	}
	for i := -8; i < 8; i++ {
		re := r.do("POST /toy/task", "", fmt.Sprintf(`{"split":"all","index":%d}`, i))
		if want := `{"task":{"id":"` + strconv.Itoa((i+8)%8) + `"`; !strings.HasPrefix(re.body, want) {
			t.Errorf("index %d: %s, want %s...", i, re.body, want)
		}
	}
}

// slice is s[from:to] of Python, item by item.
func slice(s string, from, to int) (out string) {
	if from < 0 {
		from += len(s)
	}
	if to < 0 {
		to += len(s)
	}
	for i := range len(s) {
		if i >= from && i < to {
			out += s[i : i+1]
		}
	}
	return out
}

// TestEpisode plays to the end and on.
func TestEpisode(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	sid := r.play("")
	prompt := r.do("GET /toy/prompt", sid, "")
	if prompt.status != 200 || !strings.HasPrefix(prompt.body, `[{"text":"Walk to place 3. You are at place `) ||
		!strings.HasSuffix(prompt.body, `"detail":null,"type":"text"},{"text":"Possible calls:\nact(action), action one of: left; right; stop\nsay(word)","detail":null,"type":"text"}]`) {
		t.Errorf("prompt: %+v", prompt)
	}
	r.do("GET /toy/messages", sid, "").want(t, "messages", 200, `[{"role":"user","blocks":`+prompt.body+`,"detail":null}]`)
	tools := r.do("GET /toy/tools", "", "")
	r.do("GET /toy/task_tools", sid, "").want(t, "task_tools", 200, tools.body)
	if want := `"terminal_tool":null,"supports_score_group":false,"message_block_types":["text","image","reasoning","tool_call","tool_result"]}`; !strings.HasSuffix(tools.body, want) {
		t.Errorf("tools: %s", tools.body)
	}
	got := r.call(sid, `{"name":"say","input":{"word":"x"}}`)
	if !got.OK || got.Output.Finished || got.Output.Metadata.Step != 1 || len(got.Output.Blocks) != 2 ||
		!strings.Contains(got.raw, `"reward":0.0,"finished":false}`) {
		t.Errorf("say: %s", got.raw)
	}
	if got := r.act(sid, "fly"); !got.OK || !got.Output.Metadata.Invalid {
		t.Errorf("what the world refuses: %s", got.raw)
	}
	if got := r.call(sid, `{"name":"fly'","input":{}}`); got.OK || got.Error != `'fly\'' is not a valid tool` || got.Reason != "not_found" {
		t.Errorf("an unknown tool: %s", got.raw)
	}
	want := `{"ok":false,"error":"Tool input validation error: the tool \"say\" needs the argument \"word\"","reason":"input_validation"}`
	if got := r.call(sid, `{"name":"say","input":{"x":1}}`); got.raw != want {
		t.Errorf("bad arguments: %s", got.raw)
	}
	big, err := json.Marshal(map[string]any{"name": "say", "input": map[string]string{"word": strings.Repeat("x", 70_000)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.call(sid, string(big)); got.OK || got.Reason != "input_validation" {
		t.Errorf("an action that is too large: %s", got.raw)
	}
	got = r.act(sid, "stop")
	if m := got.Output.Metadata; !got.OK || !got.Output.Finished || !m.Terminated || m.Step != 3 || len(got.Output.Blocks) != 1 {
		t.Errorf("the end: %s", got.raw)
	}
	want = `{"ok":false,"error":"'act' was not run: the episode has finished (a tool returned finished=True), so no further tool calls are accepted.","reason":"episode_finished"}`
	if got := r.act(sid, "left"); got.raw != want {
		t.Errorf("after the end: %s", got.raw)
	}
	r.do("GET /toy/prompt", sid, "").want(t, "the prompt after the end", 200, prompt.body)
	r.do("POST /delete", sid, "").want(t, "delete", 200, `{"sid":"`+sid+`"}`)
	r.do("POST /delete_session", sid, "").want(t, "delete_session", 200, `{"sid":"`+sid+`"}`)
	all := r.kept.All()
	if len(all) != 1 || all[0].Turns != 3 || !all[0].Terminated || all[0].Client.Protocol != "ors" {
		t.Errorf("on record: %+v", all)
	}
}

// TestLost breaks an episode.
func TestLost(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	sid := r.play("")
	for range 2 {
		if got := r.act(sid, "boom"); !strings.HasSuffix(got.error, "kaboom\nand more") || got.raw != "" {
			t.Errorf("the episode broke: %+v", got)
		}
	}
	if all := r.kept.All(); len(all) != 1 || all[0].Stage != "env" {
		t.Errorf("on record: %+v", all)
	}
}

// TestEnvironment checks which environment a request is about.
func TestEnvironment(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	location := func(route, sid string, headers ...string) string {
		re := r.do(route, sid, "", headers...)
		if re.status != http.StatusPermanentRedirect || re.body != "" {
			t.Errorf("%s: %d %s", route, re.status, re.body)
		}
		return re.header.Get("Location")
	}
	other, open := r.play(`{"env_name":"other","split":"train","index":1}`), r.play(`{"split":"train","index":1}`)
	deployed := r.session()
	r.do("POST /create", deployed, `{"split":"train","index":1}`, "X-Deployment", "owner/OTHER").want(t, "create", 200, `{"sid":"`+deployed+`"}`)
	for _, c := range []struct{ name, got, want string }{
		{"default", location("GET /tools", ""), "/toy/tools"},
		{"query", location("GET /tools?a=b", ""), "/toy/tools?a=b"},
		{"deployment", location("POST /num_tasks", "", "X-Deployment", "Other"), "/Other/num_tasks"},
		{"owner", location("POST /num_tasks", "", "X-Deployment", "me/other"), "/Other/num_tasks"},
		{"another deployment", location("POST /num_tasks", "", "X-Deployment", "env"), "/toy/num_tasks"},
		{"session", location("POST /call", other), "/Other/call"},
		{"session before deployment", location("POST /call", other, "X-Deployment", "toy"), "/Other/call"},
		{"session by deployment", location("GET /prompt", deployed), "/Other/prompt"},
		{"session that left it open", location("GET /prompt", open), "/toy/prompt"},
		{"unknown session", location("GET /prompt", "x"), "/toy/prompt"},
		{"site", location("GET /envs/Other/task_tools", open), "/envs/Other/Other/task_tools"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	// ors-sdk names the environment in its paths alone.
	if re := r.do("GET /other/prompt", open, ""); re.status != 200 {
		t.Errorf("the first call: %+v", re)
	}
	r.do("GET /toy/prompt", open, "").want(t, "a call of another", 400, `{"detail":"the session plays Other, not toy: give /create the env_name"}`)
	r.do("POST /create", open, `{"split":"train","index":1}`).want(t, "create twice", 400, `{"detail":"Session already exists"}`)
	for _, sid := range []string{open, other, deployed} {
		s, err := r.host.Get("", sid)
		if err != nil {
			t.Fatal(err)
		}
		if i := s.Info(); i.Env != "Other" || i.Task != "2" {
			t.Errorf("it plays %+v", i)
		}
	}
}

// TestRoom checks what is said when there is no room, and after the server was
// told to stop.
func TestRoom(t *testing.T) {
	r := newRig(t, session.Options{MaxEpisodes: 1}, nil)
	sid := r.play("")
	re := r.do("POST /create_session", "", "{}")
	got := []string{strconv.Itoa(re.status), re.header.Get("X-Backend-State"), re.header.Get("Retry-After"), re.body}
	if d := cmp.Diff(got, []string{"429", "starting", "1", `{"detail":"the server is full"}`}); d != "" {
		t.Errorf("full: got - want +\n%s", d)
	}
	r.do("POST /delete_session", sid, "").want(t, "delete", 200, `{"sid":"`+sid+`"}`)
	sid = r.play("")
	if err := r.host.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, route := range []string{"POST /create_session", "POST /toy/call"} {
		re := r.do(route, sid, `{"name":"act","input":{"action":"left"}}`)
		if re.status != 503 && re.status != 410 || re.header.Get("X-Backend-State") == "starting" {
			t.Errorf("%s while stopping: %+v", route, re)
		}
	}
	r.do("POST /delete", sid, "").want(t, "delete while stopping", 200, `{"sid":"`+sid+`"}`)
}

// TestLease checks how long a session lives after its latest request.
func TestLease(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	for what, sid := range map[string]string{"started": r.play(""), "chosen": r.play(`{"split":"train","index":0}`)} {
		r.do("POST /ping", sid, "").want(t, "ping", 200, `{"status":"ok"}`)
		s, err := r.host.Get("", sid)
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(s.Info().Expires); left > lease || left < lease-time.Minute {
			t.Errorf("%s: it lives for another %v", what, left)
		}
	}
}
