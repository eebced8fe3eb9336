package main

import "stepgym/envs/serve"

// servedProtocols are the protocols that "gym serve" speaks, in the order in
// which they are explained.
func servedProtocols() []serve.Protocol {
	return nil
}
