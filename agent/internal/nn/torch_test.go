package nn

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/pytest"
	"stepgym/agent/internal/safetensors"
)

// TestTorch compares the loss and every gradient of a decoder with PyTorch's
// automatic differentiation in float64.
func TestTorch(t *testing.T) {
	rt := runtimeOf(t)
	py := pytest.Find(t, "torch", "safetensors")
	m := newDecoder(decoderSizes()["tiny"])
	w := must(NewWeights(rt, &m.params, 3))(t)
	defer w.Close()
	opt := must(NewOptimizer(w, optim.DefaultConfig()))(t)
	defer opt.Close()
	l := must(NewLoss(opt, m.ppo))(t)
	defer l.Close()
	f := NewFeeds(rt)
	defer f.Close()
	m.fill(f, 1)
	got := must(l.Run(t.Context(), f))(t).Scalar(LossName)

	dir := t.TempDir()
	if err := w.Save(filepath.Join(dir, "weights")); err != nil {
		t.Fatal(err)
	}
	writeFeeds(t, filepath.Join(dir, "inputs"), f)
	size, err := json.Marshal(m.decoderSize)
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile("testdata/torch_decoder.py")
	if err != nil {
		t.Fatal(err)
	}
	py.Run(t, string(script), "grads", string(size), dir)
	want := must(safetensors.Read(filepath.Join(dir, "grads")))(t)
	if d := math.Abs(got - float64(want.Find("loss").F32[0])); d > 1e-6 {
		t.Errorf("loss %v, PyTorch %v", got, want.Find("loss").F32[0])
	}
	worst := 0.0
	for _, name := range m.params.Names() {
		a, b := must(opt.Grad(name))(t), want.Find(name).F32
		var diff, norm float64
		for i := range a {
			diff += math.Pow(float64(a[i]-b[i]), 2)
			norm += math.Pow(float64(b[i]), 2)
		}
		rel := math.Sqrt(diff / norm)
		worst = max(worst, rel)
		if !(rel < 1e-5) {
			t.Errorf("gradient of %s: relative difference %v", name, rel)
		}
	}
	t.Logf("%d gradients, largest relative difference %.2g", len(m.params.Names()), worst)
}

// writeFeeds writes inputs to a safetensors file.
func writeFeeds(t *testing.T, path string, f *Feeds) {
	t.Helper()
	var in safetensors.File
	for _, d := range f.list {
		x := safetensors.Tensor{Name: d.name, Shape: d.value.Shape()}
		if d.value.Type() == ort.Int64 {
			x.I64 = must(ort.Data[int64](d.value))(t)
		} else {
			x.F32 = must(ort.Data[float32](d.value))(t)
		}
		in.Tensors = append(in.Tensors, x)
	}
	if err := safetensors.Write(path, &in); err != nil {
		t.Fatal(err)
	}
}
