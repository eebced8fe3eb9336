package grad_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/pytest"
)

// TestChecker lets the format's own checker look at the graph of every case,
// with its gradients: names, attributes, types, and shapes by inference.
func TestChecker(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Python")
	}
	py := pytest.Find(t, "onnx")
	dir := t.TempDir()
	cases := allCases()
	for i, c := range cases {
		m, err := c.build(graph.F32)
		if err != nil {
			t.Fatal(err)
		}
		b, err := m.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.onnx", i)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := py.Run(t, `
import sys, os, onnx
n = 0
for f in sorted(os.listdir(sys.argv[1])):
    m = onnx.load(os.path.join(sys.argv[1], f))
    try: onnx.checker.check_model(m, full_check=True); onnx.shape_inference.infer_shapes(m, strict_mode=True, data_prop=True); n += 1
    except Exception as e: print(f, e)
print(n, "accepted")
`, dir)
	if want := fmt.Sprintf("%d accepted", len(cases)); strings.TrimSpace(out) != want {
		t.Errorf("got\n%s\nwant %s", out, want)
	}
}
