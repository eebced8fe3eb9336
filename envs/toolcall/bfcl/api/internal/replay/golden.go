package replay

import (
	"testing"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Golden plays the episodes of a golden file. A line is an episode:
// {"scenario", "long": literals or null, "calls": [source], "results": [text],
// "state": {"public", "private"}}. It also checks that the prototype is not
// touched by what is played on its copies.
func Golden(t *testing.T, s Subject, path string) {
	kit := toolcall.NewKit(s.Class)
	calls, episodes := 0, 0
	Lines(t, path, func(n int, line *py.Dict) {
		episodes++
		scenario, _ := decode(line.Or("scenario", nil)).(*py.Dict)
		long, _ := decode(line.Or("long", py.None{})).(*py.Dict)
		if line.Or("long", py.None{}) == py.Value(py.Bool(true)) {
			long = Long(t)
		}
		prototype := s.Load(scenario, long)
		before := Text(State(prototype), false)
		x := kit.New([]toolcall.State{prototype})
		results := list(line, "results")
		for i, c := range list(line, "calls") {
			calls++
			got, want := x.Run(py.ToStr(c)).Text, py.ToStr(results[i])
			if got != want {
				t.Errorf("line %d, call %d: %s\n got %.300q\nwant %.300q", n, i, py.ToStr(c), got, want)
			}
		}
		got, want := Text(State(x.States()[0]), false), Text(decode(line.Or("state", nil)), false)
		if got != want {
			t.Errorf("line %d: state\n got %s\nwant %s", n, got, want)
		}
		if after := Text(State(prototype), false); after != before {
			t.Errorf("line %d: the prototype was changed\n got %s\nwant %s", n, after, before)
		}
	})
	if episodes == 0 {
		t.Fatalf("%s holds no episodes", path)
	}
	t.Logf("%d episodes, %d calls", episodes, calls)
}
