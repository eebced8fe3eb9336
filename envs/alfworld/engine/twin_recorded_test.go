package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twinOwn reads a game of our own, such as "garden-1".
func twinOwn(t testing.TB, name, number string) *twinGame {
	t.Helper()
	read := func(file string) string { return string(twinRead(t, "testdata/twin/"+file)) }
	return &twinGame{ID: name + "-" + number, Task: "enjoy it.", Domain: read(name + ".pddl"), Grammar: read(name + ".twl2"), Problem: read(name + "-" + number + ".pddl")}
}

// twinRecorded reads what the original said to our own games: see
// testdata/twin/record.py.
func twinRecorded(t testing.TB, name string) []twinTrace {
	t.Helper()
	return twinTraceFile(t, "testdata/twin/"+name+".jsonl.gz")
}

// The twin and the engine play our own games, whose domain is of another kind
// than the household, as the original did.
func TestTwinRecorded(t *testing.T) {
	records := 0
	for _, tr := range twinRecorded(t, "garden") {
		g := twinOwn(t, "garden", strings.TrimPrefix(tr.Game, "garden-"))
		w, game := g.start(t), g.load(t)
		s := game.Start()
		feedback, answer := w.intro(), s.Intro()
		for i, want := range tr.Steps {
			if want.Action != nil {
				feedback = w.step(*want.Action)
				answer, _ = s.Step(*want.Action)
			}
			var texts []string
			for _, c := range s.Admissible() {
				texts = append(texts, game.Text(c))
			}
			type shown struct {
				Obs        string
				Admissible []string
				Won        bool
			}
			original := shown{want.Obs, want.Admissible, want.Won}
			if diff := cmp.Diff(original, shown{feedback, w.admissible(), w.won()}); diff != "" {
				t.Fatalf("%s step %d, -original +twin:\n%s", tr.Game, i, diff)
			}
			if diff := cmp.Diff(original, shown{answer, texts, s.Won()}); diff != "" {
				t.Fatalf("%s step %d, -original +engine:\n%s", tr.Game, i, diff)
			}
			records++
		}
	}
	t.Logf("%d records", records)
}
