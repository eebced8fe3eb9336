package v1

import (
	"net/http"

	"stepgym/credit/wire"
	"stepgym/traces"
	"stepgym/traces/export"
)

// showQuery is Show in a query.
var showQuery = parameter{name: "observation", kind: "string", doc: "How much of observations to send; default actions.", enum: []string{"none", "text", "actions", "full"}}

// routes are the calls of the protocol: what is served and what openapi.json
// describes.
func routes() []route {
	const (
		get, post, del = http.MethodGet, http.MethodPost, http.MethodDelete
	)
	return []route{
		{method: post, path: "/groups", id: "createGroup", summary: "Make n episodes that start alike, all or none.", in: CreateGroup{}, out: Group{}, make: (*place).createGroup},
		{method: get, path: "/groups/{id}", id: "getGroup", summary: "How the episodes of a group stand.", out: GroupInfo{}, value: (*place).getGroup},
		{method: del, path: "/groups/{id}", id: "closeGroup", summary: "Close every episode of a group.", out: Closed{}, value: (*place).closeGroup},
		{method: post, path: "/groups/{id}/credit", id: "creditGroup", summary: "Advantages of the steps that the episodes of a group have taken so far.", in: Credit{}, out: wire.Response{}, value: (*place).creditGroup},
		{method: post, path: "/step", id: "step", summary: "Take a step in each of many episodes.", in: StepBatch{}, out: SteppedBatch{}, write: (*place).stepBatch},
		{method: post, path: "/episodes", id: "createEpisode", summary: "Make an episode, or one that goes on from a snapshot.", in: Create{}, out: Episode{}, make: (*place).create},
		{method: get, path: "/episodes", id: "listEpisodes", summary: "The open episodes.", query: []parameter{
			{name: "env", kind: "string", doc: "Of this environment."},
			{name: "group", kind: "string", doc: "Of this group."},
			{name: "protocol", kind: "string", doc: "Made by this protocol."},
			{name: "state", kind: "string", doc: "In this state.", enum: []string{"new", "running", "done"}},
			{name: "outcome", kind: "string", doc: "With this outcome.", enum: []string{"success", "failure", "truncated", "lost"}},
			{name: "after", kind: "integer", doc: "What the previous page gave as next."},
			{name: "limit", kind: "integer", doc: "At most so many; default 1,000."},
		}, out: EpisodeList{}, value: (*place).list},
		{method: get, path: "/episodes/{id}", id: "getEpisode", summary: "How an episode stands. Renews nothing.", out: EpisodeInfo{}, value: (*place).get},
		{method: del, path: "/episodes/{id}", id: "closeEpisode", summary: "Close an episode. One that has not ended is recorded as truncated.", out: Closed{}, value: (*place).close},
		{method: post, path: "/episodes/{id}/step", id: "stepEpisode", summary: "Take one step.", in: StepOne{}, out: Stepped{}, make: (*place).stepOne},
		{method: post, path: "/episodes/{id}/reset", id: "resetEpisode", summary: "Play another episode in the same place.", in: Reset{}, out: Episode{}, make: (*place).reset},
		{method: post, path: "/episodes/{id}/renew", id: "renewEpisode", summary: "Renew the lease, as every call does, or change its length.", in: Renew{}, out: Renewed{}, value: (*place).renew},
		{method: post, path: "/episodes/{id}/fork", id: "forkEpisode", summary: "Copy an episode as it is, or as it was after some of its steps.", in: Fork{}, out: Forked{}, make: (*place).fork},
		{method: post, path: "/episodes/{id}/snapshot", id: "snapshotEpisode", summary: "Keep the present state aside; POST /v1/episodes goes on from it.", out: Snapshot{}, value: (*place).snapshot},
		{method: get, path: "/episodes/{id}/observation", id: "observeEpisode", summary: "What the agent sees now.", query: []parameter{showQuery}, out: Episode{}, make: (*place).observe},
		{method: get, path: "/episodes/{id}/trajectory", id: "getTrajectory", summary: "The record so far, or that of an episode that was recorded, by its trajectory_id.", query: []parameter{
			{name: "format", kind: "string", doc: "Default native.", enum: formats()},
		}, out: traces.Trajectory{}, types: []string{"application/json", "application/x-ndjson"}, write: (*place).trajectory},
		{method: del, path: "/snapshots/{id}", id: "deleteSnapshot", summary: "Forget a snapshot.", out: Closed{}, value: (*place).deleteSnapshot},
		{method: post, path: "/credit", id: "credit", summary: "Advantages of groups of rollouts that the request holds.", in: wire.Request{}, out: wire.Response{}, value: (*place).credit},
		{method: get, path: "/envs", id: "listEnvs", summary: "The environments.", out: EnvList{}, value: (*place).envs},
		{method: get, path: "/envs/{env}", id: "getEnv", summary: "One environment.", out: Env{}, value: (*place).env},
		{method: get, path: "/envs/{env}/tasks", id: "listTasks", summary: "The tasks of a split, page by page.", query: []parameter{
			{name: "split", kind: "string", doc: "Default the environment's first."},
			{name: "offset", kind: "integer", doc: "Leave out so many."},
			{name: "limit", kind: "integer", doc: "At most so many; default 1,000."},
		}, out: TaskList{}, value: (*place).tasks},
	}
}

func formats() []string {
	var out []string
	for _, f := range export.Formats() {
		out = append(out, string(f))
	}
	return out
}
