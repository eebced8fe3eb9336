package alfworld

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// someEnv opens generated games and returns the first task.
func someEnv(t testing.TB, change func(*Config)) (*Env, envs.Task) {
	t.Helper()
	c := DefaultConfig()
	c.House.Games = 60
	if change != nil {
		change(&c)
	}
	env, err := OpenConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for task, err := range env.Tasks("train") {
		if err != nil {
			t.Fatal(err)
		}
		return env, task
	}
	t.Fatal("no tasks")
	return nil, envs.Task{}
}

// snapshots returns snapshots along an episode that follows its hints.
func snapshots(t testing.TB, env *Env, task envs.Task, seed uint64) [][]byte {
	t.Helper()
	ep, err := env.Reset(t.Context(), task, seed)
	if err != nil {
		t.Fatal(err)
	}
	hints, err := ep.(envs.Hinter).Hint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var list [][]byte
	for _, a := range append([]envs.Action{{Text: "look"}}, hints...) {
		b, err := ep.(*Episode).Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
		if _, err := ep.Step(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	b, err := ep.(*Episode).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return append(list, b)
}

// TestSnapshotElsewhere restores snapshots in another process's Env, and not in
// one of other settings or games.
func TestSnapshotElsewhere(t *testing.T) {
	env, task := someEnv(t, nil)
	list := snapshots(t, env, task, 3)
	again, _ := someEnv(t, nil)
	for i, b := range list {
		ep, err := again.Restore(t.Context(), b)
		if err != nil {
			t.Fatalf("snapshot %d: %v", i, err)
		}
		if o := ep.Observation(); i == len(list)-1 && len(o.Admissible) != 0 {
			t.Error("the end of an episode offers something when it is restored")
		}
		if b2, err := ep.(*Episode).Snapshot(); err != nil || !bytes.Equal(b, b2) {
			t.Errorf("snapshot %d: the snapshot of a snapshot differs (%v)", i, err)
		}
	}
	for name, change := range map[string]func(*Config){
		"friendly": func(c *Config) { c.Compat, c.Friendly = false, true },
		"limit":    func(c *Config) { c.MaxTurns = 7 },
	} {
		other, _ := someEnv(t, change)
		if _, err := other.Restore(t.Context(), list[1]); !errors.Is(err, envs.ErrSnapshot) {
			t.Errorf("%s: got %v, want ErrSnapshot", name, err)
		}
	}
}

// FuzzRestore restores damaged snapshots, with their checksum made right again.
// What is accepted must be an episode that works.
func FuzzRestore(f *testing.F) {
	env, task := someEnv(f, nil)
	for _, b := range snapshots(f, env, task, 1) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 8 {
			b = binary.LittleEndian.AppendUint64(b[:len(b)-8:len(b)-8], xxh3.Hash(b[:len(b)-8]))
		}
		ep, err := env.Restore(t.Context(), b)
		if err != nil {
			if !errors.Is(err, envs.ErrSnapshot) {
				t.Errorf("got %v, want ErrSnapshot", err)
			}
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
		if got := twin.Observation(); got.Text() != before.Text() || got.StateKey != before.StateKey || got.Body != before.Body {
			t.Errorf("a second copy sees %q, the first %q", got.Text(), before.Text())
		}
		for _, a := range append(before.Admissible, &envs.Choice{Action: envs.Action{Text: "nonsense"}}) {
			fork, err := ep.(*Episode).Fork()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fork.Step(t.Context(), a.Action); err != nil && !errors.Is(err, envs.ErrDone) {
				t.Errorf("%s: %v", a.Action, err)
			}
			fork.Observation()
		}
	})
}
