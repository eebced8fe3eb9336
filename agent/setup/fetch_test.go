package setup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFetch(t *testing.T) {
	o := isolated(t)
	calls := fakePip(t, "/bin/cp "+wheelFile(t)+" $dir; echo Saved it")
	var steps []string
	o.Report = func(step string) { steps = append(steps, step) }
	info, err := Fetch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(o.Cache, "onnxruntime", testVersion)
	want := Info{Path: filepath.Join(folder, libraryName()), Version: testVersion, Source: "cache"}
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var files []string
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, e.Name())
	}
	wantFiles := []string{"LICENSE", "ThirdPartyNotices.txt", libraryName(), providerName("shared"), manifestName}
	slices.Sort(wantFiles)
	if diff := cmp.Diff(wantFiles, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	m, err := readManifest(folder)
	if err != nil {
		t.Fatal(err)
	}
	if m.Package != "onnxruntime" || m.Version != testVersion || m.Source != "python3 -m pip" || len(m.Files) != 4 || len(m.Wheels) != 1 || m.Platform != here().String() {
		t.Errorf("manifest %+v", m)
	}
	if err := m.verify(folder); err != nil {
		t.Error(err)
	}
	all := strings.Join(steps, "\n")
	for _, want := range []string{"python3 -m pip download onnxruntime==" + testVersion, "Saved it", "SHA-256", "ready: " + info.Path} {
		if !strings.Contains(all, want) {
			t.Errorf("no step says %q:\n%s", want, all)
		}
	}

	// From now on it works without pip, and is found.
	again, err := Fetch(t.Context(), o)
	if err != nil || again.Path != info.Path {
		t.Errorf("fetched again: %+v, %v", again, err)
	}
	found, err := Find(o)
	if err != nil || found.Path != info.Path {
		t.Errorf("found: %+v, %v", found, err)
	}
	if n := len(lines(t, calls)); n != 1 {
		t.Errorf("pip downloaded %d times", n)
	}
}

// TestFetchFallsBack has a pip that refuses the explicit platform.
func TestFetchFallsBack(t *testing.T) {
	if here().tags() == nil {
		t.Skip("there is no explicit platform here")
	}
	o := isolated(t)
	calls := fakePip(t, `case "$all" in *--platform*) echo "no such platform"; exit 1 ;; esac; /bin/cp `+wheelFile(t)+" $dir")
	if _, err := Fetch(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if n := len(lines(t, calls)); n != 2 {
		t.Errorf("pip was called %d times", n)
	}
}

func TestFetchCUDA(t *testing.T) {
	o := isolated(t)
	o.Device = "cuda"
	runtimeContents := runtimeWheel()
	runtimeContents["onnxruntime/capi/"+providerName("cuda")] = "the CUDA provider\n"
	nvidia := contents{
		"nvidia/cu13/lib/libcublas.so.13":          "blas\n",
		"nvidia/cu13/lib/libcublasLt.so.13":        "blas light\n",
		"nvidia/cu13/lib/libcudart.so.13":          "runtime\n",
		"nvidia/cu13/include/cublas.h":             "not wanted\n",
		"nvidia_cublas-13.0.dist-info/License.txt": "theirs\n",
	}
	o.Wheels = []string{
		write(t, "nvidia.whl", nvidia.wheel(t, nvidia.record())),
		write(t, "runtime.whl", runtimeContents.wheel(t, runtimeContents.record())),
	}
	given := slices.Clone(o.Wheels)
	info, err := Fetch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(o.Cache, "onnxruntime", testVersion+"-cuda")
	want := Info{Path: filepath.Join(folder, libraryName()), Version: testVersion, Source: "cache", CUDA: true, Preload: []string{
		filepath.Join(folder, "libcudart.so.13"), filepath.Join(folder, "libcublasLt.so.13"), filepath.Join(folder, "libcublas.so.13"),
	}}
	if diff := cmp.Diff(want, info); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(folder, "nvidia_cublas-License.txt")); err != nil {
		t.Error(err)
	}
	if !slices.Equal(given, o.Wheels) {
		t.Error("the caller's list was changed")
	}

	// It also serves "auto", and a request for the CPU where there is nothing else.
	for _, device := range []string{"auto", "cpu", "", "cuda:1"} {
		o.Device = device
		if found, err := Find(o); err != nil || found.Path != info.Path {
			t.Errorf("for %q: %+v, %v", device, found, err)
		}
	}
}

func TestFetchRefusesBadWheels(t *testing.T) {
	good := runtimeWheel()
	without := func(name string) contents {
		c := runtimeWheel()
		delete(c, name)
		return c
	}
	with := func(name, text string) contents {
		c := runtimeWheel()
		c[name] = text
		return c
	}
	library := "onnxruntime/capi/" + libraryName()
	whole := good.wheel(t, good.record())
	changed := with(library, "something else\n")
	for _, test := range []struct {
		name  string
		wheel []byte
		want  string
		only  func(o *Options) bool // adapts the options; false to skip
	}{
		{"not a zip", []byte("hello"), "fetch it again", nil},
		{"cut off", whole[:len(whole)/2], "cut off", nil},
		{"empty", nil, "cut off", nil},
		{"changed", changed.wheel(t, good.record()), "damaged or was changed", nil},
		{"no RECORD", good.wheel(t, ""), "no RECORD", nil},
		{"RECORD is no table", good.wheel(t, "a,b\n"), "read RECORD", nil},
		{"RECORD has no digests", good.wheel(t, library+",,\n"), "no digest of onnxruntime/LICENSE", nil},
		{"RECORD has a bad digest", good.wheel(t, library+",sha256=abc,3\n"), "is not one", nil},
		{"no library", without(library).wheel(t, good.record()), "no ONNX Runtime library", nil},
		{"no CUDA provider", whole, "no CUDA provider", func(o *Options) bool { o.Device = "cuda"; return true }},
		{"another version", whole, "holds version 1.99.0, not 1.98.0", func(o *Options) bool { o.Version = "1.98.0"; return here().os != "windows" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := isolated(t)
			o.Wheels = []string{write(t, "x.whl", test.wheel)}
			if test.only != nil && !test.only(&o) {
				t.Skip("not here")
			}
			_, err := Fetch(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if got := left(t, o); got != nil {
				t.Errorf("left in the cache: %v", got)
			}
		})
	}
}

// TestFetchRefusesUnknownDigest gives a wheel that agrees with itself, for a
// version whose true digest is known.
func TestFetchRefusesUnknownDigest(t *testing.T) {
	o := isolated(t)
	o.Version = DefaultVersion
	if pinned(here(), DefaultVersion, false) == nil {
		t.Skipf("no digest is known for %s", here())
	}
	c := contents{"onnxruntime/capi/libonnxruntime.so." + DefaultVersion: "a changed library\n"}
	o.Wheels = []string{write(t, "x.whl", c.wheel(t, c.record()))}
	_, err := Fetch(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "was changed on its way") {
		t.Errorf("error %v", err)
	}
	if got := left(t, o); got != nil {
		t.Errorf("left in the cache: %v", got)
	}
}

func TestFetchWithoutPip(t *testing.T) {
	o := isolated(t)
	t.Setenv("PATH", t.TempDir())
	_, err := Fetch(t.Context(), o)
	for _, want := range []string{"no python3, pip or uv", "apt-get install python3-pip", "python3 -m pip download", "--wheel", "GYM_ORT_LIB"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	// python3 is there, its pip is not.
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte("#!/bin/sh\necho No module named pip >&2\nexit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if _, err := Fetch(t.Context(), o); err == nil || !strings.Contains(err.Error(), "python3 -m pip") {
		t.Errorf("error %v", err)
	}
	if got := left(t, o); got != nil {
		t.Errorf("left in the cache: %v", got)
	}
}

func TestFetchReportsPip(t *testing.T) {
	o := isolated(t)
	fakePip(t, `i=0; while [ $i -lt 50 ]; do echo "line $i"; i=$((i+1)); done; echo "ERROR: no route to the index" >&2; exit 1`)
	_, err := Fetch(t.Context(), o)
	for _, want := range []string{"python3 -m pip download: exit status 1", "no route to the index", "by hand"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %q", err, want)
		}
	}
	if err != nil && strings.Contains(err.Error(), "line 3;") {
		t.Errorf("all of pip's lines are in the error: %v", err)
	}
	if got := left(t, o); got != nil {
		t.Errorf("left in the cache: %v", got)
	}
}

func TestFetchCancelled(t *testing.T) {
	o := isolated(t)
	fakePip(t, "echo started; exec /bin/sleep 60")
	cause := errors.New("the user has had enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	o.Report = func(step string) {
		if step == "started" {
			cancel(cause)
		}
	}
	_, err := Fetch(ctx, o)
	if !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	if err != nil && strings.Contains(err.Error(), "by hand") {
		t.Errorf("a cancelled fetch gives advice: %v", err)
	}
	if got := left(t, o); got != nil {
		t.Errorf("left in the cache: %v", got)
	}
	// Cancelled while it unpacks.
	ctx, cancel = context.WithCancelCause(t.Context())
	o.Wheels = []string{wheelFile(t)}
	o.Report = func(string) { cancel(cause) }
	if _, err := Fetch(ctx, o); !errors.Is(err, cause) {
		t.Errorf("error %v", err)
	}
	if got := left(t, o); got != nil {
		t.Errorf("left in the cache: %v", got)
	}
}

func TestFetchWithoutPermission(t *testing.T) {
	o := isolated(t)
	o.Cache = write(t, "a-file", nil) // a folder cannot be made below a file, not even by root
	o.Wheels = []string{wheelFile(t)}
	if _, err := Fetch(t.Context(), o); err == nil || !strings.Contains(err.Error(), "set GYM_CACHE") {
		t.Errorf("error %v", err)
	}
	if os.Getuid() <= 0 {
		return // root may write anywhere
	}
	o.Cache = t.TempDir()
	if err := os.Chmod(o.Cache, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Fetch(t.Context(), o); err == nil || !strings.Contains(err.Error(), "set GYM_CACHE") {
		t.Errorf("error %v", err)
	}
}

// TestFetchConcurrently starts several fetches at once: one of them downloads.
func TestFetchConcurrently(t *testing.T) {
	o := isolated(t)
	calls := fakePip(t, "/bin/cp "+wheelFile(t)+" $dir")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := Fetch(t.Context(), o); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(lines(t, calls)); n != 1 {
		t.Errorf("pip downloaded %d times", n)
	}
}

func TestLockWaits(t *testing.T) {
	o := isolated(t)
	path := filepath.Join(o.Cache, ".lock")
	unlock, err := lock(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	o.Report = func(string) { cancel() }
	if _, err := lock(ctx, path, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	unlock()
	unlock, err = lock(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

// TestFetchRepairs damages a cache folder and leaves the remains of a killed
// fetch: the first is replaced, the second removed.
func TestFetchRepairs(t *testing.T) {
	o := isolated(t)
	o.Wheels = []string{wheelFile(t)}
	info, err := Fetch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(info.Path, 3); err != nil {
		t.Fatal(err)
	}
	remains := filepath.Join(o.Cache, "onnxruntime", stagePrefix+"123")
	if err := os.MkdirAll(filepath.Join(remains, "wheels"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(o); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "has 3 bytes") {
		t.Errorf("a damaged cache: %v", err)
	}
	if _, err := Ensure(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if found, err := Find(o); err != nil || found.Path != info.Path {
		t.Errorf("%+v, %v", found, err)
	}
	if diff := cmp.Diff([]string{testVersion}, left(t, o)); diff != "" {
		t.Error(diff)
	}
	// A change that keeps the size shows when all is read.
	if err := os.WriteFile(info.Path, []byte("THE library\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Check(info); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("a changed library: %v", err)
	}
}
