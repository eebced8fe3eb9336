package tau_test

import (
	"encoding/json"
	"strings"
	"testing"

	"stepgym/envs/toolcall/tau"
)

// TestScoreTexts checks that texts leave as Python writes them, and that JSON is
// read as Python reads it.
func TestScoreTexts(t *testing.T) {
	s := tau.NewScorer("testdata/mini", tau.ScoreOptions{})
	score, err := s.Score([]byte(`{"domain": "retail", "task": 0, "actions": [` +
		`{"name": "modify_pending_order_items", "kwargs": {"order_id": "#W1", "item_ids": ["11"], "new_item_ids": ["\ud800é"], "payment_method_id": "x"}},` +
		`{"name": "modify_pending_order_items", "kwargs": {"order_id": "#W1", "item_ids": [NaN], "new_item_ids": [1], "payment_method_id": "x"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(score)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"domain":"retail","split":"test","task":0,"results":["Error: new item \ud800\u00e9 not found or available","Error: nan not found"],"reward":0}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestReadRow checks what is said of rows that are none.
func TestReadRow(t *testing.T) {
	for line, want := range map[string]string{
		`[]`:                           "it is not an object",
		`{`:                            "json: byte",
		`{"domain": 5}`:                "its domain is of type int",
		`{"task": 0}`:                  "it has no domain",
		`{"domain": "x"}`:              "it has no task",
		`{"domain": "x", "task": -1}`:  "it has no task",
		`{"domain": "x", "task": 1.0}`: "it has no task",
		`{"domain": "x", "task": 0}`:   "it has no list of actions",
		`{"domain": "x", "task": 0, "actions": [5]}`:                             "action 0 is of type int",
		`{"domain": "x", "task": 0, "actions": [{"kwargs": {}}]}`:                "action 0 has no name",
		`{"domain": "x", "task": 0, "actions": [{"name": "a", "kwargs": "{}"}]}`: "kwargs of a are of type str",
	} {
		if _, err := tau.ReadRow([]byte(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want one with %q", line, err, want)
		}
	}
}
