// Package orttest gives tests an ONNX Runtime library.
package orttest

import (
	"testing"

	"stepgym/agent/internal/ort"
	"stepgym/agent/setup"
	"stepgym/internal/testdata"
)

// Library opens the library that setup.Find finds ($GYM_ORT_LIB, the cache, the
// system). Where there is none the test is skipped, or fails if GYM_REQUIRE has
// "onnx". When the test ends, tensors, sessions, bindings and runners that it
// has not released make it fail.
func Library(t testing.TB) *ort.Library {
	t.Helper()
	info, err := setup.Find(setup.Options{})
	if err != nil {
		testdata.Missing(t, "onnx", err.Error())
	}
	lib, err := ort.LoadWith(info.Path, ort.LoadOptions{Preload: info.Preload})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lib.Close(); err != nil && !t.Failed() {
			t.Error(err)
		}
	})
	return lib
}
