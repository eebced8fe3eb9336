// Package v1 speaks the native protocol: what trainers want of an environment
// server, at /v1. /v1/openapi.json describes it in full.
//
//	POST /v1/groups                     n equal starts, all or none
//	POST /v1/step                       one step in each of many episodes, errors item by item
//	POST /v1/episodes                   one episode, or one that goes on from a snapshot
//	POST /v1/episodes/{id}/fork         copies of an episode, as it is or as it was
//	GET  /v1/episodes/{id}/trajectory   the record, in several formats
//	POST /v1/credit                     advantages of rollouts that the client sends
//	POST /v1/groups/{id}/credit         advantages of rollouts that the server has
//
// An episode_id names a place on the server where one episode after another can
// be played, a session of package session; a trajectory_id names one of them.
//
// Every call with something in it that the protocol does not know is refused, so
// that a misspelt key does not start the wrong task. Errors are
//
//	{"error": {"code": "...", "message": "...", "retryable": false}}
//
// with the words of session.Code, and the HTTP status of serve.Status; those of a
// step stand in its item. Steps with a step_id are taken once, however often they
// are sent; groups and episodes with an idempotency_key are made once.
package v1
