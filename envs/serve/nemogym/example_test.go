package nemogym_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/nemogym"
	"stepgym/envs/serve/session"
)

// Example serves the toy and takes a step, as NeMo Gym's gymnasium_agent does.
func Example() {
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		panic(err)
	}
	defer host.Close()
	s, err := serve.New(host, serve.Config{}, nemogym.New())
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err)
	}
	client := &http.Client{Jar: jar}
	const row = `"responses_create_params": {"input": []}, "task_id": "3"`
	for _, call := range []struct{ path, body string }{
		{"/reset", `{` + row + `}`},
		{"/step", `{` + row + `, "response": {"output": [{"type": "message", "content": [{"type": "output_text", "text": "right"}]}]}}`},
		{"/close", `{}`},
	} {
		res, err := client.Post(server.URL+"/nemo/toy"+call.path, "application/json", strings.NewReader(call.body))
		if err != nil {
			panic(err)
		}
		var got struct{ Observation string }
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
			panic(err)
		}
		res.Body.Close()
		fmt.Println(res.StatusCode, got.Observation)
	}
	// Output:
	// 200 Walk to place 3. You are at place 0.
	// 200 You are at place 1.
	// 200
}
