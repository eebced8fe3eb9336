package config

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type settings struct {
	Name  string   `json:"name"`
	Turns int      `json:"turns"`
	Loud  bool     `json:"loud"`
	Lists []string `json:"lists"`
	Room  struct {
		Size float64 `json:"size"`
	} `json:"room"`
}

func TestRead(t *testing.T) {
	tests := []struct{ name, raw, want, turns string }{
		{"nothing", "", "", "7"},
		{"blanks", " \n", "", "7"},
		{"all", `{"name": "a", "turns": 2, "loud": true, "lists": ["x"], "room": {"size": 1.5}}`, "", "2"},
		{"no object", `[1]`, "p: want a JSON object: json: cannot unmarshal array into Go value of type map[string]json.RawMessage", "7"},
		{"cut off", `{"name"`, "p: want a JSON object: unexpected end of JSON input", "7"},
		{"something behind", `{} {}`, "p: want a JSON object: invalid character '{' after top-level value", "7"},
		{
			"everything wrong at once", `{"turns": "x", "nome": 1, "loud": 1, "lists": "a", "room": {"sise": 1}, "name": 2}`,
			"p: lists: got a string, want a list of strings\np: loud: got a number, want true or false\np: name: got a number, want a string\n" +
				"p: unknown key \"nome\"; the keys are lists, loud, name, room, turns\np: room: json: unknown field \"sise\"\np: turns: got a string, want a whole number", "7",
		},
		{"the rest is set", `{"nome": 1, "turns": 3}`, "p: unknown key \"nome\"; the keys are lists, loud, name, room, turns", "3"},
		{"keys are exact", `{"Turns": 3}`, "p: unknown key \"Turns\"; the keys are lists, loud, name, room, turns", "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := settings{Turns: 7}
			_, faults := Read("p: ", json.RawMessage(tt.raw), &c)
			got := ""
			if err := errors.Join(faults...); err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if b, _ := json.Marshal(c.Turns); string(b) != tt.turns {
				t.Errorf("turns %s, want %s", b, tt.turns)
			}
		})
	}
}
