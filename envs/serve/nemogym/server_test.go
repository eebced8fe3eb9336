package nemogym

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
)

// world is the toy, in which "boom" breaks the episode.
type world struct{ *toy.Env }

func (w world) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := w.Env.Reset(ctx, t, seed)
	return walk{ep}, err
}

type walk struct{ envs.Episode }

func (w walk) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	if a.Text == "boom" {
		return envs.Result{}, errors.New("kaboom")
	}
	return w.Episode.Step(ctx, a)
}

func newHandler(t testing.TB, o session.Options, worlds ...envs.Env) (*session.Host, http.Handler) {
	t.Helper()
	h := servetest.Host(t, o, worlds...)
	s, err := serve.New(h, serve.Config{}, New())
	if err != nil {
		t.Fatal(err)
	}
	return h, s.Handler()
}

// agent keeps the cookies of the latest answer alone, as NeMo Gym's agents do.
type agent struct {
	h       http.Handler
	cookies []*http.Cookie
}

func (a *agent) do(method, path, body string) (int, gjson.Result) {
	r := httptest.NewRequest(method, "/nemo/toy"+path, strings.NewReader(body))
	for _, c := range a.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	a.h.ServeHTTP(w, r)
	a.cookies = w.Result().Cookies()
	return w.Code, gjson.Parse(strings.TrimSpace(w.Body.String()))
}

// says is the body of /step for a text, calls that for calls of functions.
func says(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return `{"responses_create_params":{"input":[]},"response":{"id":"r","output":[{"type":"reasoning","summary":[]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":` + string(b) + `}]}]}}`
}

func calls(id string, all ...string) string {
	var items []string
	for i, c := range all {
		name, args, _ := strings.Cut(c, " ")
		b, err := json.Marshal(args)
		if err != nil {
			panic(err)
		}
		items = append(items, fmt.Sprintf(`{"type":"function_call","call_id":"c%d","name":%q,"arguments":%s}`, i, name, b))
	}
	return `{"_ng_step_request_id":"` + id + `","responses_create_params":{},"response":{"output":[` + strings.Join(items, ",") + `]}}`
}

const start3 = `{"responses_create_params":{"input":"go"},"verifier_metadata":{"task_id":"3"},"_ng_task_index":5,"_ng_rollout_index":2}`

// TestGymnasium plays an episode in texts.
func TestGymnasium(t *testing.T) {
	r := new(servetest.Recorder)
	host, h := newHandler(t, session.Options{Recorder: r}, world{toy.New()})
	a := &agent{h: h}
	status, got := a.do("POST", "/reset", start3)
	if d := cmp.Diff(got.Get("info").Map()["episode_id"].Exists(), true); d != "" || status != 200 ||
		got.Get("observation").Str != "Walk to place 3. You are at place 0." || !got.Get("info.supports_explicit_close").Bool() || !got.Get("info.supports_step_idempotency").Bool() {
		t.Fatalf("%d %s", status, got.Raw)
	}
	for i, text := range []string{"right", "I go on.\n<action>right</action> <action>left</action>", " right\n"} {
		status, got := a.do("POST", "/step", says(text))
		want := fmt.Sprintf(`{"observation":"You are at place %d.","reward":0,"terminated":false,"truncated":false,"info":{"invalid":false,"success":false,"available_actions":["left","right","stop"]}}`, i+1)
		if d := cmp.Diff(got.Raw, want); d != "" || status != 200 {
			t.Errorf("%q: %d (-got +want):\n%s", text, status, d)
		}
	}
	if _, got := a.do("POST", "/step", says("fly")); !got.Get("info.invalid").Bool() {
		t.Errorf("a refused action: %s", got.Raw)
	}
	_, got = a.do("POST", "/step", says("stop"))
	if got.Get("reward").Num != 1 || !got.Get("terminated").Bool() || got.Get("truncated").Bool() || !got.Get("info.success").Bool() {
		t.Errorf("the end: %s", got.Raw)
	}
	if status, got := a.do("POST", "/step", says("stop")); status != http.StatusConflict {
		t.Errorf("after the end: %d %s", status, got.Raw)
	}
	status, got = a.do("POST", "/close", "{}")
	if status != 200 || got.Raw != "{}" || host.Stats().Open != 0 {
		t.Errorf("close: %d %s", status, got.Raw)
	}
	if all := r.All(); len(all) != 1 || all[0].Turns != 5 || all[0].Client.Episode != "5/2" || all[0].TaskID != "3" {
		t.Errorf("recorded: %+v", all)
	}
}

// TestStepID sends steps again.
func TestStepID(t *testing.T) {
	_, h := newHandler(t, session.Options{}, world{toy.New()})
	a := &agent{h: h}
	a.do("POST", "/reset", start3)
	two := calls("id1", `act {"action":"right"}`, `act {"action":"right"}`)
	_, first := a.do("POST", "/step", two)
	if o := first.Get("info.tool_outputs.#.output").Raw; o != `["You are at place 1.","You are at place 2."]` || first.Get("observation").Type != gjson.Null {
		t.Errorf("two calls: %s", first.Raw)
	}
	for range 3 {
		if _, again := a.do("POST", "/step", two); again.Raw != first.Raw {
			t.Errorf("again: %s, before: %s", again.Raw, first.Raw)
		}
	}
	if status, got := a.do("POST", "/step", calls("id1", `act {"action":"left"}`)); status != http.StatusConflict {
		t.Errorf("another action: %d %s", status, got.Raw)
	}
	_, got := a.do("POST", "/step", calls("id2", `fly {}`, `act {"x":1}`, `say nothing`, `say {"word":"door"}`))
	outputs := got.Get("info.tool_outputs").Array()
	if len(outputs) != 4 || outputs[3].Get("call_id").Str != "c3" || outputs[3].Get("output").Str != "You are at place 2." {
		t.Fatalf("bad calls: %s", got.Raw)
	}
	for i, want := range []string{"no such tool", "needs the argument", "must be one JSON object"} {
		if o := outputs[i].Get("output").Str; !strings.Contains(o, want) {
			t.Errorf("call %d: %q", i, o)
		}
	}
	_, got = a.do("POST", "/step", calls("id3", `act {"action":"right"}`, `act {"action":"stop"}`, `act {"action":"left"}`))
	if got.Get("reward").Num != 1 || !got.Get("terminated").Bool() || got.Get("info.tool_outputs.2.output").Str != "The episode has ended." {
		t.Errorf("calls past the end: %s", got.Raw)
	}
}

// TestSimple plays an episode by tools.
func TestSimple(t *testing.T) {
	r := new(servetest.Recorder)
	host, h := newHandler(t, session.Options{Recorder: r}, world{toy.New()})
	a := &agent{h: h}
	if status, got := a.do("POST", "/seed_session", start3); status != 200 {
		t.Fatalf("%d %s", status, got.Raw)
	}
	for _, x := range []struct{ path, body, want string }{
		{"/act", `{"action":"right"}`, `{"output":"You are at place 1.","done":false}`},
		{"/fly", `{}`, `{"output":"You are at place 1.","done":false,"error":"there is no tool \"fly\""}`},
		{"/act", `{"action":"right"}`, `{"output":"You are at place 2.","done":false}`},
		{"/act", `{"action":"right"}`, `{"output":"You are at place 3.","done":false}`},
		{"/act", `{"action":"stop"}`, `{"output":"You are at place 3.","done":true}`},
		{"/act", `{"action":"stop"}`, `{"detail":"episode ID has ended: reset to start another"}`},
	} {
		_, got := a.do("POST", x.path, x.body)
		raw := got.Raw
		if i := strings.Index(raw, "episode "); i > 0 && strings.Contains(x.want, "ID") {
			raw = raw[:i+8] + "ID" + raw[strings.Index(raw, " has"):]
		}
		if strings.Contains(x.want, `"error"`) {
			if !got.Get("error").Exists() || got.Get("output").Str != "You are at place 1." {
				t.Errorf("%s: %s", x.path, raw)
			}
			continue
		}
		if d := cmp.Diff(raw, x.want); d != "" {
			t.Errorf("%s (-got +want):\n%s", x.path, d)
		}
	}
	status, got := a.do("POST", "/verify", `{"responses_create_params":{"input":[]},"response":{"output":[]},"mine":[1]}`)
	if status != 200 || got.Get("reward").Num != 1 || !got.Get("success").Bool() || got.Get("mine.0").Int() != 1 || got.Get("turns").Int() != 5 {
		t.Errorf("verify: %d %s", status, got.Raw)
	}
	if n, all := host.Stats().Open, r.All(); n != 0 || len(all) != 1 {
		t.Errorf("%d sessions are left, %d recorded", n, len(all))
	}
	if _, got := a.do("GET", "/reverify_mode", ""); got.Str != "unsupported" {
		t.Errorf("reverify_mode: %s", got.Raw)
	}
}

// TestRefused sends what cannot be served.
func TestRefused(t *testing.T) {
	_, h := newHandler(t, session.Options{MaxEpisodes: 1}, world{toy.New()})
	for _, x := range []struct {
		path, body string
		status     int
	}{
		{"/reset", "", 422},
		{"/reset", "{", 422},
		{"/reset", "[]", 422},
		{"/reset", "{}", 422},
		{"/reset", `{"responses_create_params":{},"index":-1}`, 422},
		{"/reset", `{"responses_create_params":{},"task_id":5}`, 422},
		{"/reset", `{"responses_create_params":{},"task_id":"none"}`, 404},
		{"/reset", `{"responses_create_params":{},"split":"none"}`, 404},
		{"/step", `{"response":{}}`, 422},
		{"/step", says("left"), 409},
		{"/act", `{"action":"left"}`, 409},
		{"/act", `{`, 422},
		{"/verify", `{"responses_create_params":{},"response":{}}`, 409},
		{"/close", "", 200},
		{"/aggregate_metrics", "{}", 422},
	} {
		a := &agent{h: h}
		if status, got := a.do("POST", x.path, x.body); status != x.status || status >= 400 && !got.Get("detail").Exists() {
			t.Errorf("%s %s: %d %s, want %d", x.path, x.body, status, got.Raw, x.status)
		}
	}
	a, b := &agent{h: h}, &agent{h: h}
	a.do("POST", "/reset", start3)
	if status, got := b.do("POST", "/reset", start3); status != http.StatusTooManyRequests {
		t.Errorf("a full server: %d %s", status, got.Raw)
	}
	if status, _ := a.do("POST", "/step", says("boom")); status != http.StatusConflict {
		t.Errorf("an episode that is lost: %d", status)
	}
	if status, _ := a.do("POST", "/verify", `{"responses_create_params":{},"response":{}}`); status != http.StatusConflict {
		t.Errorf("verify of an episode that is lost: %d", status)
	}
	if status, _ := a.do("POST", "/reset", start3); status != http.StatusOK {
		t.Errorf("a reset in the same session: %d", status)
	}
}

// TestRows makes a data set.
func TestRows(t *testing.T) {
	host, h := newHandler(t, session.Options{}, world{toy.New()})
	a := &agent{h: h}
	_, got := a.do("GET", "/rows?split=all&from=3&limit=1", "")
	if want := `{"responses_create_params":{"input":[]},"task_id":"3"}`; got.Raw != want {
		t.Errorf("a row: %s", got.Raw)
	}
	_, got = a.do("GET", "/rows?split=all&from=3&limit=1&tools=1", "")
	if !strings.HasPrefix(got.Get("responses_create_params.input.0.content").Str, "Walk to place 3.") || got.Get("responses_create_params.tools.0.parameters.type").Str != "object" {
		t.Errorf("a row with tools: %s", got.Raw)
	}
	if status, _ := a.do("GET", "/rows?limit=x", ""); status != 422 {
		t.Errorf("a bad limit: %d", status)
	}
	if status, _ := a.do("GET", "/rows?split=none", ""); status != 404 {
		t.Errorf("a bad split: %d", status)
	}
	if _, got := a.do("GET", "/tools", ""); got.Get("#.name").Raw != `["say","act"]` && got.Get("#.name").Raw != `["act","say"]` {
		t.Errorf("tools: %s", got.Raw)
	}
	if n := host.Stats().Open; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// TestAfterlife forgets a session soon after its episode has ended.
func TestAfterlife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, h := newHandler(t, session.Options{}, world{toy.New()})
		defer host.Close()
		a := &agent{h: h}
		a.do("POST", "/reset", `{"responses_create_params":{},"task_id":"3","max_turns":1}`)
		time.Sleep(50 * time.Minute)
		if _, got := a.do("POST", "/step", says("left")); !got.Get("truncated").Bool() {
			t.Errorf("the end: %s", got.Raw)
		}
		time.Sleep(3 * time.Minute)
		if n := host.Stats().Open; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		if status, _ := a.do("POST", "/step", says("left")); status != http.StatusGone {
			t.Errorf("after the end: %d", status)
		}
	})
}

// FuzzBody sends any body. The answers are JSON, and the fault never the server's.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		"", "{", "[]", start3, says("right"), calls("x", `act {"action":"left"}`, "say", "act [1]"), `{"response":{"output":[1,{"type":"message","content":[{"type":"output_text","text":{}}]}]}}`,
		`{"verify_responses":[{"_ng_task_index":1,"reward":1e308},{"_ng_task_index":1,"reward":1e308,"x":true}]}`, `{"responses_create_params":{},"seed":18446744073709551615}`,
		`{"verify_responses":[1,null,{"response":{"usage":{"a":2}}}]}`, `{"response":{"output":[{"type":"function_call","arguments":"\ud800"}]}}`,
	} {
		f.Add(body)
	}
	_, h := newHandler(f, session.Options{}, world{toy.New()})
	f.Fuzz(func(t *testing.T, body string) {
		a := &agent{h: h}
		a.do("POST", "/reset", start3)
		mine := a.cookies
		for _, path := range []string{"/step", "/act", "/aggregate_metrics", "/reset", "/seed_session", "/verify", "/close"} {
			a.cookies = mine
			status, got := a.do("POST", path, body)
			if !json.Valid([]byte(got.Raw)) || status >= 500 {
				t.Errorf("%s %q: %d %s", path, body, status, got.Raw)
			}
		}
		a.cookies = mine
		a.do("POST", "/close", "{}")
	})
}
