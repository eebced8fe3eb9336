package ort_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

// session makes a session of one operator that the test's end releases.
func session(t testing.TB, lib *ort.Library, operator string, typ ort.ElementType, out string, in ...string) *ort.Session {
	t.Helper()
	s, err := lib.NewSession(ort.TinyModel(operator, typ, out, in...), ort.SessionOptions{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Release)
	return s
}

// from makes a tensor that the test's end releases.
func from[T ort.Element](t testing.TB, lib *ort.Library, data []T, shape ...int64) *ort.Value {
	t.Helper()
	v, err := ort.From(lib, data, shape...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Release)
	return v
}

// read copies the elements of a tensor.
func read(t testing.TB, v *ort.Value) []float32 {
	t.Helper()
	data, err := ort.Data[float32](v)
	if err != nil {
		t.Fatal(err)
	}
	return append([]float32{}, data...)
}

func TestSessionPorts(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	if diff := cmp.Diff([]ort.Port{{Name: "x", Type: ort.Float32}, {Name: "y", Type: ort.Float32}}, s.Inputs()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ort.Port{{Name: "z", Type: ort.Float32}}, s.Outputs()); diff != "" {
		t.Error(diff)
	}
	if s.Device() != ort.CPU {
		t.Errorf("it runs on %s", s.Device())
	}
	shaped, err := lib.NewSession(chain(1, 3), ort.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer shaped.Release()
	if diff := cmp.Diff([]int64{-1, 3}, shaped.Inputs()[0].Shape); diff != "" {
		t.Error(diff)
	}
}

func TestOpenSession(t *testing.T) {
	lib := orttest.Library(t)
	path := filepath.Join(t.TempDir(), "größe.onnx")
	if err := os.WriteFile(path, ort.TinyModel("Neg", ort.Float32, "y", "x"), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := lib.OpenSession(path, ort.SessionOptions{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	out, err := s.Run(t.Context(), map[string]*ort.Value{"x": from(t, lib, []float32{4}, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer out["y"].Release()
	if got := read(t, out["y"]); got[0] != -4 {
		t.Errorf("-4 came out as %v", got)
	}
	if _, err := lib.OpenSession(filepath.Join(t.TempDir(), "none.onnx"), ort.SessionOptions{}); err == nil {
		t.Error("a file that is not there was opened")
	}
	if _, err := lib.OpenSession("a\x00b", ort.SessionOptions{}); err == nil {
		t.Error("a name with NUL was opened")
	}
}

// TestDamagedModels gives the runtime every beginning of a model, and the model
// with each byte changed: some still are models, none may end the process.
func TestDamagedModels(t *testing.T) {
	lib := orttest.Library(t)
	model := ort.TinyModel("Sub", ort.Float32, "z", "x", "y")
	try := func(bytes []byte) error {
		s, err := lib.NewSession(bytes, ort.SessionOptions{Threads: 1})
		s.Release()
		return err
	}
	for n := range len(model) - 4 { // the last field names the operator set
		if err := try(model[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are a model", n, len(model))
		}
	}
	for i := range model {
		changed := append([]byte{}, model...)
		changed[i] ^= 0x55
		_ = try(changed)
	}
}

func TestSessionOptions(t *testing.T) {
	lib := orttest.Library(t)
	model := ort.TinyModel("Sub", ort.Float32, "z", "x", "y")
	good := map[string]ort.SessionOptions{
		"zero":          {},
		"none":          {Level: ort.LevelNone, Threads: 2},
		"basic":         {Level: ort.LevelBasic, Sleep: true},
		"extended":      {Level: ort.LevelExtended, Deterministic: true},
		"configuration": {Config: map[string]string{"session.disable_prepacking": "1"}, Sleep: true},
	}
	for name, o := range good {
		s, err := lib.NewSession(model, o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out, err := s.Run(t.Context(), map[string]*ort.Value{"x": from(t, lib, []float32{5}, 1), "y": from(t, lib, []float32{3}, 1)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := read(t, out["z"]); got[0] != 2 {
			t.Errorf("%s: 5 - 3 = %v", name, got)
		}
		out["z"].Release()
		s.Release()
	}
	bad := map[string]ort.SessionOptions{
		"threads":  {Threads: -1},
		"level":    {Level: 9},
		"key":      {Config: map[string]string{"a\x00b": "1"}},
		"value":    {Config: map[string]string{"a": "1\x00"}},
		"external": {External: map[string][]byte{"weights": nil}},
		"name":     {External: map[string][]byte{"a\x00b": {1}}},
	}
	for name, o := range bad {
		if s, err := lib.NewSession(model, o); err == nil {
			s.Release()
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := lib.NewSession(nil, ort.SessionOptions{}); err == nil {
		t.Error("an empty model was taken")
	}
}

func TestExternalInitialisers(t *testing.T) {
	lib := orttest.Library(t)
	weights := floatBytes(1, 2, 3, 4, 5, 6)
	s, err := lib.NewSession(externalModel(), ort.SessionOptions{External: map[string][]byte{"a.bin": weights[:12], "b.bin": weights[12:]}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	clear(weights) // the runtime has its own copy by now
	out, err := s.Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer out["y"].Release()
	if diff := cmp.Diff([]float32{5, 7, 9}, read(t, out["y"])); diff != "" {
		t.Error(diff)
	}
	if _, err := lib.NewSession(externalModel(), ort.SessionOptions{External: map[string][]byte{"a.bin": weights[:12]}}); err == nil {
		t.Error("a file is missing and nobody said so")
	}
}

func TestRunRefuses(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	x := from(t, lib, []float32{1}, 1)
	whole := from(t, lib, []int64{1}, 1)
	tests := []struct {
		name string
		in   map[string]*ort.Value
		want string
	}{
		{"a wrong name", map[string]*ort.Value{"x": x, "w": x}, `no input "w"; it has x, y`},
		{"a missing input", map[string]*ort.Value{"x": x}, "y"},
		{"a wrong type", map[string]*ort.Value{"x": x, "y": whole}, "y is float32, not int64"},
		{"nil", map[string]*ort.Value{"x": x, "y": nil}, "no tensor"},
		{"shapes that do not fit", map[string]*ort.Value{"x": from(t, lib, []float32{1, 2}, 2), "y": from(t, lib, []float32{1, 2, 3}, 3)}, "Sub"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := s.Run(t.Context(), test.in)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	_, err := s.Run(t.Context(), tests[4].in)
	if e, ok := errors.AsType[*ort.StatusError](err); !ok || e.Code == 0 {
		t.Errorf("the runtime's refusal came as %#v", err)
	}
}

func TestNewOn(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Neg", ort.Float32, "y", "x")
	v, err := s.NewOn(ort.CPU, ort.Float32, 2)
	if err != nil {
		t.Fatal(err)
	}
	v.Release()
	if _, err := s.NewOn(ort.CUDA(0), ort.Float32, 2); err == nil {
		t.Error("a CPU session has memory on a GPU")
	}
	// Tensors of a session's allocator outlive the Session's Release.
	a, err := s.NewThrough(ort.Float32, 4)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.NewThrough(ort.Float32, 4)
	if err != nil {
		t.Fatal(err)
	}
	s.Release()
	if _, err := s.NewThrough(ort.Float32, 4); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("after Release: %v", err)
	}
	if live := lib.Live(); live.Sessions != 1 {
		t.Errorf("the session is gone before its tensors: %+v", live)
	}
	if data, err := ort.Data[float32](a); err != nil || len(data) != 4 {
		t.Errorf("%v, %v", data, err)
	}
	a.Release()
	b.Release()
	if live := lib.Live(); live != (ort.Live{}) {
		t.Errorf("left: %+v", live)
	}
}
