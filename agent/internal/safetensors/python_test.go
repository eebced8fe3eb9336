package safetensors

import (
	"path/filepath"
	"strings"
	"testing"

	"stepgym/agent/internal/pytest"
)

// TestPython lets the format's own Python package read a file of ours, and reads
// one of its own.
func TestPython(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Python")
	}
	py := pytest.Find(t, "numpy", "safetensors")
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs")
	if err := Write(ours, sample()); err != nil {
		t.Fatal(err)
	}
	out := py.Run(t, `
import sys, numpy as np
from safetensors.numpy import load_file, save_file
from safetensors import safe_open
a = load_file(sys.argv[1])
for k in sorted(a): print(k, a[k].dtype, a[k].shape, a[k].ravel().tolist())
print(safe_open(sys.argv[1], "numpy").metadata())
save_file({"m": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array(5, dtype=np.int64)}, sys.argv[2])
`, ours, theirs)
	want := strings.Join([]string{
		`a "quoted" näme int64 (2,) [-1, 7]`,
		"empty float32 (0, 4) []",
		"step int64 () [1099511627776]",
		"z.weight float32 (2, 3) [1.0, -2.0, 3.5, 0.0, inf, 6.0]",
		"{'format': 'pt'}", "",
	}, "\n")
	if out != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	f, err := Read(theirs)
	if err != nil {
		t.Fatal(err)
	}
	if m, n := f.Find("m"), f.Find("n"); m == nil || n == nil || len(m.F32) != 6 || m.F32[5] != 5 || n.I64[0] != 5 {
		t.Errorf("read %+v", f)
	}
}
