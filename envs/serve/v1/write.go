package v1

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
)

// appendSeen appends the fields of Seen that f has, each with a comma before it.
func appendSeen(b []byte, a *session.Answer, f fields) []byte {
	r := &a.Result
	if f&showObservation != 0 {
		b = appendObservation(append(b, `,"observation":`...), &a.Observation, f)
	}
	if f&showReward != 0 {
		b = jsontext.AppendNumber(append(b, `,"reward":`...), r.Reward)
	}
	if f&showTerminated != 0 {
		b = strconv.AppendBool(append(b, `,"terminated":`...), r.Terminated)
	}
	if f&showTruncated != 0 {
		b = strconv.AppendBool(append(b, `,"truncated":`...), r.Truncated)
	}
	if f&showInfo != 0 {
		b = appendInfo(append(b, `,"info":`...), a, f)
	}
	return b
}

// object makes of fields with commas before them, which begin at b[start], an
// object.
func object(b []byte, start int) []byte {
	if len(b) == start {
		return append(b, "{}"...)
	}
	b[start] = '{'
	return append(b, '}')
}

func appendInfo(b []byte, a *session.Answer, f fields) []byte {
	start, r := len(b), &a.Result
	if f&showStep != 0 {
		b = strconv.AppendInt(append(b, `,"step":`...), int64(a.Step), 10)
	}
	if f&showTrajectory != 0 {
		b = jsontext.AppendString(append(b, `,"trajectory_id":`...), a.Episode)
	}
	if f&showInvalid != 0 {
		b = strconv.AppendBool(append(b, `,"invalid":`...), r.Invalid)
	}
	if f&showSuccess != 0 {
		b = strconv.AppendBool(append(b, `,"success":`...), r.Success)
	}
	if f&showMetrics != 0 && len(r.Metrics) > 0 {
		b = appendMetrics(append(b, `,"metrics":`...), r.Metrics)
	}
	return object(b, start)
}

func appendMetrics(b []byte, m map[string]float64) []byte {
	start := len(b)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		b = jsontext.AppendString(append(b, ','), name)
		b = jsontext.AppendNumber(append(b, ':'), m[name])
	}
	return object(b, start)
}

func appendObservation(b []byte, o *envs.Observation, f fields) []byte {
	start := len(b)
	if f&showText != 0 {
		b = append(appendText(append(b, `,"text":"`...), o), '"')
	}
	if f&showActions != 0 {
		b = append(b, `,"actions":[`...)
		for i, c := range o.Admissible {
			if i > 0 {
				b = append(b, ',')
			}
			b = jsontext.AppendString(b, c.Action.String())
		}
		b = append(b, ']')
	}
	if f&showForms != 0 {
		b = append(b, `,"forms":[`...)
		for i := range o.Forms {
			if i > 0 {
				b = append(b, ',')
			}
			b = jsontext.AppendString(b, o.Forms[i].Template)
		}
		b = append(b, ']')
	}
	if f&(showObservation&^(showText|showActions|showForms)) != 0 {
		b = appendRest(b, o, f)
	}
	return object(b, start)
}

// appendRest appends the parts of an observation that are not wanted often.
func appendRest(b []byte, o *envs.Observation, f fields) []byte {
	if f&showMessages != 0 {
		b = appendJSON(append(b, `,"messages":`...), o.Messages)
	}
	if f&showChoices != 0 && o.Admissible != nil {
		b = appendJSON(append(b, `,"choices":`...), o.Admissible)
	}
	if f&showTools != 0 && o.Tools != nil {
		b = appendJSON(append(b, `,"tools":`...), o.Tools)
	}
	for _, p := range []struct {
		bit         fields
		name, value string
	}{
		{showPlace, `,"place":`, o.Place},
		{showFocus, `,"focus":`, o.Focus},
		{showBody, `,"body":`, o.Body},
		{showAnchor, `,"anchor":`, o.Anchor},
		{showStateKey, `,"state_key":`, o.StateKey},
	} {
		if f&p.bit != 0 {
			b = jsontext.AppendString(append(b, p.name...), p.value)
		}
	}
	return b
}

// appendText appends the text of an observation, as [envs.Observation.Text] has
// it, as it stands inside a JSON string.
func appendText(b []byte, o *envs.Observation) []byte {
	for i := range o.Messages {
		if i > 0 {
			b = append(b, `\n`...)
		}
		b = jsontext.AppendPart(b, o.Messages[i].Content)
	}
	return b
}

// appendJSON appends what package json makes of v, null if it cannot.
func appendJSON(b []byte, v any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return append(b, "null"...)
	}
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte{'\n'})...)
}

// appendEpisode appends an Episode.
func appendEpisode(b []byte, i *session.Info, a *session.Answer, f fields) []byte {
	b = jsontext.AppendString(append(b, `{"episode_id":`...), i.ID)
	if i.Group != "" {
		b = jsontext.AppendString(append(b, `,"group_id":`...), i.Group)
	}
	b = strconv.AppendInt(append(b, `,"index":`...), int64(i.Index), 10)
	b = jsontext.AppendString(append(b, `,"env":`...), i.Env)
	b = jsontext.AppendString(append(b, `,"task_id":`...), i.Task)
	b = jsontext.AppendString(append(b, `,"split":`...), i.Split)
	b = strconv.AppendUint(append(b, `,"seed":`...), i.Seed, 10)
	if i.Parent != "" {
		b = jsontext.AppendString(append(b, `,"parent_id":`...), i.Parent)
		b = strconv.AppendInt(append(b, `,"fork_step":`...), int64(i.ForkStep), 10)
	}
	return append(appendSeen(b, a, f), '}')
}

// appendFailed appends an item that has an error.
func appendFailed(b []byte, id string, err error) []byte {
	b = jsontext.AppendString(append(b, `{"episode_id":`...), id)
	b = appendJSON(append(b, `,"error":`...), serve.NewErrorBody(err))
	return append(b, '}')
}

// appendItem appends what came of a step, without the brace at its end.
func appendItem(b []byte, id string, a *session.Answer, f fields) []byte {
	start := len(b)
	if f&showID != 0 {
		b = jsontext.AppendString(append(b, `,"episode_id":`...), id)
	}
	b = appendSeen(b, a, f)
	if len(b) == start {
		return append(b, '{')
	}
	b[start] = '{'
	return b
}
