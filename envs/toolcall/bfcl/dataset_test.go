package bfcl

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// packed is the tiny data as it lies in the package.
func packed(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{
		packageModule + "/long_context.py": {Data: []byte("FILES_TAIL_USED = []\nFILE_CONTENT_EXTENSION = ' and so on'\nPOPULATE_FILE_EXTENSION = ['a.jpg', 'b.jpg']\n")},
	}
	mini := os.DirFS("testdata/mini")
	err := fs.WalkDir(mini, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(mini, name)
		for _, as := range []string{name, strings.Replace(name, "multi_turn_base", "multi_turn_long_context", 1)} {
			out[packageData+"/"+as] = &fstest.MapFile{Data: bytes.ReplaceAll(data, []byte("multi_turn_base"), []byte(strings.TrimSuffix(strings.TrimPrefix(filepath.Base(as), prefix), ".json")))}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestLoad reads the data from everywhere it may lie.
func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "site-packages"), packed(t)); err != nil {
		t.Fatal(err)
	}
	wheel := filepath.Join(dir, "bfcl_eval.whl")
	f, err := os.Create(wheel)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	if err := w.AddFS(packed(t)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		wheel, filepath.Join(dir, "site-packages"), filepath.Join(dir, "site-packages/bfcl_eval"), filepath.Join(dir, "site-packages/bfcl_eval/data"),
	} {
		d, err := Load(name, "multi_turn_base", "multi_turn_long_context")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(d.Entries()) != 8 {
			t.Errorf("%s: %d entries", name, len(d.Entries()))
		}
		trial, err := NewJudge(false, "").Try(d.Entry("multi_turn_long_context_3"))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := trial.Run([]string{"cat(file_name='diary.txt')", "cd(folder='notes')", "ls()"})
		if got[0] != `{"file_content": "sunny and so on"}` || got[2] != `{"current_directory_content": ["a.jpg", "b.jpg"]}` {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestLoadFaults breaks the data in one way each: the error says where.
func TestLoadFaults(t *testing.T) {
	const name = prefix + "multi_turn_base.json"
	truth := filepath.Join("possible_answer", name)
	tests := []struct{ what, file, old, new, want string }{
		{"broken JSON", name, `{"id": "multi_turn_base_1"`, `{"id": "multi_turn_base_1`, name + ": line 2"},
		{"no id", name, `"id": "multi_turn_base_0"`, `"id": ""`, "line 1: the entry has no id"},
		{"twice", name, `"id": "multi_turn_base_1"`, `"id": "multi_turn_base_0"`, "a second one"},
		{"no class of the name", name, `["GorillaFileSystem", "MathAPI"]`, `["Gorilla"]`, `no class "Gorilla"`},
		{"turns", name, `"question": [[`, `"question": [[{"role": "user", "content": "more"}], [`, "ground truth of 3 turns, but the question has 4"},
		{"missed turn", name, `"path": []`, `"missed_function": {"9": ["ls"]}`, "names turn 9 of 3"},
		{"missed no number", name, `"path": []`, `"missed_function": {"x": ["ls"]}`, `names the turn "x"`},
		{"unknown truth", truth, `"multi_turn_base_0"`, `"multi_turn_base_9"`, "multi_turn_base_9"},
		{"truth of another form", truth, `[["sort(file_name='plants.txt')"]`, `["sort(file_name='plants.txt')"`, truth + ": line 1"},
		{"documentation", "multi_turn_func_doc/gorilla_file_system.json", `{"name": "cat"`, `{"name": ""`, "gorilla_file_system.json: line 1"},
		{"start", name, `"root": {"greenhouse": {"type": "directory", "contents": {"plants.txt"`, `"root": {"greenhouse": {"type": "directory", "content": {"plants.txt"`, "KeyError"},
		{"start of another type", name, `{"GorillaFileSystem": {"root": {"greenhouse": {"type": "directory", "contents": {"plants.txt"`, `{"GorillaFileSystem": 3, "x": {"root": {"greenhouse": {"type": "directory", "contents": {"plants.txt"`, "of type int"},
	}
	for _, tt := range tests {
		t.Run(tt.what, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("testdata/mini")); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, tt.file)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			changed := strings.Replace(string(data), tt.old, tt.new, 1)
			if changed == string(data) {
				t.Fatal("nothing was changed")
			}
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := Load(dir, "multi_turn_base")
			if err == nil {
				_, err = d.Entries()[0].New()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
	for name, want := range map[string]string{"nowhere": "nowhere", "testdata": "multi_turn_func_doc", "lint_test.go": "neither a folder nor a wheel"} {
		if _, err := Load(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q in it", name, err, want)
		}
	}
	if _, err := Load("testdata/mini", "multi_turn_long_context"); err == nil || !strings.Contains(err.Error(), "long_context") {
		t.Errorf("without long_context: %v", err)
	}
	if _, err := Load("testdata/mini", "simple_python_x"); err == nil {
		t.Error("no error of an unknown category")
	}
}
