package setup

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// testVersion is a version that no digest is pinned for.
const testVersion = "1.99.0"

// here is where the tests run.
func here() platform { return platform{runtime.GOOS, runtime.GOARCH} }

// libraryName is the file name of a library of testVersion.
func libraryName() string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime.dll"
	case "darwin":
		return "libonnxruntime." + testVersion + ".dylib"
	}
	return "libonnxruntime.so." + testVersion
}

// providerName is the file name of a provider ("shared", "cuda").
func providerName(provider string) string {
	switch runtime.GOOS {
	case "windows":
		return "onnxruntime_providers_" + provider + ".dll"
	case "darwin":
		return "libonnxruntime_providers_" + provider + ".dylib"
	}
	return "libonnxruntime_providers_" + provider + ".so"
}

// contents of a wheel by entry name.
type contents map[string]string

// runtimeWheel is what a tiny wheel of the runtime has in it.
func runtimeWheel() contents {
	return contents{
		"onnxruntime/__init__.py":                      "print('never run')\n",
		"onnxruntime/LICENSE":                          "do as you like\n",
		"onnxruntime/ThirdPartyNotices.txt":            "many\n",
		"onnxruntime/capi/" + libraryName():            "the library\n",
		"onnxruntime/capi/" + providerName("shared"):   "a provider\n",
		"onnxruntime/capi/" + providerName("tensorrt"): "not wanted\n",
	}
}

// record returns the text of the RECORD that fits the contents.
func (c contents) record() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c)) {
		sum := sha256.Sum256([]byte(c[name]))
		fmt.Fprintf(&b, "%s,sha256=%s,%d\n", name, base64.RawURLEncoding.EncodeToString(sum[:]), len(c[name]))
	}
	b.WriteString("x-1.dist-info/RECORD,,\n")
	return b.String()
}

// wheel returns a wheel with these contents and that RECORD; "" leaves it out.
func (c contents) wheel(t testing.TB, record string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		add(name, c[name])
	}
	if record != "" {
		add("x-1.dist-info/RECORD", record)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// write writes a file into a new folder and returns its path.
func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// wheelFile writes the tiny wheel to disk.
func wheelFile(t testing.TB) string {
	c := runtimeWheel()
	return write(t, "onnxruntime-"+testVersion+"-py3-none-any.whl", c.wheel(t, c.record()))
}

// fakePip makes a folder with a program called python3 the whole of PATH. The
// program does the shell script body when it is asked to download; $dir is
// where to. It notes each download in the file returned.
func fakePip(t *testing.T, body string) (calls string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for pip is a shell script")
	}
	dir := t.TempDir()
	calls = filepath.Join(dir, "calls")
	script := `#!/bin/sh
case "$*" in
"-m pip --version") echo "pip 99 from nowhere"; exit 0 ;;
"-m pip download "*) ;;
*) echo "unexpected: $*" >&2; exit 2 ;;
esac
echo "$*" >> ` + calls + `
all="$*"
while [ "$1" != "-d" ]; do shift; done
dir="$2"
/bin/mkdir -p "$dir"
` + body + "\n"
	if err := os.WriteFile(filepath.Join(dir, "python3"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	return calls
}

// lines returns the lines of a file; none if it is not there.
func lines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// isolated hides the user's own settings, and gives options with a new cache and
// no system libraries.
func isolated(t *testing.T) Options {
	t.Helper()
	t.Setenv("GYM_ORT_LIB", "")
	t.Setenv("GYM_CACHE", "")
	return Options{Version: testVersion, Cache: t.TempDir(), System: []string{}}
}

// left lists what is in the cache beside the lock file.
func left(t *testing.T, o Options) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(o.Cache, "onnxruntime"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != ".lock" {
			names = append(names, e.Name())
		}
	}
	return names
}
