package agentgym

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
)

// world is the toy under the name of another environment. Its episodes are lost
// to the action "boom", and count what they do.
type world struct {
	*toy.Env
	name string
}

func (w world) Spec() envs.Spec {
	s := w.Env.Spec()
	s.Name = w.name
	return s
}

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

// newHandler serves environments; the Host is closed at the end of the test.
func newHandler(t testing.TB, o session.Options, c serve.Config, worlds ...envs.Env) (*session.Host, http.Handler) {
	t.Helper()
	h := servetest.Host(t, o, worlds...)
	s, err := serve.New(h, c, New())
	if err != nil {
		t.Fatal(err)
	}
	return h, s.Handler()
}

// do sends a request and returns the status and body of the answer.
func do(h http.Handler, method, path, body string, header ...string) (int, string) {
	w := send(h, method, path, body, header...)
	return w.Code, w.Body.String()
}

func send(h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// exchange is a request and its answer, each as one line: "POST /step {...}",
// "200 {...}".
type exchange struct{ request, answer string }

// sessionID is what a session is called.
var sessionID = regexp.MustCompile(`[0-9a-z]{8}-[0-9a-z]+-[0-9a-z]{10}`)

func talk(t *testing.T, h http.Handler, base string, all []exchange) {
	t.Helper()
	for _, x := range all {
		method, rest, _ := strings.Cut(x.request, " ")
		path, body, _ := strings.Cut(rest, " ")
		w := send(h, method, base+path, body)
		got := sessionID.ReplaceAllString(w.Body.String(), "ID")
		if d := cmp.Diff(http.StatusText(w.Code)+" "+got, x.answer); d != "" {
			t.Errorf("%s (-got +want):\n%s", x.request, d)
		}
	}
}

// TestAlfworldDialect follows one environment through its life.
func TestAlfworldDialect(t *testing.T) {
	_, h := newHandler(t, session.Options{}, serve.Config{}, world{toy.New(), "alfworld"})
	const actions = `"available_actions":["left","right","stop"]`
	talk(t, h, "/agentgym/alfworld", []exchange{
		{"GET /", `OK "This is environment AlfWorld."`},
		{"GET ", `OK "This is environment AlfWorld."`},
		{"POST /create", `OK {"id":0}`},
		{"GET /observation?id=0", `OK {"error":"session ID was not reset yet"}`},
		{`POST /step {"id":0,"action":"left"}`, `OK {"error":"session ID was not reset yet: reset it before the first step"}`},
		{`POST /reset {"id":0,"game":3,"world_type":"Real"}`, `OK {"error":"world_type must be one of \"Text\", \"Embody\" and \"Hybrid\""}`},
		{`POST /reset {"id":0,"game":30,"world_type":"Text"}`, `OK {"error":"alfworld: index 30 of split \"all\", which has 8 tasks"}`},
		{`POST /reset {"id":0,"game":3,"world_type":"Text"}`, `OK {"id":0,"observation":"Walk to place 3. You are at place 0.",` + actions + `,"task_type":"3"}`},
		{"GET /observation?id=0", `OK "Walk to place 3. You are at place 0."`},
		{"GET /available_actions?id=0", `OK ["left","right","stop"]`},
		{`POST /step {"id":0,"action":"right"}`, `OK {"observation":"You are at place 1.","reward":0.0,` + actions + `,"done":false}`},
		{"GET /detail?id=0", `OK {"world_type":"Text","game":3,"observation":"You are at place 1.",` + actions + `,"done":false,"reward":0.0,"deleted":false}`},
		{`POST /step {"id":0,"action":"right"}`, `OK {"observation":"You are at place 2.","reward":0.0,` + actions + `,"done":false}`},
		{`POST /step {"id":0,"action":"right"}`, `OK {"observation":"You are at place 3.","reward":0.0,` + actions + `,"done":false}`},
		{`POST /step {"id":0,"action":"stop"}`, `OK {"observation":"You are at place 3.","reward":1.0,"available_actions":[],"done":true}`},
		{`POST /step {"id":0,"action":"stop"}`, `OK {"error":"The task with environment 0 has finished."}`},
		{"GET /observation?id=0", `OK {"error":"The task with environment 0 has finished."}`},
		{`POST /reset {"id":0,"game":-1,"world_type":"Hybrid"}`, `OK {"id":0,"observation":"Walk to place 2. You are at place 0.",` + actions + `,"task_type":"7"}`},
		{`POST /reset {"id":0,"game":"3","world_type":"Text"}`, `OK {"id":0,"observation":"Walk to place 3. You are at place 0.",` + actions + `,"task_type":"3"}`},
		{`POST /step {"id":0,"action":"boom"}`, `OK {"error":"episode ID.3 is lost: kaboom"}`},
		{`POST /step {"id":0,"action":"left"}`, `OK {"error":"episode ID.3 was lost: kaboom"}`},
		{`POST /step {"id":1,"action":"left"}`, `OK {"error":"The id 1 is not valid."}`},
		{`POST /step {"id":-1,"action":"left"}`, `OK {"error":"The id -1 is not valid."}`},
		{"POST /create", `OK {"id":1}`},
		{"GET /list_envs", `OK [0,1]`},
		{`POST /close {"id":0}`, `OK {"closed":true}`},
		{`POST /close {"id":0}`, `OK {"closed":false}`},
		{`POST /step {"id":0,"action":"left"}`, `OK {"error":"The task with environment 0 has been deleted."}`},
		{"GET /list_envs", `OK [1]`},
		{"GET /nothing", "Not Found 404 page not found\n"},
	})
}

// TestShopResend repeats calls as the WebShop client does after a failure.
func TestShopResend(t *testing.T) {
	r := new(servetest.Recorder)
	_, h := newHandler(t, session.Options{Recorder: r}, serve.Config{}, world{toy.New(), "webshop"})
	talk(t, h, "/agentgym/webshop", []exchange{
		{"POST /create", "OK 0"},
		{`POST /reset {"env_idx":0,"session_id":3}`, `OK ["Walk to place 3. You are at place 0.",null]`},
		{`POST /step {"env_idx":0,"action":"right"}`, `OK {"state":"You are at place 1.","reward":0.0,"done":false,"info":null}`},
		{`POST /step {"env_idx":0,"action":"right"}`, `OK {"state":"You are at place 2.","reward":0.0,"done":false,"info":null}`},
		{`POST /step {"env_idx":0,"action":"right"}`, `OK {"state":"You are at place 3.","reward":0.0,"done":false,"info":null}`},
		{`POST /step {"env_idx":0,"action":"stop"}`, `OK {"state":"You are at place 3.","reward":1.0,"done":true,"info":null}`},
	})
	for range 5 {
		status, body := do(h, "POST", "/agentgym/webshop/step", `{"env_idx":0,"action":"stop"}`)
		if status != http.StatusConflict || !strings.HasPrefix(body, `{"detail":"episode `) {
			t.Errorf("a step after the end: %d %s", status, body)
		}
	}
	if all := r.All(); len(all) != 1 || all[0].Turns != 4 || all[0].Return != 1 {
		t.Errorf("recorded: %+v", all)
	}
	do(h, "POST", "/agentgym/webshop/reset", `{"env_idx":0,"session_id":3}`)
	for i := range 5 {
		if status, body := do(h, "POST", "/agentgym/webshop/step", `{"env_idx":0,"action":"boom"}`); status != http.StatusConflict {
			t.Errorf("%d: an episode that is lost: %d %s", i, status, body)
		}
	}
}

// TestBusy asks a server that is full: nothing is done, and the client is told
// to wait.
func TestBusy(t *testing.T) {
	for _, env := range []string{"webshop", "alfworld"} {
		host, h := newHandler(t, session.Options{MaxEpisodes: 1}, serve.Config{}, world{toy.New(), env})
		do(h, "POST", "/agentgym/"+env+"/create", "")
		w := send(h, "POST", "/agentgym/"+env+"/create", "")
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Body.String() != `{"detail":"the server is full"}` {
			t.Errorf("%s: %d %v %s", env, w.Code, w.Header(), w.Body)
		}
		if n := host.Stats().Open; n != 1 {
			t.Errorf("%d sessions are open", n)
		}
	}
}

// TestOwners keeps environments apart: by token, by environment, by protocol.
func TestOwners(t *testing.T) {
	tokens, err := serve.ReadTokens(strings.NewReader("ann 0123456789abcdef\nbob 123456789abcdef0"))
	if err != nil {
		t.Fatal(err)
	}
	host, h := newHandler(t, session.Options{}, serve.Config{Tokens: tokens}, world{toy.New(), "webshop"}, world{toy.New(), "alfworld"})
	ann, bob := []string{"X-API-Key", "0123456789abcdef"}, []string{"Authorization", "Bearer 123456789abcdef0"}
	if status, _ := do(h, "POST", "/agentgym/webshop/create", ""); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	if status, body := do(h, "POST", "/agentgym/webshop/create", "", ann...); status != http.StatusOK || body != "0" {
		t.Fatalf("%d %s", status, body)
	}
	if _, err := host.Create(t.Context(), session.Request{Env: "webshop", Owner: "ann", Protocol: "v1", Start: &session.Start{}}); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		path   string
		header []string
	}{
		"another owner":       {"/agentgym/webshop/observation?env_idx=0", bob},
		"another protocol":    {"/agentgym/webshop/observation?env_idx=1", ann},
		"another environment": {"/agentgym/alfworld/observation?id=0", ann},
	} {
		_, body := do(h, "GET", x.path, "", x.header...)
		if !strings.Contains(body, "is no") && !strings.Contains(body, "is not valid") {
			t.Errorf("%s: %s", name, body)
		}
	}
	if _, body := do(h, "GET", "/agentgym/webshop/list_envs", "", bob...); body != "[]" {
		t.Errorf("bob's list: %s", body)
	}
}

// TestLease forgets environments that nobody closes, and leaves no goroutine.
func TestLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, h := newHandler(t, session.Options{}, serve.Config{}, world{toy.New(), "alfworld"})
		do(h, "POST", "/agentgym/alfworld/create", "")
		time.Sleep(50 * time.Minute)
		if _, body := do(h, "POST", "/agentgym/alfworld/reset", `{"id":0,"game":1,"world_type":"Text"}`); !strings.Contains(body, `"observation"`) {
			t.Errorf("within the lease: %s", body)
		}
		time.Sleep(2 * time.Hour)
		if _, body := do(h, "GET", "/agentgym/alfworld/observation?id=0", ""); body != `{"error":"The task with environment 0 has been deleted."}` {
			t.Errorf("after the lease: %s", body)
		}
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
}
