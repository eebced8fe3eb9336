package setup

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"stepgym/internal/testdata"
)

// TestFetchReal fetches the published library with the pip of this machine, and
// runs it.
func TestFetchReal(t *testing.T) {
	if testing.Short() {
		t.Skip("short: this needs a network")
	}
	o := isolated(t)
	o.Version = ""
	o.Report = func(step string) { t.Log(step) }
	if _, err := exec.LookPath("python3"); err != nil {
		testdata.Missing(t, "onnx", "no python3 to fetch with")
	}
	info, err := Fetch(t.Context(), o)
	if err != nil {
		testdata.Missing(t, "onnx", err.Error())
	}
	r, err := Check(info)
	if err != nil {
		t.Fatal(err)
	}
	if r.Version != DefaultVersion || !slices.Contains(r.Providers, "CPUExecutionProvider") {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(r.CUDA, "gym setup --cuda") {
		t.Errorf("the CPU library says of CUDA: %q", r.CUDA)
	}
}
