package credit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"stepgym/traces"
)

// Method is a way to assign credit with all its parameters set. Get one from
// [Parse] or [New]. It is immutable and safe for concurrent use.
type Method struct {
	name  string
	about Description
	apply func(*traces.Graph) ([][]float64, error)
}

// Name returns the preset that the method was made from, such as "hgpo/paper".
func (m Method) Name() string { return m.name }

// Describe says which statistics the method uses.
func (m Method) Describe() Description { return m.about }

// Advantages returns the credit of every step: out[i][t] belongs to step t of
// trajectory i of the group that g was made of, and out[i] is nil for a
// trajectory that g excludes. g is not modified; the slices are the caller's.
func (m Method) Advantages(g *traces.Graph) ([][]float64, error) {
	if m.apply == nil {
		return nil, errors.New("credit: empty Method; get one from Parse or New")
	}
	return m.apply(g)
}

// Description tells what a method compares a step with, and how. Fields that
// do not apply are left out of the JSON.
type Description struct {
	Name     string `json:"name"`
	Formula  string `json:"formula"`
	Episode  *Stat  `json:"episode,omitempty"` // statistic over the group's trajectories
	Step     *Stat  `json:"step,omitempty"`    // statistic over equal steps
	Grouping string `json:"grouping"`          // which steps are compared
	Params   any    `json:"params"`            // all parameters, resolved
}

// Stat is one statistic of a method.
type Stat struct {
	Mode      Mode      `json:"mode"`
	DDOF      *int      `json:"ddof,omitempty"` // of the standard deviation, where there is one
	Eps       float64   `json:"eps,omitempty"`
	Weighting Weighting `json:"weighting,omitempty"`
	Singleton Singleton `json:"singleton"`              // what a set of one gives
	Constant  string    `json:"constant"`               // what counts as equal and so gives 0
	Offset    int       `json:"level_offset,omitempty"` // level k weighs (k + offset)^alpha
	Zeros     string    `json:"zero_levels,omitempty"`  // what becomes of a level that gives 0
}

// New returns the method or preset called name with params, a JSON object,
// laid over its defaults; empty or null params keep them. "gigpo" means
// "gigpo/paper". Unknown names, unknown keys and bad values are errors; of the
// values all faults are reported at once.
func New(name string, params json.RawMessage) (Method, error) {
	full := name
	if !strings.Contains(name, "/") {
		full += "/paper"
	}
	for _, p := range presets() {
		if p.name == full {
			return p.build(p.name, params)
		}
	}
	return Method{}, fmt.Errorf("credit: unknown method %q, want one of %s", name, strings.Join(Presets(), ", "))
}

// Parse returns the method called name with its preset parameters.
func Parse(name string) (Method, error) { return New(name, nil) }

// Presets lists the names that [Parse] accepts, in a fixed order.
func Presets() []string {
	var names []string
	for _, p := range presets() {
		names = append(names, p.name)
	}
	return slices.Clip(names)
}

// preset is one row of the table of methods.
type preset struct {
	name  string
	build func(name string, params json.RawMessage) (Method, error)
}

// params is what the parameters of every method can do.
type params interface {
	Validate() error
	describe() Description
}

// row makes a preset of default parameters and the function that takes them.
func row[P params](name string, defaults P, fn func(*traces.Graph, P) ([][]float64, error)) preset {
	return preset{name, func(name string, raw json.RawMessage) (Method, error) {
		p := defaults
		if err := overlay(&p, raw); err != nil {
			return Method{}, fmt.Errorf("credit: parameters of %s: %w", name, err)
		}
		if err := p.Validate(); err != nil {
			return Method{}, err
		}
		about := p.describe()
		about.Name, about.Params = name, p
		return Method{name, about, func(g *traces.Graph) ([][]float64, error) { return fn(g, p) }}, nil
	}}
}

// overlay decodes raw over what p holds. Unknown keys are errors.
func overlay(p any, raw json.RawMessage) error {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil
	}
	if raw[0] != '{' {
		return errors.New("want a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something after the JSON object")
	}
	return nil
}
