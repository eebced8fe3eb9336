package agentic_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/py"
	"stepgym/internal/testdata"
)

// decode takes everything that begins with f( for a call.
func decode(said py.Value) ([]string, error) {
	s, ok := said.(py.Str)
	switch {
	case ok && strings.HasPrefix(string(s), "f("):
		return []string{string(s)}, nil
	case ok && s == "[]":
		return nil, nil
	}
	return nil, errors.New("no call")
}

func TestJudge(t *testing.T) {
	say := func(said ...py.Value) py.Value { return py.NewList(py.NewList(said...)) }
	for _, c := range []struct {
		name   string
		result py.Value
		kind   string
	}{
		{"found", say(py.Str("f(1)"), py.Str("It is Ely.")), ""},
		{"in a list", say(py.NewList(py.Str("ely"))), ""},
		{"in a dict", say(py.D("answer", py.Str("Ely"))), ""},
		{"another", say(py.Str("It is Elyria.")), agentic.ErrorNotFound},
		{"only the last message", say(py.Str("Ely"), py.Str("York")), agentic.ErrorNotFound},
		{"a call after it", say(py.Str("Ely"), py.Str("f(1)")), ""},
		{"no calls are a message", say(py.Str("Ely"), py.Str("[]")), agentic.ErrorNotFound},
		{"an empty message", say(py.Str("Ely"), py.Str("")), agentic.ErrorNoMessage},
		{"calls only", say(py.Str("f(1)")), agentic.ErrorNoMessage},
		{"nothing", say(), agentic.ErrorNoMessage},
		{"no list", py.Str("Ely"), agentic.ErrorInference},
		{"two turns", py.NewList(py.NewList(), py.NewList()), agentic.ErrorInference},
		{"no steps", py.NewList(py.None{}), agentic.ErrorInference},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := agentic.Judge(c.result, []string{"Ely", "the isle"}, decode)
			if got.Type != c.kind || got.Valid != (c.kind == "") {
				t.Errorf("%+v, want %q", got, c.kind)
			}
		})
	}
}

// TestGolden compares with what the original said of messages and answers of
// ours, changed at random: [message, [answer], found].
func TestGolden(t *testing.T) {
	f, err := os.Open(filepath.Join("testdata", "answers.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[bool]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c struct {
			Msg   string
			A     []string
			Valid bool
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		found[c.Valid]++
		if got := agentic.Answers(c.Msg, c.A); got != c.Valid {
			t.Errorf("%q in %q: %v", c.A, c.Msg, got)
		}
	}
	if found[true] < 50 || found[false] < 50 {
		t.Errorf("%v were compared", found)
	}
}

// TestOwnAnswers checks that each possible answer of the memory questions is
// found in a message that is nothing else, and in none that is empty.
func TestOwnAnswers(t *testing.T) {
	raw, err := os.ReadFile(testdata.Shared(t, "bfcl/data/possible_answer/BFCL_v4_memory.json"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(raw)) {
		var c struct {
			ID    string
			Truth []string `json:"ground_truth"`
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatal(err)
		}
		for _, a := range c.Truth {
			n++
			if !agentic.Answers(a, c.Truth) || agentic.Answers("", c.Truth) {
				t.Errorf("%s: %q", c.ID, a)
			}
		}
	}
	if n < 155 {
		t.Errorf("%d answers", n)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add("The Ély's answer", "ély")
	f.Fuzz(func(_ *testing.T, message, answer string) { agentic.Answers(message, []string{answer}) })
}

func ExampleAnswers() {
	fmt.Println(agentic.Answers("{'answer': 'April 1st, 2024'}", []string{"april 1st 2024"}))
	fmt.Println(agentic.Answers("He is 35.", []string{"3", "three"}))
	// Output:
	// true
	// false
}
