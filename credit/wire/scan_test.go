package wire

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// scanTexts are groups on which the two readers have to agree.
var scanTexts = []string{
	`{"id":"g","trajectories":[{"id":"a","obs":["s","t"],"actions":["x","y"],"rewards":[1,-0.5e-3],"n_tokens":[2,1],"values":[0,1],"final_obs":"e","success":true,"bootstrap":1e3}]}`,
	` { "trajectories" : [ ] , "id" : "g" } `,
	`{"id":"\u00e9\n\"\\","more":{"a":[1,"]",{}],"b":null},"trajectories":[{"obs":["\ud83d\ude00"],"actions":["x"],"rewards":[0],"invalid":[false],"tool_calls":[0],"logratios":[0.1],"next_obs":["y"],"error":null}]}`,
	`{"id":"g","trajectories":[{"obs":["s"],"actions":["x"],"rewards":[0],"reward_parts":{"format":[1],"answer":[-0.5]}}]}`,
	`{"ID":"g","trajectories":[{"Obs":["s"],"actions":["x"],"rewards":[0]}]}`,
	`{"id":"g","id":"h","trajectories":[{"obs":null,"actions":[],"rewards":[01]}]}`,
	`{"id":"g","trajectories":[{"obs":["s",null],"actions":["x"],"rewards":[1,]}]}`,
	"{\"id\":\"\xff\",\"trajectories\":[]}",
	`{"id":null,"trajectories":null}`,
	`{"id":"g","x":tru,"trajectories":[]}`,
	`{"id":"g","trajectories":[{"rewards":[1e999],"n_tokens":[1.0],"success":1}]}`,
	`{"id":"g","trajectories":[]}x`,
	`{"id":"g","trajectories":[{"reward_parts":{"format":[1],"format":[2]}},{"reward_parts":null},{"reward_parts":[1]},{"reward_parts":{"format":"1"}}]}`,
}

// FuzzScan compares the fast reader with encoding/json.
func FuzzScan(f *testing.F) {
	for _, s := range scanTexts {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := scanGroup(text)
		if !ok {
			return
		}
		want, err := decodeSlowly([]byte(text))
		if err != nil {
			if got.Trajectories == nil {
				return // then decodeGroup asks the slow reader too
			}
			t.Fatalf("the fast reader took what the slow one refuses: %v", err)
		}
		if d := cmp.Diff(got, want.Inputs, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("fast(-) slow(+):\n%s", d)
		}
	})
}

// TestScanTakes checks that plain groups take the fast way.
func TestScanTakes(t *testing.T) {
	for i, s := range scanTexts {
		_, ok := scanGroup(s)
		if plain := i < 4; ok != plain {
			t.Errorf("%s: read fast: %v", s, ok)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	g := struct {
		ID           string           `json:"id"`
		Trajectories []map[string]any `json:"trajectories"`
	}{ID: "g"}
	for range 8 {
		var obs, actions []string
		var rewards, tokens []int
		for k := range 50 {
			obs = append(obs, "You are in a room. Looking around you, you see a bed 1, a desk 2, a drawer 3, a shelf 4 and a safe 1. What do you do next? This is step text "+string(rune('a'+k%26)))
			actions, rewards, tokens = append(actions, "go to drawer 3"), append(rewards, 0), append(tokens, 8)
		}
		g.Trajectories = append(g.Trajectories, map[string]any{"obs": obs, "actions": actions, "rewards": rewards, "n_tokens": tokens})
	}
	text, err := json.Marshal(g)
	if err != nil {
		b.Fatal(err)
	}
	for name, decode := range map[string]func([]byte) (*Group, error){"fast": decodeGroup, "slow": decodeSlowly} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := decode(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestPlain(t *testing.T) {
	for length := range 20 {
		for place := range length {
			for c := range 256 {
				text := []byte("abcdefghijklmnopqrst")[:length]
				text[place] = byte(c)
				if got, want := plain(string(text)), c >= ' ' && c != '\\' && c < 0x80; got != want {
					t.Fatalf("byte %d in place %d of %d: %v, want %v", c, place, length, got, want)
				}
			}
		}
	}
}
