package main

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"stepgym/agent"
	"stepgym/agent/remote/remotetest"
)

// testKey is the key that the endpoints of the scripts ask for.
const testKey = "sk-very-secret"

// endpoints are what the scripts talk to: by name, the URL in a variable.
type endpoints struct {
	tokens  *remotetest.Endpoint
	stalled chan struct{} // closed when STALL answers no more
	servers map[string]*httptest.Server
}

func newEndpoints(t *testing.T) *endpoints {
	e := &endpoints{
		tokens:  remotetest.New(remotetest.Options{Level: agent.LevelTokens, Key: testKey, Strict: true}),
		stalled: make(chan struct{}), servers: map[string]*httptest.Server{},
	}
	var once sync.Once
	for name, h := range map[string]http.Handler{
		"TOKENS": e.tokens,
		"TEXT":   remotetest.New(remotetest.Options{Strict: true}),
		"FLAKY": remotetest.New(remotetest.Options{Level: agent.LevelTokens, Spoil: func(call int, w http.ResponseWriter, _ *http.Request) bool {
			if call%40 != 39 {
				return false
			}
			http.Error(w, "out of order", http.StatusBadGateway)
			return true
		}}),
		"DEAD": remotetest.New(remotetest.Options{Level: agent.LevelTokens, Spoil: func(call int, w http.ResponseWriter, _ *http.Request) bool {
			if call > 0 {
				http.Error(w, "the model has left", http.StatusGone)
			}
			return call > 0
		}}),
		"GONE": http.NotFoundHandler(),
		"STALL": remotetest.New(remotetest.Options{Level: agent.LevelTokens, Spoil: func(call int, _ http.ResponseWriter, r *http.Request) bool {
			if call < 60 {
				return false
			}
			once.Do(func() { close(e.stalled) })
			<-r.Context().Done()
			return true
		}}),
	} {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		e.servers[name] = s
	}
	return e
}

// TestScriptsWithEndpoint runs scripts against endpoints of the chat protocol.
func TestScriptsWithEndpoint(t *testing.T) {
	e := newEndpoints(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script-endpoint", UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("OPENAI_API_KEY", testKey)
			for name, s := range e.servers {
				env.Setenv(name, s.URL)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// posted N: so many outcomes were posted, each to a path of its own.
			"posted": func(ts *testscript.TestScript, _ bool, args []string) {
				paths := map[string]bool{}
				for _, c := range e.tokens.Posted() {
					paths[c.Path] = true
				}
				if want, err := strconv.Atoi(args[0]); err != nil || len(paths) != want {
					ts.Fatalf("outcomes of %d episodes were posted, want %s", len(paths), args[0])
				}
			},
			// stalled: wait until the endpoint STALL answers no more.
			"stalled": func(*testscript.TestScript, bool, []string) { <-e.stalled },
		},
	})
}
