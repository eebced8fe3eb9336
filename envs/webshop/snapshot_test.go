package webshop

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// FuzzRestore restores damaged snapshots, with their checksum made right again.
// What is accepted must be an episode that works.
func FuzzRestore(f *testing.F) {
	c := DefaultConfig()
	c.Data, c.HistoryActions = "testdata/mini", 2
	env := openShop(f, c)
	for _, actions := range [][]string{
		{}, {"search[headphones]"}, {"search[odd headphones]", "click[bquirks001]", "click[red]", "click[features]"},
		{"search[odd headphones]", "click[bquirks001]", "click[buy now]"},
	} {
		ep, err := env.Reset(f.Context(), envs.Task{ID: "goal:0"}, 1)
		if err != nil {
			f.Fatal(err)
		}
		for _, a := range actions {
			if _, err := ep.Step(f.Context(), envs.Action{Text: a}); err != nil {
				f.Fatal(err)
			}
		}
		b, err := ep.(*Episode).Snapshot()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 8 {
			b = binary.LittleEndian.AppendUint64(b[:len(b)-8:len(b)-8], xxh3.Hash(b[:len(b)-8]))
		}
		ep, err := env.Restore(t.Context(), b)
		if err != nil {
			return
		}
		before := ep.Observation()
		again, err := ep.(*Episode).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		twin, err := env.Restore(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		if got := twin.Observation(); got.Text() != before.Text() || got.StateKey != before.StateKey {
			t.Errorf("a second copy sees %q, the first %q", got.Text(), before.Text())
		}
		if third, err := twin.(*Episode).Snapshot(); err != nil || !bytes.Equal(again, third) {
			t.Errorf("the snapshot of a snapshot differs: %v", err)
		}
		for _, a := range append(before.Admissible, &envs.Choice{Action: envs.Action{Text: "click[< prev]"}}) {
			fork, err := ep.(*Episode).Fork()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fork.Step(t.Context(), a.Action); err != nil && err != envs.ErrDone {
				t.Errorf("%s: %v", a.Action, err)
			}
			fork.Observation()
		}
	})
}
