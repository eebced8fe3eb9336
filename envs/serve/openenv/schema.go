package openenv

import (
	"stepgym/envs"
	"stepgym/envs/serve/internal/jsontext"
)

// The JSON Schemas of /schema. An action has one required field, so that a
// client which looks for one can give it a model's plain reply.
const (
	metadataSchema = `"metadata":{"additionalProperties":true,"description":"Additional metadata for the `

	actionSchema = `{"additionalProperties":false,"properties":{` +
		metadataSchema + `action; step_id names the step, so that it can be sent again","title":"Metadata","type":"object"},` +
		`"action":{"description":"The action as text: one of available_actions, or such a form filled in","title":"Action","type":"string"}},` +
		`"required":["action"],"title":"TextAction","type":"object"}`

	observationSchema = `{"additionalProperties":false,"properties":{` +
		`"done":{"default":false,"description":"Whether the episode has terminated","title":"Done","type":"boolean"},` +
		`"reward":{"anyOf":[{"type":"boolean"},{"type":"integer"},{"type":"number"},{"type":"null"}],"default":null,"description":"Reward signal from the last action","title":"Reward"},` +
		metadataSchema + `observation: of a reset session_id, task_id, split and seed; at the end success and metrics","title":"Metadata","type":"object"},` +
		`"text":{"default":"","description":"What the agent sees","title":"Text","type":"string"},` +
		`"available_actions":{"description":"Legal actions, then forms with a slot in angle brackets; if empty before the end any text may be tried","items":{"type":"string"},"title":"Available Actions","type":"array"},` +
		`"truncated":{"default":false,"description":"Whether a limit cut the episode short; then done is true too","title":"Truncated","type":"boolean"},` +
		`"invalid":{"default":false,"description":"Whether the environment refused the last action","title":"Invalid","type":"boolean"}},` +
		`"title":"TextObservation","type":"object"}`

	stateSchema = `{"additionalProperties":true,"properties":{` +
		`"episode_id":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"description":"Unique identifier for the current episode","title":"Episode Id"},` +
		`"step_count":{"default":0,"description":"Number of steps taken in the current episode","minimum":0,"title":"Step Count","type":"integer"},` +
		`"session_id":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"description":"What ?session_id= of a socket goes on with","title":"Session Id"},` +
		`"task_id":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Task Id"},` +
		`"split":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"title":"Split"},` +
		`"seed":{"anyOf":[{"type":"integer"},{"type":"null"}],"default":null,"title":"Seed"},` +
		`"total_reward":{"default":0.0,"description":"Sum of the rewards so far","title":"Total Reward","type":"number"},` +
		`"done":{"default":false,"title":"Done","type":"boolean"}},` +
		`"title":"TextState","type":"object"}`

	resetSchema = `{"additionalProperties":true,"properties":{` +
		`"seed":{"anyOf":[{"minimum":0,"type":"integer"},{"type":"null"}],"default":null,"description":"Random seed; without a task it picks one","title":"Seed"},` +
		`"episode_id":{"anyOf":[{"maxLength":255,"type":"string"},{"type":"null"}],"default":null,"description":"Custom episode identifier","title":"Episode Id"},` +
		`"task_id":{"anyOf":[{"type":"string"},{"type":"integer"},{"type":"null"}],"default":null,"description":"The task to play","title":"Task Id"},` +
		`"split":{"anyOf":[{"type":"string"},{"type":"null"}],"default":null,"description":"The split that index or seed pick from","title":"Split"},` +
		`"index":{"anyOf":[{"minimum":0,"type":"integer"},{"type":"null"}],"default":null,"description":"Place of the task in its split","title":"Index"}},` +
		`"title":"ResetRequest","type":"object"}`

	schemas = `{"action":` + actionSchema + `,"observation":` + observationSchema + `,"state":` + stateSchema +
		`,"reset_observation":` + observationSchema + `}`
)

// openAPI is the answer to /openapi.json: the routes that this package serves.
func openAPI(s *envs.Spec) string {
	const (
		result = `{"properties":{"observation":{"$ref":"#/components/schemas/Observation"},"reward":{"anyOf":[{"type":"number"},{"type":"null"}]},` +
			`"done":{"type":"boolean"},"metadata":{"anyOf":[{"type":"object"},{"type":"null"}]}},"required":["observation","done"],"type":"object"}`
		step  = `{"properties":{"action":{"$ref":"#/components/schemas/Action"}},"required":["action"],"type":"object"}`
		plain = `{"type":"object"}`
	)
	get := func(summary, schema string) string {
		return `{"get":{"summary":"` + summary + `","responses":{"200":{"description":"OK","content":{"application/json":{"schema":` + schema + `}}}}}}`
	}
	post := func(summary, in, out string) string {
		return `{"post":{"summary":"` + summary + `","requestBody":{"content":{"application/json":{"schema":` + in + `}}},` +
			`"responses":{"200":{"description":"OK","content":{"application/json":{"schema":` + out + `}}},"422":{"description":"Validation Error"}}}}`
	}
	b := jsontext.AppendString([]byte(`{"openapi":"3.1.0","info":{"title":`), s.Name+" by OpenEnv's protocol")
	b = append(jsontext.AppendString(append(b, `,"version":`...), version(s)), `},"paths":{`...)
	b = append(b, `"/health":`+get("Health", plain)+`,"/metadata":`+get("Metadata", plain)+`,"/schema":`+get("Schemas", plain)+
		`,"/state":`+get("State before a reset", `{"$ref":"#/components/schemas/State"}`)+
		`,"/reset":`+post("Look at the start of an episode", `{"$ref":"#/components/schemas/ResetRequest"}`, result)+
		`,"/step":`+post("Look at the first step of an episode", step, result)+
		`,"/mcp":`+post("JSON-RPC", plain, plain)+`}`...)
	b = append(b, `,"components":{"schemas":{"Action":`+actionSchema+`,"Observation":`+observationSchema+`,"State":`+stateSchema+`,"ResetRequest":`+resetSchema+`}}}`...)
	return string(b)
}
