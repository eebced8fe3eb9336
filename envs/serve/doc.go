// Package serve lets other people's trainers and agents use our environments
// over the wire: one Server, several protocols, one table of sessions.
//
//	client ──HTTP, WebSocket──▶ Server ──▶ a Protocol (openenv, ors, v1, ...) ──▶ session.Host ──▶ envs.Env
//	          token, limits, log, metrics      translation, nothing else               │
//	                                                                  traces.Run ◀──────┘
//
// A Protocol is mounted at its prefix: those of single environments at the root
// (the default environment) and at /envs/NAME, others at /agentgym/NAME,
// /nemo/NAME or /v1. It sees requests that are authenticated and bounded, takes
// the owner from [Owner], and answers with the helpers here or in its own form.
// See package session for what it has to translate.
//
// Besides the protocols there are /livez, /readyz and /metrics. The metrics are
// for this machine and for tokens made for them.
//
// The package does not know the protocols: the command wires them.
package serve
