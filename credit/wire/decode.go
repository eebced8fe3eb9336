package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"stepgym/traces"
)

// groupJSON is a line, with the keys by which a batch is recognised.
type groupJSON struct {
	traces.Inputs
	Groups  json.RawMessage `json:"groups"`
	Batches json.RawMessage `json:"batches"`
}

// decodeGroup reads a group in the form of [traces.Inputs]. Keys that it does
// not know are left alone, for trainers keep more about their rollouts than
// credit asks for. Numbers that are null, and texts, are errors: a hole in a
// column must not count as 0.
func decodeGroup(text []byte) (*Group, error) {
	if in, ok := scanGroup(string(text)); ok && in.Trajectories != nil {
		return &Group{Inputs: in}, nil
	}
	return decodeSlowly(text)
}

// decodeSlowly is decodeGroup by encoding/json, which says what is wrong.
func decodeSlowly(text []byte) (*Group, error) {
	var g groupJSON
	if err := json.Unmarshal(text, &g); err != nil {
		return nil, explainJSON(text, err)
	}
	switch {
	case g.Trajectories != nil:
	case g.Batches != nil:
		return nil, errors.New("a file of several batches: give one of its batches, or one group a line")
	case g.Groups != nil:
		return nil, errors.New("a batch of groups where one group was expected: say that the file is one batch, or give one group a line")
	default:
		return nil, fmt.Errorf(`group %q: it has no "trajectories"`, g.ID)
	}
	if bytes.Contains(text, []byte("null")) {
		if p, ok := findNull(text); ok {
			return nil, fmt.Errorf("%s: null, want a value", p)
		}
	}
	return &Group{Inputs: g.Inputs}, nil
}

// explainJSON says where in text, which is a group, the error of
// json.Unmarshal lies.
func explainJSON(text []byte, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		p := walk(text, func(_ *path, _ json.Token, end int64) bool { return end >= wrong.Offset })
		if len(p.stack) == 0 {
			return fmt.Errorf("want a JSON object with id and trajectories, not: %s", wrong.Value)
		}
		article := "a"
		if strings.HasPrefix(wrong.Value, "array") || strings.HasPrefix(wrong.Value, "object") {
			article = "an"
		}
		return fmt.Errorf("%s: got %s %s, want %s", p, article, wrong.Value, wanted(p.column()))
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		p := walk(text, func(_ *path, _ json.Token, end int64) bool { return end >= syntax.Offset })
		if syntax.Offset >= int64(len(text)) {
			return fmt.Errorf("%s: it ends here, and the group does not: want a group on one line", p)
		}
		return fmt.Errorf("%s: not JSON at byte %d: %w", p, syntax.Offset, err)
	}
	return err
}

// wanted says what belongs into a column.
func wanted(column string) string {
	if strings.HasPrefix(column, "reward_parts ") {
		return "a number that float64 holds, or a list of such for a column"
	}
	switch column {
	case "reward_parts":
		return "an object of names, each with a list of numbers"
	case "rewards", "values", "logprobs", "entropy", "logratios", "bootstrap":
		return "a number that float64 holds"
	case "n_tokens":
		return "a whole number"
	case "invalid", "success":
		return "true or false"
	case "trajectories":
		return "a list of trajectories"
	}
	return "a text, or a list of texts for a column"
}

// findNull returns the place of the first null inside a column.
func findNull(text []byte) (*path, bool) {
	found := false
	p := walk(text, func(p *path, token json.Token, _ int64) bool {
		in := p.steps()
		found = token == nil && in != nil && in == p.top() && p.stack[0].key == "trajectories"
		return found
	})
	return p, found
}
