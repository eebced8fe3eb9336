package viewertest_test

import (
	"io/fs"
	"os"
	"regexp"
	"testing"
)

// TestAssets holds the pages to what they promise: small, whole without a
// network, and never handing a string to a parser of markup or code.
func TestAssets(t *testing.T) {
	files, size := 0, 0
	forbidden := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|srcdoc|setTimeout\(['"` + "`" + `]|javascript:|(src|href|action)="?https?:|url\(https?:|from 'http|import\('http|@import|\son[a-z]+="| style="`)
	err := fs.WalkDir(os.DirFS("../assets"), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile("../assets/" + name)
		if err != nil {
			return err
		}
		files++
		size += len(text)
		if m := forbidden.Find(text); m != nil {
			t.Errorf("%s has %q in it", name, m)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 || size > 300_000 {
		t.Errorf("%d files of %d bytes, want 20 or more, together at most 300 kB", files, size)
	}
}
