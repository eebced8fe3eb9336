package agentgym_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/agentgym"
	"stepgym/envs/serve/session"
)

// Example serves the toy and takes a step, as AgentGym's client does.
func Example() {
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		panic(err)
	}
	defer host.Close()
	s, err := serve.New(host, serve.Config{}, agentgym.New())
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	for _, call := range []struct{ path, body string }{
		{"/create", ""},
		{"/reset", `{"id": 0, "game": 3, "world_type": "Text"}`},
		{"/step", `{"id": 0, "action": "right"}`},
		{"/close", `{"id": 0}`},
	} {
		res, err := http.Post(server.URL+"/agentgym/toy"+call.path, "application/json", strings.NewReader(call.body))
		if err != nil {
			panic(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			panic(err)
		}
		res.Body.Close()
		fmt.Printf("%s\n", body)
	}
	// Output:
	// {"id":0}
	// {"id":0,"observation":"Walk to place 3. You are at place 0.","available_actions":["left","right","stop"],"task_type":"3"}
	// {"observation":"You are at place 1.","reward":0.0,"available_actions":["left","right","stop"],"done":false}
	// {"closed":true}
}
