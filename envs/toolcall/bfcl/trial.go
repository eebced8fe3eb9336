package bfcl

import (
	"slices"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Trial is one model's way through the turns of an entry: its calls are run and
// each turn is judged when it ends. It is used by one goroutine.
type Trial struct {
	entry   *Entry
	truth   []truthTurn
	exec    *toolcall.Executor
	turn    int
	steps   int      // with calls, of this turn
	right   int      // judged turns that agreed
	results []string // of all turns
	failed  *Verdict // the first turn that failed
	used    []bool   // scratch
	attrs   []toolcall.Attr
}

// Try starts a trial. An error means that the entry itself cannot be run.
func (j *Judge) Try(e *Entry) (*Trial, error) {
	truth, err := j.truth(e)
	if err != nil {
		return nil, err
	}
	x, err := e.New()
	if err != nil {
		return nil, err
	}
	if j.compat != nil {
		x.SetCompat(j.compat.Instances(e.ID, "_eval", e.kit))
	}
	t := &Trial{entry: e, truth: truth, exec: x}
	t.expect()
	return t, nil
}

// expect tells the executor what the calls of this turn give if they are right.
func (t *Trial) expect() {
	if t.turn < len(t.truth) {
		t.exec.SetKnown(t.truth[t.turn].results)
	}
}

// Entry returns the entry that is tried.
func (t *Trial) Entry() *Entry { return t.entry }

// Executor returns the executor of the trial, to look at.
func (t *Trial) Executor() *toolcall.Executor { return t.exec }

// Turn is the number of turns that have ended, Steps the number of steps of the
// present one.
func (t *Trial) Turn() int { return t.turn }

// Steps is the number of steps with calls that the present turn has had.
func (t *Trial) Steps() int { return t.steps }

// Results returns the results of all calls so far. They are not to be modified.
func (t *Trial) Results() []string { return t.results }

// Run runs the calls of one step, in order. It returns their results, which are
// not to be modified, and how many of them were no calls that can be run.
func (t *Trial) Run(calls []string) (results []string, refused int) {
	n := len(t.results)
	for _, c := range calls {
		o := t.exec.Run(c)
		if o.Refused {
			refused++
		}
		t.results = append(t.results, o.Text)
	}
	t.steps++
	return t.results[n:len(t.results):len(t.results)], refused
}

// EndTurn ends the turn and judges it, in the original's order: an answer was
// due and none came, the states differ, results are missing. It reports whether
// the turn was judged and agrees; one without calls in the ground truth is not
// judged. The first failure is the verdict on the trial.
func (t *Trial) EndTurn() (agreed bool) {
	turn, steps := t.turn, t.steps
	t.turn++
	t.steps = 0
	t.expect()
	if turn >= len(t.truth) || len(t.entry.Truth[turn]) == 0 {
		return false
	}
	v := t.judge(turn, steps)
	if v == nil {
		t.right++
		return true
	}
	if t.failed == nil {
		t.failed = v
	}
	return false
}

// judge returns what is wrong with a turn, or nil.
func (t *Trial) judge(turn, steps int) *Verdict {
	if steps == 0 {
		return emptyTurn(turn)
	}
	if class, attrs := t.differs(turn); class != "" {
		return stateMismatch(turn, class, attrs)
	}
	if missing := t.missing(turn); missing != nil {
		return responseMismatch(turn, missing)
	}
	return nil
}

// Right is the number of judged turns that agreed with the ground truth, be it
// after others that did not.
func (t *Trial) Right() int { return t.right }

// Fork returns a copy that goes its own way from here on.
func (t *Trial) Fork() *Trial {
	f := *t
	f.exec = t.exec.Fork()
	f.results = t.results[:len(t.results):len(t.results)]
	t.results = f.results
	f.used, f.attrs = nil, nil
	return &f
}

// Verdict is what is to be said so far; Valid as long as no turn failed.
func (t *Trial) Verdict() *Verdict {
	if t.failed != nil {
		return t.failed
	}
	return &Verdict{Valid: true, Turn: t.turn}
}

// End is the verdict when nothing more comes: turns that were not played make
// the trial fail before anything else is looked at.
func (t *Trial) End() *Verdict {
	if t.turn != len(t.truth) {
		return terminated(t.turn, len(t.truth))
	}
	return t.Verdict()
}

// differs compares the states with those of the ground truth after a turn, and
// returns the first class that differs and by which attributes.
func (t *Trial) differs(turn int) (class string, attrs []string) {
	for i, s := range t.exec.States() {
		t.attrs = s.AppendAttrs(t.attrs[:0])
		for k, want := range t.truth[turn].states[i] {
			if got := t.attrs[k]; !equal(got.Value, want.Value) {
				attrs = append(attrs, want.Name)
			}
		}
		if attrs != nil {
			slices.Sort(attrs)
			return t.entry.Classes[i], attrs
		}
	}
	return "", nil
}

// equal is a == b; where that raises, as for values that contain themselves, it
// is false.
func equal(a, b py.Value) (same bool) {
	var raised *py.Exception
	defer py.Catch(&raised)
	return py.Equal(a, b)
}

// missing returns the results of a turn of the ground truth that are not among
// those so far, each of which stands for one; nil if there are none.
func (t *Trial) missing(turn int) []string {
	want := t.truth[turn].results
	if len(want)*len(t.results) > manyPairs {
		return missingOfMany(want, t.results)
	}
	t.used = append(t.used[:0], make([]bool, len(t.results))...)
	var missing []string
next:
	for _, w := range want {
		for i, got := range t.results {
			if !t.used[i] && got == w {
				t.used[i] = true
				continue next
			}
		}
		missing = append(missing, w)
	}
	return missing
}

// manyPairs is the number of pairs of results from which counting them costs
// less than comparing all.
const manyPairs = 1 << 12

func missingOfMany(want, have []string) (missing []string) {
	count := make(map[string]int, len(have))
	for _, s := range have {
		count[s]++
	}
	for _, w := range want {
		if count[w] == 0 {
			missing = append(missing, w)
			continue
		}
		count[w]--
	}
	return missing
}
