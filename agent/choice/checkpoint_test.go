package choice

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/agent/internal/pytest"
	"stepgym/agent/policytest"
)

// TestExport runs an exported model with Python: the format's checker accepts
// it and the scores are those of the policy.
func TestExport(t *testing.T) {
	t.Run("pages", func(t *testing.T) { testExport(t, false) })
	t.Run("things", func(t *testing.T) { testExport(t, true) })
}

func testExport(t *testing.T, things bool) {
	p := open(t, func(c *Config) { c.Value = 1; c.MinFamilies = 20; c.Things = things; c.Kin = 4 })
	env := policytest.Boxes()
	if err := p.Fit(env.Tasks("train")); err != nil {
		t.Fatal(err)
	}
	shake(t, p, 11)
	var rows []*row
	for _, d := range decisions(t, p, env, 12) {
		r := d.Input.(*row)
		p.learnSymbols(r)
		rows = append(rows, r)
	}
	scores, values, err := p.scorer.run(rows)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "policy.onnx")
	if err := p.Export(path); err != nil {
		t.Fatal(err)
	}
	py := pytest.Find(t, "numpy", "onnx", "onnxruntime")
	feeds := filepath.Join(dir, "feeds.json")
	writeFeeds(t, feeds, &p.scorer.batch)
	out := py.Run(t, `
import sys, json, numpy as np, onnx, onnxruntime as rt
onnx.checker.check_model(sys.argv[1], full_check=True)
s = rt.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
feeds = {}
for i in s.get_inputs():
    f = json.load(open(sys.argv[2]))[i.name]
    feeds[i.name] = np.array(f["data"], dtype=np.int64 if "int64" in i.type else np.float32).reshape(f["shape"])
score, value = s.run(["score", "value"], feeds)
meta = s.get_modelmeta().custom_metadata_map
print(sorted(meta), len(json.loads(meta["words"])), json.loads(meta["places"]))
for v in list(score.ravel()) + list(value.ravel()): print(float(v))
`, path, feeds)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	lists := "'kinds', 'places', 'words'"
	if things {
		lists = "'classes', " + lists
	}
	if want := fmt.Sprintf("["+lists+"] %d ['hall', 'box']", p.Words()); lines[0] != want {
		t.Errorf("metadata %s, want %s", lines[0], want)
	}
	for i, want := range append(append([]float32(nil), scores...), values...) {
		var got float64
		if _, err := fmt.Sscan(lines[1+i], &got); err != nil || math.Abs(got-float64(want)) > 1e-5 {
			t.Fatalf("number %d: Python %v, Go %v (%v)", i, got, want, err)
		}
	}
}

// writeFeeds writes the inputs of a batch as JSON.
func writeFeeds(t *testing.T, path string, b *batch) {
	t.Helper()
	type feed struct {
		Data  any   `json:"data"`
		Shape []int `json:"shape"`
	}
	feeds := map[string]feed{
		"tokens":       {b.tokens, []int{b.g, maxGoal}},
		"token_facts":  {b.tokenFacts, []int{b.g, maxGoal, tokenFeatures}},
		"sets":         {b.sets, []int{b.g, b.u, maxGoal}},
		"state_sets":   {b.stateSets, []int{b.s, stateMasks}},
		"rest_sets":    {b.restSets, []int{b.s, restMasks}},
		"state_facts":  {b.stateFacts, []int{b.s, b.stateWidth}},
		"choice_sets":  {b.choiceSets, []int{b.p, chunk, choiceMasks}},
		"choice_facts": {b.choiceFacts, []int{b.p, chunk, b.choiceWidth}},
		"owner":        {b.owner, []int{b.p}},
		"chunks":       {b.chunks, []int{b.s, b.q}},
	}
	if h := &b.things; h.on {
		feeds["thing_sets"] = feed{h.sets, []int{b.p, chunk, thingMasks}}
		feeds["thing_facts"] = feed{h.facts, []int{b.p, chunk, h.width}}
		feeds["thing_classes"] = feed{h.classes, []int{b.p, chunk, thingClasses}}
		feeds["hand_sets"] = feed{h.handSets, []int{b.s, handMasks}}
		feeds["hand_facts"] = feed{h.handFacts, []int{b.s, h.around}}
		feeds["hand_classes"] = feed{h.handClasses, []int{b.s, thingClasses}}
		feeds["goals"] = feed{h.goals, []int{b.s}}
		feeds["bags"] = feed{h.bags, []int{b.g, h.words}}
		feeds["thing_kin"] = feed{h.kin, []int{b.p, chunk, thingClasses}}
		feeds["hand_kin"] = feed{h.handKin, []int{b.s, thingClasses}}
	}
	out, err := json.Marshal(feeds)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSaveOverSave(t *testing.T) {
	p := open(t, nil)
	env := policytest.Boxes()
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 3 {
		train(t, p, env, p.Version(), 1)
		if err := p.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 3 {
		t.Errorf("after three saves there are %q (%v), want the description and two files of tensors", files, err)
	}
	if c, err := LoadConfig(dir); err != nil || c != p.Config() {
		t.Errorf("LoadConfig gives %+v (%v), want %+v", c, err, p.Config())
	}
	other := open(t, func(c *Config) { c.Hidden = 32 })
	if err := other.Load(dir); err == nil || !strings.Contains(err.Error(), "hidden") {
		t.Errorf("loading into another shape: %v", err)
	}
	if err := other.Load(t.TempDir()); err == nil {
		t.Error("loading an empty folder gives no error")
	}
	if err := os.Remove(filepath.Join(dir, "weights-3.safetensors")); err != nil {
		t.Fatal(err)
	}
	if err := p.Load(dir); err == nil || !strings.Contains(err.Error(), "weights-3") {
		t.Errorf("loading without weights: %v", err)
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"policy":"choice","version":1,"weights":"w","optimizer":"o","config":{},"words":[{"text":"a","families":2}]}`))
	f.Add([]byte(`{"format":1,"policy":"choice","weights":"../w"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseManifest(b)
		if err == nil && (m.Weights != filepath.Base(m.Weights) && m.Weights != "" || m.Config.Validate() != nil) {
			t.Errorf("accepted %s", b)
		}
	})
}

func TestConfig(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Errorf("the default: %v", err)
	}
	bad := Config{Device: "tpu"}
	err := bad.Validate()
	if err == nil {
		t.Fatal("the zero config is valid")
	}
	for _, word := range []string{"heads", "minibatch", "grad_norm", "threads", `"tpu"`} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is not named in: %v", word, err)
		}
	}
	var c Config
	if err := json.Unmarshal([]byte(`{"hidden": 32}`), &c); err != nil || c.Hidden != 32 || c.Heads != DefaultConfig().Heads {
		t.Errorf("reading over the default: %+v, %v", c, err)
	}
	if err := json.Unmarshal([]byte(`{"hiden": 32}`), &c); err == nil || !strings.Contains(err.Error(), "hiden") {
		t.Errorf("an unknown key: %v", err)
	}
	if _, err := New(Config{}); err == nil {
		t.Error("New accepts the zero config")
	}
}

func TestNoCUDA(t *testing.T) {
	open(t, nil) // skips without a library
	c := DefaultConfig()
	c.Device = "cuda"
	if p, err := New(c); err == nil {
		p.Close()
		t.Skip("there is a GPU here")
	} else if !strings.Contains(strings.ToLower(err.Error()), "cuda") {
		t.Errorf("the error does not name cuda: %v", err)
	}
}
