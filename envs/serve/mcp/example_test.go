package mcp_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/mcp"
	"stepgym/envs/serve/openenv"
	"stepgym/envs/serve/session"
)

// Example serves the toy and calls a tool with the official client.
func Example() {
	ctx := context.Background()
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		panic(err)
	}
	defer host.Close()
	s, err := serve.New(host, serve.Config{}, openenv.New(openenv.Options{MCP: mcp.Handler}))
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	client, err := sdk.NewClient(&sdk.Implementation{Name: "example"}, nil).Connect(ctx,
		&sdk.StreamableClientTransport{Endpoint: server.URL + "/envs/toy/mcp?task_id=3"}, nil)
	if err != nil {
		panic(err)
	}
	defer client.Close()
	fmt.Println(client.InitializeResult().Instructions)
	res, err := client.CallTool(ctx, &sdk.CallToolParams{Name: "act", Arguments: map[string]any{"action": "right"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(res.StructuredContent.(map[string]any)["text"])
	// Output:
	// Walk to place 3. You are at place 0.
	// You are at place 1.
}
