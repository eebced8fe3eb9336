package main

import (
	"stepgym/envs/serve"
	"stepgym/envs/serve/openenv"
	"stepgym/envs/serve/v1"
)

// servedProtocols are the protocols that "gym serve" speaks, in the order in
// which they are explained.
func servedProtocols() []serve.Protocol {
	return []serve.Protocol{
		openenv.New(openenv.Options{}),
		v1.New(),
	}
}
