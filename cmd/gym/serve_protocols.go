package main

import (
	"stepgym/envs/serve"
	"stepgym/envs/serve/agentgym"
	"stepgym/envs/serve/mcp"
	"stepgym/envs/serve/nemogym"
	"stepgym/envs/serve/openenv"
	"stepgym/envs/serve/ors"
	"stepgym/envs/serve/v1"
)

// servedProtocols are the protocols that "gym serve" speaks, in the order in
// which they are explained.
func servedProtocols() []serve.Protocol {
	return []serve.Protocol{
		openenv.New(openenv.Options{MCP: mcp.Handler}),
		mcp.New(),
		ors.New(),
		v1.New(),
		agentgym.New(),
		nemogym.New(),
	}
}
