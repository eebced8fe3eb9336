package setup

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzRecord(f *testing.F) {
	c := runtimeWheel()
	f.Add(c.record())
	f.Add("a,sha256=,1\n")
	f.Add("\"a,b\",md5=x,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := parseRecord(strings.NewReader(text))
		if err != nil {
			return
		}
		for name, r := range records {
			if sum, err := hex.DecodeString(r.sha256); err != nil || len(sum) != 32 {
				t.Errorf("%s has the digest %q", name, r.sha256)
			}
		}
	})
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"library":"a","files":[{"name":"a","size":1,"sha256":"x"}],"preload":["a"]}`))
	f.Add([]byte(`{"library":"../a","files":[{"name":"../a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		for _, name := range append([]string{m.Library}, m.Preload...) {
			if !filepath.IsLocal(name) {
				t.Errorf("%q leads out of the folder", name)
			}
		}
	})
}

// FuzzWheel unpacks what claims to be a wheel: it may fail, but must write nothing
// outside its folder, and nothing that RECORD does not vouch for.
func FuzzWheel(f *testing.F) {
	c := runtimeWheel()
	f.Add(c.wheel(f, c.record()))
	evil := contents{"onnxruntime/capi/../../../../escaped/libonnxruntime.so": "x", "onnxruntime/capi/libonnxruntime.so": "y"}
	f.Add(evil.wheel(f, evil.record()))
	f.Fuzz(func(t *testing.T, data []byte) {
		if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil {
			for _, e := range z.File {
				if e.UncompressedSize64 > 1<<20 {
					return
				}
			}
		}
		root := t.TempDir()
		file := filepath.Join(root, "x.whl")
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		m := Manifest{Version: testVersion}
		folder := filepath.Join(root, "a", "b", "files")
		if err := m.unpack(t.Context(), platform{"linux", "amd64"}, file, folder); err == nil {
			if err := m.verify(folder); err != nil {
				t.Error(err)
			}
		}
		for _, parent := range []string{root, filepath.Join(root, "a"), filepath.Join(root, "a", "b")} {
			entries, _ := os.ReadDir(parent)
			for _, e := range entries {
				if e.Name() != "x.whl" && e.Name() != "a" && e.Name() != "b" && e.Name() != "files" {
					t.Errorf("%s was written", filepath.Join(parent, e.Name()))
				}
			}
		}
	})
}
