package openenv_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/coder/websocket"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/openenv"
	"stepgym/envs/serve/session"
)

// A server that speaks OpenEnv, and one message to it.
func Example() {
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	server, err := serve.New(host, serve.Config{}, openenv.New(openenv.Options{}))
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(server.Handler())
	defer srv.Close()
	ctx := context.Background()
	conn, _, err := websocket.Dial(ctx, strings.Replace(srv.URL, "http", "ws", 1)+"/envs/toy/ws", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.CloseNow()
	err = conn.Write(ctx, websocket.MessageText, []byte(`{"type":"step","data":{"acton":"left"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, answer, err := conn.Read(ctx)
	fmt.Println(string(answer), err)
	// Output:
	// {"type":"error","data":{"message":"Invalid message","code":"VALIDATION_ERROR","errors":[{"type":"missing","loc":["action"],"msg":"Field required","input":{"acton":"left"}},{"type":"extra_forbidden","loc":["acton"],"msg":"Extra inputs are not permitted","input":"left"}]}} <nil>
}
