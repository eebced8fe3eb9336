package ort_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

func TestLoadRefusesWhatIsNoLibrary(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "libonnxruntime.so")
	if err := os.WriteFile(text, []byte("not a library\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"missing", filepath.Join(dir, "nothing.so"), "nothing.so"},
		{"text", text, "libonnxruntime.so"},
	}
	if runtime.GOOS == "linux" {
		tests = append(tests, struct{ name, path, want string }{"another library", "libm.so.6", "not an ONNX Runtime library"})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lib, err := ort.Load(test.path)
			if err == nil {
				lib.Close()
				t.Fatal("it was loaded")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want it to say %q", err, test.want)
			}
		})
	}
}

func TestLibrary(t *testing.T) {
	lib := orttest.Library(t)
	if !strings.HasPrefix(lib.Version(), "1.") || lib.Build() == "" || lib.Path() == "" {
		t.Errorf("version %q, build %q, path %q", lib.Version(), lib.Build(), lib.Path())
	}
	providers, err := lib.Providers()
	if err != nil || !slices.Contains(providers, "CPUExecutionProvider") {
		t.Errorf("providers %v, %v", providers, err)
	}
	if got := lib.Live(); got != (ort.Live{}) {
		t.Errorf("after loading there are %+v", got)
	}
}

func TestLibraryTwice(t *testing.T) {
	first := orttest.Library(t)
	second, err := ort.Load(first.Path())
	if err != nil {
		t.Fatal(err)
	}
	x, err := ort.From(second, []float32{1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err == nil || !strings.Contains(err.Error(), "1 tensors") {
		t.Errorf("close with a tensor left: %v", err)
	}
	if data, err := ort.Data[float32](x); err != nil || data[0] != 1 {
		t.Errorf("the tensor after Close: %v, %v", data, err)
	}
	x.Release()
	if err := second.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
	for name, call := range map[string]func() error{
		"Providers":  func() error { _, err := second.Providers(); return err },
		"New":        func() error { _, err := second.New(ort.Float32, 1); return err },
		"NewSession": func() error { _, err := second.NewSession([]byte{1}, ort.SessionOptions{}); return err },
		"Pick":       func() error { _, err := second.Pick("cuda"); return err },
	} {
		if err := call(); !errors.Is(err, ort.ErrReleased) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
	again, err := ort.Load(first.Path())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestCheckTable(t *testing.T) {
	lib := orttest.Library(t)
	if err := lib.CheckBroken(false); err == nil || !strings.Contains(err.Error(), "Run is missing") {
		t.Errorf("a null slot: %v", err)
	}
	if err := lib.CheckBroken(true); err == nil || !strings.Contains(err.Error(), "came back") {
		t.Errorf("swapped slots: %v", err)
	}
}

// TestStackGrowth guards the rule that out-parameters escape to the heap: without
// it C writes to where the stack was before it grew.
func TestStackGrowth(t *testing.T) {
	lib := orttest.Library(t)
	if wrong := lib.RoundTrips(2000); wrong != 0 {
		t.Errorf("%d of 2000 answers are wrong", wrong)
	}
}

func TestPick(t *testing.T) {
	lib := orttest.Library(t)
	for _, name := range []string{"", "cpu"} {
		if d, err := lib.Pick(name); d != ort.CPU || err != nil {
			t.Errorf("Pick(%q) = %v, %v", name, d, err)
		}
	}
	for _, name := range []string{"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "CPU"} {
		if _, err := lib.Pick(name); err == nil || errors.Is(err, ort.ErrNoCUDA) {
			t.Errorf("Pick(%q): %v", name, err)
		}
	}
	if d, err := lib.Pick("auto"); err != nil || d.IsCUDA() != hasCUDA(t, lib) {
		t.Errorf("Pick(auto) = %v, %v", d, err)
	}
}

// TestNoCUDA checks the answer where there is no GPU; where there is one, the
// self-test in Pick runs on it.
func TestNoCUDA(t *testing.T) {
	lib := orttest.Library(t)
	if hasCUDA(t, lib) {
		t.Skip("a GPU works here")
	}
	_, err := lib.Pick("cuda:0")
	if !errors.Is(err, ort.ErrNoCUDA) {
		t.Fatalf("Pick: %v", err)
	}
	for _, want := range []string{"gym setup --cuda", "device cpu"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	_, err = lib.NewSession(ort.TinyModel("Sub", ort.Float32, "z", "x", "y"), ort.SessionOptions{Device: ort.CUDA(0)})
	if !errors.Is(err, ort.ErrNoCUDA) {
		t.Errorf("NewSession: %v", err)
	}
}

func hasCUDA(t *testing.T, lib *ort.Library) bool {
	t.Helper()
	_, err := lib.Pick("cuda")
	return err == nil
}

func TestDeviceString(t *testing.T) {
	for want, d := range map[string]ort.Device{"cpu": ort.CPU, "cuda:0": ort.CUDA(0), "cuda:3": ort.CUDA(3)} {
		if d.String() != want {
			t.Errorf("%q for %q", d, want)
		}
	}
}
