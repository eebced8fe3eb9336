package openenv

import (
	"maps"
	"slices"
	"strconv"

	"stepgym/envs"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
	"stepgym/internal/python"
)

// appendObservation appends a frame with an observation. reset says that it is
// the answer to a reset, which has no reward. meta is a JSON object, or empty.
func appendObservation(b []byte, a *session.Answer, reset bool, meta []byte) []byte {
	b = append(b, `{"type":"observation","data":`...)
	b = appendResult(b, a, reset, meta)
	if len(meta) > 0 {
		b = append(append(b, `,"metadata":`...), meta...)
	}
	return append(b, "}}"...)
}

// appendResult appends what HTTP and sockets have in common, without the end:
// {"observation":{...},"reward":R,"done":D
func appendResult(b []byte, a *session.Answer, reset bool, meta []byte) []byte {
	o, r := &a.Observation, &a.Result
	b = append(b, `{"observation":{"metadata":`...)
	if len(meta) > 0 {
		b = append(b, meta...)
	} else {
		b = append(b, "{}"...)
	}
	b = appendText(append(b, `,"text":`...), o)
	b = appendActions(append(b, `,"available_actions":`...), o)
	b = strconv.AppendBool(append(b, `,"truncated":`...), r.Truncated)
	b = strconv.AppendBool(append(b, `,"invalid":`...), r.Invalid)
	b = append(b, `},"reward":`...)
	if reset {
		b = append(b, "null"...)
	} else {
		b = python.AppendRepr(b, r.Reward)
	}
	return strconv.AppendBool(append(b, `,"done":`...), r.Done())
}

// appendActions appends the texts of what may be done: actions, then forms with
// a slot such as "search[<query>]".
func appendActions(b []byte, o *envs.Observation) []byte {
	b = append(b, '[')
	for i, c := range o.Admissible {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(b, c.Action.String())
	}
	for i := range o.Forms {
		if i > 0 || len(o.Admissible) > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(b, o.Forms[i].Template)
	}
	return append(b, ']')
}

// appendEnd appends the metadata of a step: nothing for most; at the end of the
// episode whether it succeeded, and the parts of the reward.
func appendEnd(b []byte, a *session.Answer) []byte {
	r := &a.Result
	if !a.Replayed && !r.Done() {
		return b
	}
	b = append(b, '{')
	if a.Replayed {
		b = append(b, `"replayed":true`...)
	}
	if r.Done() {
		if a.Replayed {
			b = append(b, ',')
		}
		b = strconv.AppendBool(append(b, `"success":`...), r.Success)
		b = append(b, `,"metrics":{`...)
		for i, name := range slices.Sorted(maps.Keys(r.Metrics)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(jsontext.AppendString(b, name), ':')
			b = appendNumber(b, r.Metrics[name])
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendNumber appends a number, or null for one that JSON does not have.
func appendNumber(b []byte, x float64) []byte {
	if x-x != 0 { //nolint:gocritic // true for infinities and what is not a number
		return append(b, "null"...)
	}
	return python.AppendRepr(b, x)
}

// appendStart appends the metadata of a reset: how to come back to the session,
// and which episode it is. Without an id there is no session.
func appendStart(b []byte, i *session.Info, id string) []byte {
	b = append(b, '{')
	if id != "" {
		b = append(jsontext.AppendString(append(b, `"session_id":`...), id), ',')
	}
	b = jsontext.AppendString(append(b, `"task_id":`...), i.Task)
	b = jsontext.AppendString(append(b, `,"split":`...), i.Split)
	b = strconv.AppendUint(append(b, `,"seed":`...), i.Seed, 10)
	return append(b, '}')
}

// appendState appends the state of a session; that of no session for nil.
func appendState(b []byte, i *session.Info, episode string) []byte {
	b = append(b, `{"episode_id":`...)
	if i == nil || i.Episode == "" {
		b = append(b, `null,"step_count":0,"session_id":`...)
		if i == nil {
			b = append(b, "null"...)
		} else {
			b = jsontext.AppendString(b, i.ID)
		}
		return append(b, `,"task_id":null,"split":null,"seed":null,"total_reward":0.0,"done":false}`...)
	}
	if episode == "" {
		episode = i.Episode
	}
	b = jsontext.AppendString(b, episode)
	b = strconv.AppendInt(append(b, `,"step_count":`...), int64(i.Steps), 10)
	b = jsontext.AppendString(append(b, `,"session_id":`...), i.ID)
	b = jsontext.AppendString(append(b, `,"task_id":`...), i.Task)
	b = jsontext.AppendString(append(b, `,"split":`...), i.Split)
	b = strconv.AppendUint(append(b, `,"seed":`...), i.Seed, 10)
	b = appendNumber(append(b, `,"total_reward":`...), i.Return)
	return append(strconv.AppendBool(append(b, `,"done":`...), i.State == session.StateDone), '}')
}

// The codes of errors on a socket.
const (
	codeJSON       = "INVALID_JSON"
	codeType       = "UNKNOWN_TYPE"
	codeValidation = "VALIDATION_ERROR"
	codeExecution  = "EXECUTION_ERROR"
	codeCapacity   = "CAPACITY_REACHED"
	codeSession    = "SESSION_ERROR"
)

// appendRefusal appends a frame that says why a message is refused.
func appendRefusal(b []byte, r *refusal) []byte {
	b = jsontext.AppendString(append(b, `{"type":"error","data":{"message":`...), r.message)
	b = jsontext.AppendString(append(b, `,"code":`...), r.code)
	if r.code == codeValidation {
		b = appendFaults(append(b, `,"errors":`...), r.faults)
	}
	return append(b, "}}"...)
}

// appendError appends a frame that says why a call failed. The reason, which
// the reference server does not have, is one of the words of package session.
func appendError(b []byte, err error, code string) []byte {
	e := session.AsError(err)
	text := e.Message
	if code == codeCapacity {
		text = "Server at capacity: " + strconv.Itoa(e.Active) + "/" + strconv.Itoa(e.Max) + " sessions active. Cannot accept new connections."
	}
	b = jsontext.AppendString(append(b, `{"type":"error","data":{"message":`...), text)
	b = jsontext.AppendString(append(b, `,"code":`...), code)
	if code == codeCapacity {
		b = strconv.AppendInt(append(b, `,"active_sessions":`...), int64(e.Active), 10)
		b = strconv.AppendInt(append(b, `,"max_sessions":`...), int64(e.Max), 10)
	}
	b = jsontext.AppendString(append(b, `,"reason":`...), string(e.Code))
	return append(strconv.AppendBool(append(b, `,"retryable":`...), e.Retryable()), "}}"...)
}
