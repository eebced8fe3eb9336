package games

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestParseLine(t *testing.T) {
	got, problem, err := parseLine([]byte(` {"pddl_problem":"first", "id":"a\/b", "more": {"pddl_problem": [1, "]"]}, "task": "put \"x\" there.",
		"task_type": "look_at_obj_in_light", "pddl_params": {"object_target": "Mug", "parent_target": null, "object_sliced": "no", "toggle_target": 5, "mrecep_target": "Bowl"},
		"anns": ["one", "two"], "pddl_problem" : "(define\n\t(\"q\" \\) \u00e9\ud83d\ude00\ud83d)" } `))
	if err != nil {
		t.Fatal(err)
	}
	want := record{ID: "a/b", Task: `put "x" there.`, Type: "look_at_obj_in_light", Params: Params{Object: "Mug", Movable: "Bowl"}, Human: []string{"one", "two"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Error(diff)
	}
	if want := "(define\n\t(\"q\" \\) é😀�)"; string(problem) != want {
		t.Errorf("problem %q, want %q", problem, want)
	}
}

func TestParseLineErrors(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{``, "want a JSON object"},
		{`[1]`, "want a JSON object"},
		{`{"id": "a", "pddl_problem": "(defi`, "in the middle of the problem: it was cut off"},
		{`{"id": "a", "task": "put`, "in the middle of a text: it was cut off"},
		{`{"id": "a", "pddl_problem": "(define)"`, "in the middle of an object: it was cut off"},
		{`{"id": "a"}`, `has no "pddl_problem"`},
		{`{"pddl_problem": "(define)"}`, `has no "id"`},
		{`{"id": "a", "pddl_problem": ""}`, `has no "pddl_problem"`},
		{`{"id": "a", "pddl_problem": 7}`, `has no "pddl_problem"`},
		{`{"id": 7, "pddl_problem": "x"}`, `"id" is a number, want a string`},
		{`{"id": "a", "pddl_problem": "\q"}`, `pddl_problem: bad escape \q`},
		{`{"id": "a", "pddl_problem": "\u12"}`, `pddl_problem: bad escape \u12`},
		{`{"id": "a", "pddl_problem": "x"} {}`, "not JSON"},
		{`{"id": "a" "pddl_problem": "x"}`, "not JSON"},
	} {
		if _, _, err := parseLine([]byte(tt.line)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.line, err, tt.want)
		}
	}
}

// FuzzLine compares with encoding/json what it takes.
func FuzzLine(f *testing.F) {
	f.Add([]byte(`{"id":"a","pddl_problem":"(d\n\"\\\u00e9 \ud83d\ude00)","anns":["x"],"pddl_params":{"object_sliced":true}}`))
	f.Add([]byte(`{"a":{"pddl_problem":"no"},"id":"b","pddl_problem":"yes","pddl_problem":"last"}`))
	f.Add([]byte(`{"id":"a","pddl_problem":"x`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, problem, err := parseLine(b)
		var want struct {
			record
			Problem string `json:"pddl_problem"`
		}
		// encoding/json ignores the case of keys, and replaces bad UTF-8.
		if json.Unmarshal(b, &want) != nil || bytes.Count(bytes.ToLower(b), []byte("pddl_problem")) != 1 || bytes.Count(b, []byte(`"pddl_problem"`)) != 1 || bytes.ContainsRune(b, '�') {
			return
		}
		if err != nil {
			if want.Problem != "" && want.ID != "" && strings.TrimSpace(want.Problem) != "" {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		if diff := cmp.Diff(got, want.record); diff != "" {
			t.Error(diff)
		}
		if s := strings.ToValidUTF8(string(problem), "�"); s != want.Problem && strings.ToValidUTF8(want.Problem, "�") == want.Problem && !strings.Contains(want.Problem, "�") {
			t.Errorf("problem %q, want %q", problem, want.Problem)
		}
	})
}

// FuzzGame reads damaged game files.
func FuzzGame(f *testing.F) {
	f.Add([]byte(`{"pddl_domain":"(define)","grammar":"Your task is to: x.\"","pddl_problem":"(define)","solvable":true,"walkthrough":null}`))
	f.Add([]byte(`{"solvable":"yes"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := parseGame(b)
		if (err == nil) == (text == nil || text.Domain == "" || text.Grammar == "" || text.Problem == "") {
			t.Errorf("%+v, %v", text, err)
		}
		if err != nil {
			return
		}
		blank, _ := cutSentence(text.Grammar)
		if again, s := cutSentence(blank); again != blank || s != "" {
			t.Errorf("cut twice: %q, then %q and %q", blank, again, s)
		}
		if _, err := parseTraj(b); err == nil {
			return
		}
	})
}

// FuzzPacked reads damaged files of lines.
func FuzzPacked(f *testing.F) {
	f.Add([]byte("{\"id\":\"train/a/b\",\"pddl_problem\":\"x\"}\n\n{\"id\":\"c\",\"pddl_problem\":\"y\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pair := &Pair{}
		list, err := readLines(t.Context(), "f", bytes.NewReader(b), pair, func(*Game) bool { return true })
		halves, herr := readLines(t.Context(), "f", iotest.OneByteReader(bytes.NewReader(b)), pair, func(*Game) bool { return true })
		if len(list) != len(halves) || (err == nil) != (herr == nil) {
			t.Errorf("%d games (%v), in small pieces %d (%v)", len(list), err, len(halves), herr)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "alfworld: f:") {
			t.Errorf("error without a place: %v", err)
		}
	})
}

func TestCutSentence(t *testing.T) {
	for _, tt := range []struct{ grammar, blank, sentence string }{
		{`{"rhs": "Your task is to: put a mug in desk."}`, `{"rhs": "Your task is to: UNKNOWN GOAL"}`, "put a mug in desk."},
		{`{"rhs": "Your task is to: UNKNOWN GOAL."}`, `{"rhs": "Your task is to: UNKNOWN GOAL"}`, ""},
		{`"Your task is to: say \"hi\" é"`, `"Your task is to: UNKNOWN GOAL"`, `say "hi" é`},
		{`"Your task is to: `, `"Your task is to: UNKNOWN GOAL`, ""},
		{`"Your task is to: \`, `"Your task is to: UNKNOWN GOAL`, `\`},
		{`no task`, `no task`, ""},
	} {
		blank, sentence := cutSentence(tt.grammar)
		if blank != tt.blank || sentence != tt.sentence {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.grammar, blank, sentence, tt.blank, tt.sentence)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, tt := range []struct{ root, rel, id, split string }{
		{"/data/json_2.1.1", "valid_seen/a-1/trial", "valid_seen/a-1/trial", "valid_seen"},
		{"/data/json_2.1.1/valid_seen", "a-1/trial", "valid_seen/a-1/trial", "valid_seen"},
		{"/data/json_2.1.1/valid_seen/a-1/trial", ".", "valid_seen/a-1/trial", "valid_seen"},
		{"/train/data/games/gen", "a-1/trial", "a-1/trial", ""},
		{"/data/gen/a-1/trial", ".", "a-1/trial", ""},
		{"/data", "json/train/deep/a-1/trial", "json/train/deep/a-1/trial", "train"},
		{"/", ".", "", ""},
	} {
		if id, split := place(tt.root, tt.rel); id != tt.id || split != tt.split {
			t.Errorf("place(%q, %q) = %q, %q, want %q, %q", tt.root, tt.rel, id, split, tt.id, tt.split)
		}
	}
	for name, want := range map[string]string{
		"a/valid_train.jsonl.xz": "valid_train", "train.jsonl": "train", "my-valid_unseen.jsonl.gz": "valid_unseen", "games.jsonl": "", "x/restrain.d/a.jsonl": "",
	} {
		if got := splitOfName(name); got != want {
			t.Errorf("splitOfName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"abc", "abc", 0}} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
