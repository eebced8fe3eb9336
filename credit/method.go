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
	group groupStep
	batch batchStep // nil unless the method looks at the whole batch
}

// groupStep computes one value per row of a graph from that graph alone.
type groupStep func(*traces.Graph, *scratch) []float64

// batchStep completes what the group steps made of every graph of a batch, in
// place: adv[n] has one value per row of groups[n].
type batchStep func(groups []*traces.Graph, adv [][]float64) error

// Name returns the preset that the method was made from, such as "hgpo/paper".
func (m Method) Name() string { return m.name }

// Describe says which statistics the method uses.
func (m Method) Describe() Description { return m.about }

// Batchwise reports whether the method has statistics over a whole batch of
// groups, so that a group's credit depends on the groups beside it: hand all of
// them to [All] or [Assign] at once.
func (m Method) Batchwise() bool { return m.batch != nil }

// Advantages returns the credit of every step: out[i][t] belongs to step t of
// trajectory i of the group that g was made of, and out[i] is nil for a
// trajectory that g excludes. g is not modified; the slices are the caller's.
// To a batchwise method g is a batch of one group.
func (m Method) Advantages(g *traces.Graph) ([][]float64, error) {
	adv, err := m.values(g, new(scratch))
	if err != nil {
		return nil, err
	}
	if err := m.complete([]*traces.Graph{g}, [][]float64{adv}); err != nil {
		return nil, err
	}
	return g.Rows(adv), nil
}

// values runs the group step: one value per row.
func (m Method) values(g *traces.Graph, s *scratch) ([]float64, error) {
	if m.group == nil {
		return nil, errors.New("credit: empty Method; get one from Parse or New")
	}
	return m.group(g, s), nil
}

// complete runs the batch step, if there is one.
func (m Method) complete(groups []*traces.Graph, adv [][]float64) error {
	if m.batch == nil {
		return nil
	}
	return m.batch(groups, adv)
}

// Description tells what a method compares a step with, and how. Fields that
// do not apply are left out of the JSON.
type Description struct {
	Name     string `json:"name"`
	Formula  string `json:"formula"`
	Episode  *Stat  `json:"episode,omitempty"` // statistic over the group's trajectories
	Step     *Stat  `json:"step,omitempty"`    // statistic over equal steps
	Batch    *Stat  `json:"batch,omitempty"`   // statistic over all groups of the batch
	Grouping string `json:"grouping"`          // which steps are compared
	Params   any    `json:"params"`            // all parameters, resolved
}

// Stat is one statistic of a method.
type Stat struct {
	Mode      Mode      `json:"mode"`
	DDOF      *int      `json:"ddof,omitempty"` // of the standard deviation, where there is one
	Eps       float64   `json:"eps,omitempty"`
	Weighting Weighting `json:"weighting,omitempty"`
	Singleton Singleton `json:"singleton,omitempty"`    // what a set of one gives
	Constant  string    `json:"constant"`               // what counts as equal and so gives 0
	Offset    int       `json:"level_offset,omitempty"` // level k weighs (k + offset)^alpha
	Zeros     string    `json:"zero_levels,omitempty"`  // what becomes of a level that gives 0
}

// New returns the method or preset called name with params, a JSON object,
// laid over its defaults; empty or null params keep them. A method without a
// preset means its first one in [Presets]: "gigpo" is "gigpo/paper". The names
// that other programs use for some presets, such as "reinforce_pp_baseline",
// stand for them. Unknown names, unknown keys and bad values are errors; of the
// values all faults are reported at once.
func New(name string, params json.RawMessage) (Method, error) {
	full := name
	if to, ok := aliases[name]; ok {
		full = to
	}
	for _, p := range presets() {
		if method, _, _ := strings.Cut(p.name, "/"); p.name == full || method == full {
			return p.build(p.name, params)
		}
	}
	return Method{}, fmt.Errorf("credit: unknown method %q, want one of %s", name, strings.Join(Presets(), ", "))
}

// aliases are other names of presets.
var aliases = map[string]string{
	"grpo_std":              "grpo/paper",
	"grpo_nostd":            "grpo/dr",
	"dr-grpo":               "grpo/dr",
	"reinforce_pp_baseline": "reinforce++/paper",
	"reinforce_pp":          "reinforce++/paper",
	"gigpo_similarity":      "gigpo/similarity",
	"hgpo_paper":            "hgpo/paper",
	"hgpo_code":             "hgpo/verl-agent",
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

// row makes a preset of default parameters and the group step that takes them.
func row[P params](name string, defaults P, group func(*traces.Graph, P, *scratch) []float64) preset {
	return batchRow(name, defaults, group, nil)
}

// batchRow is row for a method that has a batch step besides.
func batchRow[P params](name string, defaults P, group func(*traces.Graph, P, *scratch) []float64,
	batch func([]*traces.Graph, [][]float64, P) error,
) preset {
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
		m := Method{name: name, about: about}
		m.group = func(g *traces.Graph, s *scratch) []float64 { return group(g, p, s) }
		if batch != nil {
			m.batch = func(groups []*traces.Graph, adv [][]float64) error { return batch(groups, adv, p) }
		}
		return m, nil
	}}
}

// alone runs a group step on one graph, for callers that need no Method.
func alone[P params](g *traces.Graph, p P, group func(*traces.Graph, P, *scratch) []float64) ([][]float64, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return g.Rows(group(g, p, new(scratch))), nil
}

// together runs both steps on a batch, for callers that need no Method.
func together[P params](groups []*traces.Graph, p P, group func(*traces.Graph, P, *scratch) []float64,
	batch func([]*traces.Graph, [][]float64, P) error,
) ([][][]float64, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	adv := make([][]float64, len(groups))
	for n, g := range groups {
		adv[n] = group(g, p, new(scratch))
	}
	if err := batch(groups, adv, p); err != nil {
		return nil, err
	}
	return cut(groups, adv), nil
}

// cut splits every column into the rows of its graph.
func cut(groups []*traces.Graph, adv [][]float64) [][][]float64 {
	out := make([][][]float64, len(groups))
	for n, g := range groups {
		out[n] = g.Rows(adv[n])
	}
	return out
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
