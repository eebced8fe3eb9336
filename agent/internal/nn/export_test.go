package nn

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/agent/internal/onnx"
	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/pytest"
)

// TestExport checks exported models with Python: the format's checker accepts
// them, and the runtime's Python package computes what we compute.
func TestExport(t *testing.T) {
	r := newRig(t, runtimeOf(t), optim.DefaultConfig(), false)
	py := pytest.Find(t, "numpy", "onnx", "onnxruntime")
	r.fill(3, 5, 1, 1)
	want := append([]float32(nil), must(r.score.Run(t.Context(), r.feeds))(t).F32("logp")...)
	x := strings.Join(strings.Fields(fmt.Sprint(r.feeds.F32("x", 3, 5, 3))), ",")
	for _, c := range []struct {
		name  string
		limit int
		files int
	}{{"inside", inlineLimit, 1}, {"outside", 0, 2}} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "policy.onnx")
			if err := export(path, r.w, newBandit().score, []onnx.Property{{Key: "made by", Value: "test"}}, c.limit); err != nil {
				t.Fatal(err)
			}
			if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != c.files {
				t.Errorf("files %v, %v", files, err)
			}
			out := py.Run(t, `
import sys, json, numpy as np, onnx, onnxruntime as rt
onnx.checker.check_model(sys.argv[1], full_check=True)
s = rt.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
y, best = s.run(["logp", "best"], {"x": np.array(json.loads(sys.argv[2]), dtype=np.float32).reshape(3, 5, 3)})
print(s.get_modelmeta().custom_metadata_map["made by"], y.shape, best.dtype, [i.name for i in s.get_inputs()])
for v in y.ravel(): print(float(v))
`, path, x)
			lines := strings.Split(strings.TrimSpace(out), "\n")
			if lines[0] != "test (3, 5) int64 ['x']" {
				t.Errorf("got %s", lines[0])
			}
			for i, w := range want {
				var got float64
				if _, err := fmt.Sscan(lines[1+i], &got); err != nil || math.Abs(got-float64(w)) > 1e-6 {
					t.Errorf("logp[%d]: Python %v, Go %v (%v)", i, got, w, err)
				}
			}
		})
	}
}

// TestExportIntoNothing expects an error and no file left behind.
func TestExportIntoNothing(t *testing.T) {
	r := newRig(t, runtimeOf(t), optim.DefaultConfig(), false)
	err := Export(filepath.Join(t.TempDir(), "no", "policy.onnx"), r.w, newBandit().score)
	if err == nil || !strings.HasPrefix(err.Error(), "nn: export: ") {
		t.Errorf("got %v", err)
	}
}
