package setup

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// library writes a file that is named like a library and returns its path.
func library(t *testing.T, folder, name string) string {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindOrder(t *testing.T) {
	o := isolated(t)
	byFlag := library(t, t.TempDir(), libraryName())
	byEnvironment := library(t, t.TempDir(), libraryName())
	o.System = []string{t.TempDir()}
	bySystem := library(t, o.System[0], libraryName())
	o.Wheels = []string{wheelFile(t)}
	if here().os == "windows" {
		o.Version = "" // no version in the system library's name
	}

	expect := func(path, source string) {
		t.Helper()
		info, err := Find(o)
		if err != nil {
			t.Fatal(err)
		}
		if info.Path != path || info.Source != source {
			t.Errorf("found %s from %s, want %s from %s", info.Path, info.Source, path, source)
		}
	}
	expect(bySystem, "system")
	cached, err := Fetch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	expect(cached.Path, "cache")
	t.Setenv("GYM_ORT_LIB", byEnvironment)
	expect(byEnvironment, "GYM_ORT_LIB")
	t.Setenv("GYM_ORT_LIB", filepath.Dir(byEnvironment))
	expect(byEnvironment, "GYM_ORT_LIB")
	o.Lib = byFlag
	expect(byFlag, "--lib")

	// The cache folder by name is still known for what it is.
	o.Lib = cached.Path
	if info, err := Find(o); err != nil || info.Version != testVersion {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestFindRefusesWhatIsNamed(t *testing.T) {
	o := isolated(t)
	o.Lib = filepath.Join(t.TempDir(), "none.so")
	if _, err := Find(o); err == nil || errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "--lib does not lead") {
		t.Errorf("a missing file: %v", err)
	}
	o.Lib = t.TempDir()
	if _, err := Find(o); err == nil || !strings.Contains(err.Error(), "there is no ONNX Runtime library in") {
		t.Errorf("an empty folder: %v", err)
	}
	o.Lib = library(t, t.TempDir(), libraryName())
	o.Device = "cuda"
	if _, err := Find(o); err == nil || !strings.Contains(err.Error(), "no CUDA provider") {
		t.Errorf("no CUDA: %v", err)
	}
	library(t, filepath.Dir(o.Lib), providerName("cuda"))
	if info, err := Find(o); err != nil || !info.CUDA {
		t.Errorf("with CUDA: %+v, %v", info, err)
	}
	o.Lib = ""
	t.Setenv("GYM_ORT_LIB", "/none/at/all")
	if _, err := Ensure(t.Context(), o); err == nil || !strings.Contains(err.Error(), "GYM_ORT_LIB does not lead") {
		t.Errorf("Ensure: %v", err)
	}
}

func TestFindNothing(t *testing.T) {
	o := isolated(t)
	_, err := Find(o)
	if !errors.Is(err, ErrNotFound) {
		t.Fatal(err)
	}
	for _, want := range []string{`"gym setup"`, "GYM_ORT_LIB", "1.24 or later", o.Cache} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	o.Device = "cuda"
	if _, err := Find(o); err == nil || !strings.Contains(err.Error(), `"gym setup --cuda"`) {
		t.Errorf("for CUDA: %v", err)
	}
}

func TestFindSystem(t *testing.T) {
	if here().os != "linux" {
		t.Skip("names of Linux")
	}
	o := isolated(t)
	o.Version = ""
	old, good := t.TempDir(), t.TempDir()
	library(t, old, "libonnxruntime.so.1.21.0")
	library(t, old, "libonnxruntime_providers_shared.so")
	if err := os.Symlink("libonnxruntime.so.1.21.0", filepath.Join(old, "libonnxruntime.so")); err != nil {
		t.Fatal(err)
	}
	o.System = []string{filepath.Join(old, "none"), old}
	if _, err := Find(o); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "is version 1.21.0") {
		t.Errorf("an old one: %v", err)
	}
	library(t, good, "libonnxruntime.so.1.25.1")
	newest := library(t, good, "libonnxruntime.so.1.100.0")
	o.System = append(o.System, good)
	info, err := Find(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Info{Path: newest, Version: "1.100.0", Source: "system"}, info); diff != "" {
		t.Error(diff)
	}
	o.Device = "cuda"
	if _, err := Find(o); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "has no CUDA provider") {
		t.Errorf("for CUDA: %v", err)
	}
}

func TestRank(t *testing.T) {
	for _, test := range []struct {
		device, version, better, worse string
	}{
		{"", "", DefaultVersion, "1.40.0"},         // the one that Fetch fetches
		{"", "", "1.40.0", "1.33.0"},               // else the newest
		{"", "", "1.30.0", "1.40.0-cuda"},          // the CPU's before CUDA's
		{"auto", "", "1.30.0-cuda", "1.40.0"},      // and the other way round
		{"cuda", "", "1.31.1-cuda", "1.40.0-cuda"}, // the one that Fetch fetches
		{"", "1.40.0", "1.40.0", DefaultVersion},   // the one asked for
	} {
		o := Options{Device: test.device, Version: test.version}
		if rank(o, test.better, test.worse) <= 0 || rank(o, test.worse, test.better) >= 0 {
			t.Errorf("for %+v, %s is not before %s", o, test.better, test.worse)
		}
	}
}

func TestValidate(t *testing.T) {
	for _, o := range []Options{{Device: "gpu"}, {Version: "1.32"}, {Version: "../1.32.0"}, {Version: "1.32.0 --index-url=x"}} {
		if o.Validate() == nil {
			t.Errorf("%+v is valid", o)
		}
		if _, err := Find(o); err == nil {
			t.Errorf("Find takes %+v", o)
		}
		if _, err := Fetch(t.Context(), o); err == nil {
			t.Errorf("Fetch takes %+v", o)
		}
	}
}

func TestCacheFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("GYM_CACHE", dir)
	if got, err := (Options{}).cache(); err != nil || got != filepath.Join(dir, "onnxruntime") {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := (Options{Cache: "x"}).cache(); err != nil || !filepath.IsAbs(got) {
		t.Errorf("%s, %v", got, err)
	}
	t.Setenv("GYM_CACHE", "")
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("LocalAppData", "")
	if _, err := (Options{}).cache(); err == nil || !strings.Contains(err.Error(), "set GYM_CACHE") {
		t.Errorf("without a home: %v", err)
	}
}

func TestVersions(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"1.9.0", "1.10.0", -1}, {"1.10", "1.10.0", 0}, {"2.0.0", "1.99.9", 1}, {"", "0", 0}, {"x", "0.1", -1}} {
		got := compareVersions(test.a, test.b)
		if (got > 0) != (test.want > 0) || (got < 0) != (test.want < 0) {
			t.Errorf("%s against %s: %d, want %d", test.a, test.b, got, test.want)
		}
	}
	for version, want := range map[string]bool{"1.21.0": true, "1.23": true, "1.24.0": false, "2.0.0": false, "0.9": true, "": false, "x.y": false} {
		if tooOld(version) != want {
			t.Errorf("tooOld(%q) = %v", version, !want)
		}
	}
}

func TestTarget(t *testing.T) {
	linux, mac, windows := platform{"linux", "amd64"}, platform{"darwin", "arm64"}, platform{"windows", "amd64"}
	for _, test := range []struct {
		here  platform
		entry string
		cuda  bool
		want  string
	}{
		{linux, "onnxruntime/capi/libonnxruntime.so.1.32.0", false, "libonnxruntime.so.1.32.0"},
		{linux, "onnxruntime/capi/libonnxruntime_providers_shared.so", false, "libonnxruntime_providers_shared.so"},
		{linux, "onnxruntime/capi/libonnxruntime_providers_cuda.so", false, ""},
		{linux, "onnxruntime/capi/libonnxruntime_providers_cuda.so", true, "libonnxruntime_providers_cuda.so"},
		{linux, "onnxruntime/capi/libonnxruntime_providers_tensorrt.so", true, ""},
		{linux, "onnxruntime/capi/onnxruntime_pybind11_state.cpython-312-x86_64-linux-gnu.so", true, ""},
		{linux, "onnxruntime/capi/deeper/libonnxruntime.so.1.32.0", false, ""},
		{linux, "../onnxruntime/capi/libonnxruntime.so.1.32.0", false, ""},
		{linux, "onnxruntime/capi/../capi/libonnxruntime.so", false, "libonnxruntime.so"},
		{linux, "onnxruntime/ThirdPartyNotices.txt", false, "ThirdPartyNotices.txt"},
		{linux, "nvidia/cu13/lib/libcublas.so.13", true, "libcublas.so.13"},
		{linux, "nvidia/cu13/lib/libcublas.so.13", false, ""},
		{linux, "nvidia/cu13/lib/..", true, ""},
		{linux, "nvidia_curand-10.4.0.dist-info/licenses/License.txt", true, "nvidia_curand-License.txt"},
		{mac, "onnxruntime/capi/libonnxruntime.1.32.0.dylib", false, "libonnxruntime.1.32.0.dylib"},
		{mac, "onnxruntime/capi/libonnxruntime.so.1.32.0", false, ""},
		{windows, "onnxruntime/capi/onnxruntime.dll", false, "onnxruntime.dll"},
		{windows, "onnxruntime/capi/onnxruntime_providers_shared.dll", false, "onnxruntime_providers_shared.dll"},
	} {
		if got := target(test.here, test.entry, test.cuda); got != test.want {
			t.Errorf("target(%s, %s, %v) = %q, want %q", test.here, test.entry, test.cuda, got, test.want)
		}
	}
}
