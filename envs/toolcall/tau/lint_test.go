package tau_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall/tau"
)

// TestLint counts what was counted with the original: failing actions and tasks
// that need nothing to be done.
func TestLint(t *testing.T) {
	type counts struct{ Tasks, Failing, Writes, Unchanged, Idle int }
	count := func(d *tau.Data, split string) counts {
		l := d.Lint(split)
		c := counts{l.Tasks, len(l.Failing), 0, len(l.Unchanged), len(l.Idle)}
		for _, f := range l.Failing {
			if f.Write {
				c.Writes++
			}
		}
		return c
	}
	got := map[string]counts{}
	for _, domain := range tau.Domains() {
		d := load(t, domain)
		for _, split := range d.Splits() {
			got[domain+" "+split] = count(d, split)
		}
	}
	want := map[string]counts{
		"airline test": {Tasks: 50, Unchanged: 20, Idle: 19},
		"retail test":  {Tasks: 115, Failing: 24, Writes: 4, Unchanged: 11, Idle: 7},
		// Of these two only the 20 was counted with the original.
		"retail train": {Tasks: 500, Failing: 20, Writes: 20, Unchanged: 5, Idle: 5},
		"retail dev":   {Tasks: 20, Unchanged: 1, Idle: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
