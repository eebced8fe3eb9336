package choice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stepgym/agent/internal/nn"
	"stepgym/agent/internal/onnx"
	"stepgym/internal/atomicfile"
)

// manifestName is the file that makes a folder a checkpoint. It is written
// last, and names the others.
const manifestName = "policy.json"

// formatVersion is raised when older checkpoints can no longer be read.
const formatVersion = 1

// A manifest is everything about a policy but its tensors.
type manifest struct {
	Format    int            `json:"format"`
	Policy    string         `json:"policy"`
	Version   int            `json:"version"` // updates behind the weights
	Weights   string         `json:"weights"` // safetensors files in the same folder
	Optimizer string         `json:"optimizer"`
	Reference string         `json:"reference,omitempty"`
	Shape     map[string]int `json:"shape"`
	Config    Config         `json:"config"`
	Kinds     []string       `json:"kinds"`
	Places    []string       `json:"places"`
	Classes   []string       `json:"classes,omitempty"`
	Families  int            `json:"families"`
	Words     []Word         `json:"words"`
}

// Save writes the policy into dir, which it makes if need be: policy.json and
// the safetensors files that it names. The files of an earlier Save stay whole
// until the new policy.json has taken the place of the old one.
func (p *Policy) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("choice: save: %w", err)
	}
	m := manifest{
		Format: formatVersion, Policy: p.Name(), Version: p.Version(),
		Weights: fmt.Sprintf("weights-%d.safetensors", p.Version()), Optimizer: fmt.Sprintf("optimizer-%d.safetensors", p.Version()),
		Shape: p.config.shape(), Config: p.config,
		Kinds: p.shared.kinds.names(), Places: p.shared.places.names(), Classes: p.shared.classes.names(),
		Families: p.vocab.families, Words: p.vocab.words,
	}
	m.Config.Library = ""
	err := errors.Join(p.weights.Save(filepath.Join(dir, m.Weights)), p.learner.opt.Save(filepath.Join(dir, m.Optimizer)))
	if err == nil && p.learner.ref != nil {
		m.Reference = fmt.Sprintf("reference-%d.safetensors", p.Version())
		err = p.learner.ref.Save(filepath.Join(dir, m.Reference))
	}
	if err != nil {
		return fmt.Errorf("choice: save: %w", err)
	}
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("choice: save: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(dir, manifestName), append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("choice: save: %w", err)
	}
	return m.sweep(dir)
}

// sweep removes the tensors of earlier saves.
func (m *manifest) sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("choice: save: %w", err)
	}
	for _, e := range entries {
		n := e.Name()
		ours := strings.HasPrefix(n, "weights-") || strings.HasPrefix(n, "optimizer-") || strings.HasPrefix(n, "reference-")
		if !ours || !strings.HasSuffix(n, ".safetensors") || n == m.Weights || n == m.Optimizer || n == m.Reference {
			continue
		}
		if err := os.Remove(filepath.Join(dir, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("choice: save: %w", err)
		}
	}
	return nil
}

// Load makes p the policy that Save wrote into dir: weights, optimizer state,
// words and version. p keeps its own configuration, of which the parts that
// weights depend on (heads, hidden, embed, conv, width, words, kinds, places,
// whether there is a value head, and things with their classes) must be the
// saved ones. After an error p may be mixed:
// close it.
func (p *Policy) Load(dir string) error {
	m, err := readManifest(dir)
	if err != nil {
		return err
	}
	if err := sameShape(p.config.shape(), m.Shape); err != nil {
		return fmt.Errorf("choice: load %s: %w", dir, err)
	}
	err = errors.Join(p.weights.Load(filepath.Join(dir, m.Weights)), p.learner.opt.Load(filepath.Join(dir, m.Optimizer)))
	if err == nil && m.Reference != "" {
		if err = p.Freeze(); err == nil {
			err = p.learner.ref.Load(filepath.Join(dir, m.Reference))
		}
	}
	if err != nil {
		return fmt.Errorf("choice: load %s: %w", dir, err)
	}
	p.shared.kinds.reset(m.Kinds)
	p.shared.places.reset(m.Places)
	p.shared.classes.reset(m.Classes)
	p.setVocab(newVocab(m.Words, m.Families, m.Config.MinFamilies, m.Config.Words))
	p.version.Store(int64(m.Version))
	return nil
}

// sameShape reports how a policy's shape differs from the saved one. A part that
// one of the two does not have is of size 0.
func sameShape(have, saved map[string]int) error {
	keys := map[string]int{}
	maps.Copy(keys, have)
	maps.Copy(keys, saved)
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if have[key] != saved[key] {
			errs = append(errs, fmt.Errorf("it was saved with %s %d and this policy has %d: configure it alike", key, saved[key], have[key]))
		}
	}
	return errors.Join(errs...)
}

// LoadConfig returns the configuration of the policy that Save wrote into dir,
// to make one that can load it.
func LoadConfig(dir string) (Config, error) {
	m, err := readManifest(dir)
	return m.Config, err
}

// readManifest reads and checks the manifest of a checkpoint.
func readManifest(dir string) (m manifest, err error) {
	path := filepath.Join(dir, manifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		return m, fmt.Errorf("choice: load: %w", err)
	}
	if m, err = parseManifest(b); err != nil {
		return m, fmt.Errorf("choice: load %s: %w", path, err)
	}
	return m, nil
}

// parseManifest decodes a manifest and reports what is wrong with it.
func parseManifest(b []byte) (m manifest, err error) {
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&m); err != nil {
		return m, fmt.Errorf("not a checkpoint's description: %w", err)
	}
	switch {
	case m.Policy != "choice":
		return m, fmt.Errorf("it is of a policy %q, not \"choice\"", m.Policy)
	case m.Format != formatVersion:
		return m, fmt.Errorf("format %d, this program reads %d", m.Format, formatVersion)
	case m.Version < 0 || m.Families < 0:
		return m, fmt.Errorf("version %d, families %d: both count", m.Version, m.Families)
	}
	for _, name := range []string{m.Weights, m.Optimizer, m.Reference} {
		if name != filepath.Base(name) && name != "" || strings.ContainsAny(name, `/\`) {
			return m, fmt.Errorf("the file name %q leads out of the folder", name)
		}
	}
	return m, m.Config.Validate()
}

// Export writes the scoring graph with the weights inside as an ONNX model for
// other runtimes. Inputs (G goals, U sets of goal tokens a goal, S situations,
// P chunks of 8 choices of one situation, Q chunks a situation; int64 unless
// said otherwise):
//
//	tokens       [G, 64]    numbers of the goal's words in the metadata, 0 for others
//	token_facts  [G, 64, 6] float32
//	sets         [G, U, 64] float32, 1 where the set has the token
//	state_sets   [S, 7]     into the G*U sets, as are rest_sets and choice_sets
//	rest_sets    [S, 3]
//	state_facts  [S, N]     float32: facts, then 1 at the place, then 1 at the kind of the last action
//	choice_sets  [P, 8, 4]
//	choice_facts [P, 8, M]  float32: facts, then 1 at the kind, then 1 at the rank; all 0 for none
//	owner        [P]        the situation of the chunk
//	chunks       [S, Q]     the chunks of each situation, P for none
//
// And with Config.Things:
//
//	thing_sets    [P, 8, 4] into the G*U sets, as are hand_sets
//	thing_facts   [P, 8, T] float32: facts, then 1 at the place of the first thing, of the second, at the kinds of its deeds
//	thing_classes [P, 8, 2] the classes of the things, 0 for none
//	hand_sets     [S, 3]
//	hand_facts    [S, R]    float32: facts, then 1 at the kind that set it, at its deeds, at all deeds
//	hand_classes  [S, 2]    the classes of what is at hand and in focus
//	goals         [S]       the goal of the situation
//	bags          [G, W]    float32: how often the goal has each word
//	thing_kin     [P, 8, 2] with Config.Kin: goal * (Classes+1) + thing_classes
//	hand_kin      [S, 2]    with Config.Kin: goal * (Classes+1) + hand_classes
//
// The output score [P, 8] is a logit: the softmax of the scores of one situation
// is the distribution over its choices. With a value head there is the output
// value [S]. The metadata list words, kinds, places and classes in the order of
// their numbers, from 1.
func (p *Policy) Export(path string) error {
	meta, err := p.metadata()
	if err != nil {
		return fmt.Errorf("choice: export: %w", err)
	}
	err = nn.Export(path, p.weights, func(b *nn.Build) {
		score, value := p.config.forward(p.config.declare(b.Graph), b.Weight)
		b.Output("score", score)
		if value != nil {
			b.Output("value", value)
		}
	}, meta...)
	if err != nil {
		return fmt.Errorf("choice: export: %w", err)
	}
	return nil
}

// metadata is what a user of the model needs beside the graph.
func (p *Policy) metadata() ([]onnx.Property, error) {
	words := make([]string, 0, len(p.vocab.rows))
	for _, w := range p.vocab.words[:len(p.vocab.rows)] {
		words = append(words, w.Text)
	}
	type list struct {
		key   string
		names []string
	}
	lists := []list{{"words", words}, {"kinds", p.shared.kinds.names()}, {"places", p.shared.places.names()}}
	if p.config.Things {
		lists = append(lists, list{"classes", p.shared.classes.names()})
	}
	var out []onnx.Property
	for _, x := range lists {
		b, err := json.Marshal(x.names)
		if err != nil {
			return nil, err
		}
		out = append(out, onnx.Property{Key: x.key, Value: string(b)})
	}
	return out, nil
}
