package agentic_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/internal/testdata"
)

func TestScenarios(t *testing.T) {
	all, err := agentic.Scenarios(os.DirFS(testdata.Shared(t, "bfcl/data")), "rec_sum")
	if err != nil {
		t.Fatal(err)
	}
	type counts struct{ Conversations, Turns, Questions int }
	got := map[string]counts{}
	for _, s := range all {
		c := counts{Conversations: len(s.Conversations), Questions: len(s.Questions)}
		for _, talk := range s.Conversations {
			c.Turns += len(talk.Turns)
		}
		for _, q := range s.Questions {
			if len(q.Answers) == 0 || len(q.Turns) != 1 || q.Source == "" {
				t.Errorf("question %s: %+v", q.ID, q)
			}
		}
		got[s.Name] = c
	}
	want := map[string]counts{
		"student": {10, 108, 50}, "customer": {10, 109, 30}, "finance": {7, 35, 25}, "healthcare": {5, 47, 25}, "notetaker": {5, 24, 25},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scenarios (-want +got):\n%s", diff)
	}
	if id := all[1].Conversations[0].ID; id != "memory_rec_sum_prereq_0-customer-0" {
		t.Errorf("the first conversation of the second scenario is %s", id)
	}
	if id := all[1].Questions[0].ID; id != "memory_rec_sum_0-customer-0" {
		t.Errorf("its first question is %s", id)
	}
}

func TestBadScenarios(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	question := `{"id": "memory_0-customer-0", "scenario": "customer", "question": []}`
	for name, files := range map[string]fstest.MapFS{
		"nothing":      {},
		"no JSON":      {"BFCL_v4_memory.json": file("x"), "possible_answer/BFCL_v4_memory.json": file("")},
		"no answers":   {"BFCL_v4_memory.json": file(question), "possible_answer/BFCL_v4_memory.json": file("")},
		"no scenarios": {"BFCL_v4_memory.json": file(""), "possible_answer/BFCL_v4_memory.json": file("")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := agentic.Scenarios(files, "kv"); err == nil {
				t.Error("no error")
			}
		})
	}
}
