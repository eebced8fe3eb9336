package single_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"stepgym/envs/toolcall/bfcl/single"
)

func TestBadData(t *testing.T) {
	const (
		name   = "BFCL_v4_multiple.json"
		truths = "possible_answer/" + name
		good   = `{"id": "multiple_0", "question": [], "function": []}`
		answer = `{"id": "multiple_0", "ground_truth": []}`
	)
	for _, c := range []struct {
		entries, answers string
		category         string
		want             string // in the error
	}{
		{good, answer, "multiple", ""},
		{good, answer, "multi_turn_base", "no single-turn category"},
		{good, answer, "parallel", "BFCL_v4_parallel.json"},
		{"{", answer, "multiple", name + ": line 1"},
		{"[]", answer, "multiple", "it is of type list"},
		{"\n{}", answer, "multiple", "line 2: the entry has no id"},
		{`{"id": "a", "question": []}`, answer, "multiple", "function is no list"},
		{`{"id": "a", "question": 3, "function": []}`, answer, "multiple", "entry a: question"},
		{good + "\n" + good, answer, "multiple", "a second entry"},
		{good, "", "multiple", "has 0 answers"},
		{good, `{"ground_truth": {}}`, "multiple", "ground_truth is no list"},
		{good, answer + "\n" + answer, "multiple", "has 2 answers"},
	} {
		files := fstest.MapFS{name: {Data: []byte(c.entries)}, truths: {Data: []byte(c.answers)}}
		_, err := single.Load(files, c.category)
		switch {
		case c.want == "" && err != nil:
			t.Error(err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s with %s: %v, want %q", c.entries, c.answers, err, c.want)
		}
	}
}
