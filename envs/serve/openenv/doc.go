// Package openenv speaks the protocol of OpenEnv 0.10, so that its clients, and
// the trainers that use them, play our environments:
//
//	GET  /ws                          a socket is a session: reset, step, state, close, mcp
//	GET  /health /metadata /schema    what there is; /openapi.json says it in one document
//	GET  /state, POST /reset /step    without a session: each call has an episode of its own
//	POST /mcp                         JSON-RPC: sessions that outlive a socket, and tools
//
// An action is an object with one required field, "action", a string. An
// observation has "text", "available_actions", and what OpenEnv has no place
// for: "truncated" and "invalid". A truncated episode is done.
//
// Where the reference server loses work this one does not:
//
//   - A step before the first reset, or after the end, is an EXECUTION_ERROR that
//     changes nothing.
//   - A session whose socket goes away in the middle of an episode stays for the
//     grace time of the server. A socket with ?session_id=ID, or with the header
//     Idempotency-Key that the first one had, goes on with it; a socket that
//     still hangs on to the session is closed.
//   - A step whose action has metadata.step_id is taken once: sent again it gives
//     the stored answer, with metadata.replayed.
//   - No frame, however broken, ends a session.
//
// The task API (/list_environments and /{env}/...) is that of ORS and is served
// by package ors.
package openenv
