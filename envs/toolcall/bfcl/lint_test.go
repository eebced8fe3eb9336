package bfcl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/testdata"
)

// written is an entry to write into a data folder.
type written struct {
	id      string
	ask     []string
	classes []string
	initial string
	missed  string
	truth   string
}

// dataFolder writes entries of the base category into a copy of the tiny data.
func dataFolder(t *testing.T, entries []written) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/mini")); err != nil {
		t.Fatal(err)
	}
	var questions, truths []byte
	for _, w := range entries {
		var q [][]Message
		for _, text := range w.ask {
			q = append(q, []Message{{Role: "user", Content: text}})
		}
		if w.missed == "" {
			w.missed = "{}"
		}
		line, err := json.Marshal(map[string]any{
			"id": w.id, "question": q, "involved_classes": w.classes,
			"initial_config": json.RawMessage(w.initial), "missed_function": json.RawMessage(w.missed),
		})
		if err != nil {
			t.Fatal(err)
		}
		questions = append(append(questions, line...), '\n')
		truths = append(truths, `{"id": "`+w.id+`", "ground_truth": `+w.truth+"}\n"...)
	}
	const name = prefix + "multi_turn_base.json"
	for path, data := range map[string][]byte{name: questions, filepath.Join("possible_answer", name): truths} {
		if err := os.WriteFile(filepath.Join(dir, path), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestLintFinds has an entry for every kind of fault.
func TestLintFinds(t *testing.T) {
	files := []string{"GorillaFileSystem"}
	const start = `{"GorillaFileSystem": {"root": {"shed": {"type": "directory", "contents": {"spade.txt": {"type": "file", "content": "rusty"}}}}}}`
	tests := []struct {
		entry written
		want  []Finding // without ID
	}{
		{written{"multi_turn_base_0", []string{"Show spade.txt."}, files, start, "", `[["cat(file_name='spade.txt')"]]`}, []Finding{{Kind: FindReadOnly, Turn: -1}}},
		{
			written{"multi_turn_base_1", []string{"Show rake.txt."}, files, start, "", `[["cat(file_name='rake.txt')", "mkdir(dir_name='rake')"]]`},
			[]Finding{{Kind: FindError, Call: "cat(file_name='rake.txt')", Detail: "cat: 'rake.txt': No such file or directory"}},
		},
		{
			written{"multi_turn_base_2", []string{"Make a directory old."}, files, start, "", `[["mkdir(name='old')", "mkdir(dir_name='old')"]]`},
			[]Finding{{Kind: FindRaises, Call: "mkdir(name='old')", Detail: "Error during execution: GorillaFileSystem.mkdir() got an unexpected keyword argument 'name'"}},
		},
		{
			written{"multi_turn_base_3", []string{"Say hello."}, files, start, "", `[[]]`},
			[]Finding{{Kind: FindNothing, Turn: -1}, {Kind: FindReadOnly, Turn: -1}},
		},
		{
			written{"multi_turn_base_4", []string{"Make a directory new.", "Now."}, files, start, `{"1": ["mkdir"]}`, `[["mkdir(dir_name='new')"], []]`},
			[]Finding{{Kind: FindHidden, Call: "mkdir(dir_name='new')", Detail: "mkdir"}},
		},
		{
			written{"multi_turn_base_5", []string{"Put the tool away."}, files, start, "", `[["mv(source='spade.txt', destination='cupboard')"]]`},
			[]Finding{
				{Kind: FindLookup, Call: "mv(source='spade.txt', destination='cupboard')", Detail: "'spade.txt'"},
				{Kind: FindUnseen, Call: "mv(source='spade.txt', destination='cupboard')", Detail: "'cupboard'"},
			},
		},
		{
			written{"multi_turn_base_6", []string{"Make a file pot."}, files, start[:len(start)-1] + `, "TicketAPI": {}}`, "", `[["touch(file_name='pot')"]]`},
			[]Finding{{Kind: FindUnneeded, Turn: -1, Detail: "TicketAPI"}},
		},
		{
			written{"multi_turn_base_7", []string{"Make a file pot."}, files, start, "", `[["touch(file_name='pot')", "ls()"]]`},
			[]Finding{{Kind: FindDuplicate, Turn: -1, Detail: "same request as multi_turn_base_6"}},
		},
	}
	var entries []written
	var want []Finding
	for _, tt := range tests {
		entries = append(entries, tt.entry)
		for _, f := range tt.want {
			f.ID = tt.entry.id
			want = append(want, f)
		}
	}
	d, err := Load(dataFolder(t, entries), "multi_turn_base")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Lint(d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]KindCount{{FindDuplicate, 1}, {FindHidden, 1}, {FindReadOnly, 2}}, CountFindings(got)[:3]); diff != "" {
		t.Errorf("counts: -want +got\n%s", diff)
	}
}

// TestLintData counts what is to be said of the real data.
func TestLintData(t *testing.T) {
	d, err := Load(testdata.Shared(t, "bfcl/data"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := Lint(d)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, k := range CountFindings(found) {
		count[k.Kind] = k.N
	}
	want := map[string]int{FindDuplicate: 1, FindHidden: 1, FindReadOnly: 43, FindLookup: 631, FindUnseen: 199, FindUnneeded: 4}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
