package tui_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"stepgym/traces"
	"stepgym/traces/index"
	"stepgym/traces/viewer/tui"
)

func Example() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	run, err := traces.Create(filepath.Join(dir, "first"), traces.Manifest{}, traces.Options{})
	if err != nil {
		log.Fatal(err)
	}
	err = run.Append(&traces.Trajectory{
		ID: "it0/door/0", Policy: "rule", Iteration: 0, Goal: "leave the room", Truncated: true, Turns: 1,
		Steps: []traces.Step{{Observation: traces.Observation{Text: "A door.", Place: "room"}, Action: "wait"}},
		Final: &traces.Observation{Text: "Still a door."},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := run.Close(); err != nil {
		log.Fatal(err)
	}

	x, err := index.Open(run.Dir(), index.Options{Unclassified: true})
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	ctx := context.Background()
	s, err := tui.New(ctx, x, tui.Options{Name: "first"})
	if err != nil {
		log.Fatal(err)
	}
	s.Press(ctx, 'j')
	for _, l := range s.Frame(50, 10) {
		if l != "" {
			fmt.Println(strings.TrimSpace(l))
		}
	}
	// Output:
	// first 1/1  it0/door/0
	// truncated: timeout  return 0  1 turns  rule  iter…
	// leave the room
	// ── the end ───────────────────────────────────────
	// Still a door.
	// ·[■]
	// j k step   h l episode   n N failure   s sibling …
}
