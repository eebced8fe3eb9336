package credit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Transforms are transforms in the order in which they are applied, see
// [Prepare]. As JSON they are a list of objects, a transform's name beside its
// parameters:
//
//	[{"name": "penalty", "coef": 0.1, "propagate": true}, {"name": "otc", "c": 2}]
//
// Parameters that are left out have the values that [DescribeTransforms] lists.
// Unknown names, unknown keys and bad
// values are errors. The JSON that it is written as has all parameters.
type Transforms []Transform

// TransformDescription says what a transform does.
type TransformDescription struct {
	Name     string    `json:"name"`
	About    string    `json:"about"`
	Defaults Transform `json:"defaults"` // what parameters are where none are given; they need not be valid

	read func(json.RawMessage) (Transform, error) // parameters over the defaults
}

func change[T Transform](base T, about string) TransformDescription {
	return TransformDescription{base.Name(), about, base, func(raw json.RawMessage) (Transform, error) {
		t := base
		if err := overlay(&t, raw); err != nil {
			return nil, fmt.Errorf("credit: parameters of %s: %w", base.Name(), err)
		}
		return t, t.Validate()
	}}
}

// DescribeTransforms lists all transforms.
func DescribeTransforms() []TransformDescription {
	return []TransformDescription{
		change(DefaultPenalty(), "a refused action costs coef: its own step, or with propagate the reward"),
		change(DefaultOTC(), "scores times alpha, and less for more tool calls: c smooths; grouped holds them against the fewest of a success"),
		change(Gates{}, "a reward in stages, each a reward part with name, weight and pass: it counts if those before it passed"),
		change(DefaultGDPO(), "several reward parts, each normalised within the group, then added by weights"),
		change(DefaultOverlong(), "takes up to factor from rollouts whose length comes within cache of max; unit is tokens or steps"),
		change(DefaultShortBest(), "gives up to weight/2 to shorter rollouts that succeed, takes up to that from longer ones"),
	}
}

// ParseTransforms reads a list of transforms. Nothing, and null, is none.
func ParseTransforms(raw json.RawMessage) (Transforms, error) {
	var ts Transforms
	if len(bytes.TrimSpace(raw)) == 0 {
		return ts, nil
	}
	if err := json.Unmarshal(raw, &ts); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("credit: transforms: not JSON at byte %d: %w", syntax.Offset, err)
		}
		return nil, err
	}
	return ts, nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (ts *Transforms) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return errors.New(`credit: transforms: want a JSON list such as [{"name": "penalty"}]`)
	}
	out := make(Transforms, 0, len(list))
	for k, text := range list {
		t, err := parseTransform(text)
		if err != nil {
			return fmt.Errorf("transform %d: %w", k, err)
		}
		out = append(out, t)
	}
	if *ts = out; len(out) == 0 {
		*ts = nil
	}
	return nil
}

// Parts lists the reward parts that the transforms ask for, each once.
func (ts Transforms) Parts() []string {
	var names []string
	for _, t := range ts {
		switch t := t.(type) {
		case Gates:
			for _, gate := range t.Stages {
				names = append(names, gate.Name)
			}
		case GDPO:
			names = append(names, t.Rewards...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// parseTransform reads one object of the list.
func parseTransform(text json.RawMessage) (Transform, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil || object == nil {
		return nil, errors.New(`credit: want an object with a name and parameters, such as {"name": "penalty", "coef": 0.1}`)
	}
	var name string
	if err := json.Unmarshal(object["name"], &name); err != nil {
		return nil, fmt.Errorf("credit: it has no name, want one of %s", transformNames())
	}
	delete(object, "name")
	rest, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("credit: parameters of %s: %w", name, err)
	}
	for _, row := range DescribeTransforms() {
		if row.Name == name {
			return row.read(rest)
		}
	}
	return nil, fmt.Errorf("credit: unknown transform %q, want one of %s", name, transformNames())
}

func transformNames() string {
	var names []string
	for _, t := range DescribeTransforms() {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// MarshalJSON implements [json.Marshaler].
func (ts Transforms) MarshalJSON() ([]byte, error) {
	list := make([]json.RawMessage, len(ts))
	for k, t := range ts {
		params, err := json.Marshal(t)
		if err != nil {
			return nil, fmt.Errorf("credit: transform %s: %w", t.Name(), err)
		}
		list[k] = fmt.Appendf(nil, `{"name":%q`, t.Name())
		if inner := bytes.TrimPrefix(params, []byte("{")); !bytes.Equal(inner, []byte("}")) {
			list[k] = append(append(list[k], ','), inner...)
		} else {
			list[k] = append(list[k], '}')
		}
	}
	return json.Marshal(list)
}
