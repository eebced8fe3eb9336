package world

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// Places, values of Observation.Place.
const (
	placeUser = "user" // the user said something
	placeTool = "tool" // tools answered
	placeOver = "over" // there is nothing more to say
)

// Observation implements [envs.Episode]. StateKey and Anchor are equal: both
// name the state, how many of the user's messages there were, and, where the
// judge looks at them, the calls.
func (e *Episode[T]) Observation() envs.Observation {
	if !e.hasSeen {
		e.seen, e.hasSeen = e.look(), true
	}
	return e.seen
}

func (e *Episode[T]) look() envs.Observation {
	name := e.name()
	o := envs.Observation{Messages: slices.Clip(e.messages), Place: placeOver, Anchor: name, StateKey: name}
	if n := len(e.messages); n > 0 {
		o.Place = placeUser
		if e.messages[n-1].Role == "tool" {
			o.Place, o.Body = placeTool, o.Text()
		}
	}
	if c := e.env.config.Candidates; c != nil && !e.over && e.lost == nil {
		o.Admissible = slices.Clip(c(e.state, e.ask()))
	}
	return o
}

// ask returns the user's latest message.
func (e *Episode[T]) ask() string {
	if e.turn == 0 {
		return e.task.Goal
	}
	return e.task.Turns[e.turn-1]
}

// name is a hash of what the future depends on.
func (e *Episode[T]) name() string {
	b := make([]byte, 0, len(e.key)+32)
	b = fmt.Appendf(b, "%d %v %x ", e.turn, e.over, e.past)
	sum := xxh3.Hash128(append(b, e.key...)).Bytes()
	return hex.EncodeToString(sum[:])
}
