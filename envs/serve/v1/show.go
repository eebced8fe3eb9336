package v1

import (
	"strings"

	"stepgym/envs/serve/session"
)

// fields are the parts of an answer that are sent.
type fields uint32

const (
	showText fields = 1 << iota
	showActions
	showForms
	showMessages
	showChoices
	showTools
	showPlace
	showFocus
	showBody
	showAnchor
	showStateKey
	showID
	showReward
	showTerminated
	showTruncated
	showStep
	showTrajectory
	showInvalid
	showSuccess
	showMetrics
)

const (
	showObservation = showID - 1 // every part of an observation
	showInfo        = showStep | showTrajectory | showInvalid | showSuccess | showMetrics
	showResult      = showID | showReward | showTerminated | showTruncated | showInfo
)

// fieldNames are the names of the fields, in the order of their bits.
var fieldNames = [...]string{
	"text", "actions", "forms", "messages", "choices", "tools", "place", "focus", "body", "anchor", "state_key",
	"episode_id", "reward", "terminated", "truncated", "step", "trajectory_id", "invalid", "success", "metrics",
}

// fields returns what s asks for.
func (s *Show) fields() (fields, error) {
	var observation fields
	switch s.Observation {
	case "", "actions":
		observation = showText | showActions | showForms
	case "none":
	case "text":
		observation = showText
	case "full":
		observation = showObservation
	default:
		return 0, invalid("observation is %q, want none, text, actions or full", s.Observation)
	}
	if s.Fields == nil {
		return showResult | observation, nil
	}
	var f fields
	for _, name := range s.Fields {
		bit := fieldBit(name)
		if bit == 0 {
			return 0, invalid("there is no field %q, want some of %s", name, strings.Join(fieldNames[:], ", "))
		}
		f |= bit
	}
	return f, nil
}

func fieldBit(name string) fields {
	for i, n := range fieldNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// invalid returns an error that asks the caller to change the request.
func invalid(format string, args ...any) *session.Error {
	return newError(session.CodeInvalid, format, args...)
}
