package alfworld

import (
	"slices"
	"testing"

	"stepgym/envs"
)

// TestFirstHints takes any of the equally good actions at every turn: that ends
// in success as soon as the way that Hint gives.
func TestFirstHints(t *testing.T) {
	env, err := Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	played, ties := 0, 0
	for task, err := range env.Tasks("dev") {
		if err != nil {
			t.Fatal(err)
		}
		if played++; played > 12 {
			break
		}
		open, err := env.Reset(t.Context(), task, 0)
		if err != nil {
			t.Fatal(err)
		}
		ep := open.(*Episode)
		way, err := ep.Hint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for left := len(way); left > 0; left-- {
			first, err := ep.FirstHints(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if way, err = ep.Hint(t.Context()); err != nil || len(way) != left || !slices.ContainsFunc(first, func(a envs.Action) bool { return a.Text == way[0].Text }) {
				t.Fatalf("%s: %d actions to go, the hint is %v of %v (%v)", task.ID, left, way, first, err)
			}
			if len(first) > 1 {
				ties++
			}
			r, err := ep.Step(t.Context(), first[len(first)-1])
			if err != nil || r.Success != (left == 1) {
				t.Fatalf("%s: %d to go, result %+v, %v", task.ID, left, r, err)
			}
		}
		if first, err := ep.FirstHints(t.Context()); err != nil || len(first) > 0 {
			t.Errorf("%s: after success %v, %v", task.ID, first, err)
		}
		if err := ep.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := ep.FirstHints(t.Context()); err == nil {
			t.Error("no error after Close")
		}
	}
	if ties == 0 {
		t.Error("never were two actions equally good")
	}
}
