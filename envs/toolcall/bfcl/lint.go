package bfcl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Kinds of findings of [Lint].
const (
	FindInvalid   = "invalid_truth"     // the ground truth does not pass its own check
	FindRaises    = "truth_raises"      // a call of the ground truth raises
	FindError     = "truth_error"       // a call of the ground truth gives {"error": ...}
	FindNothing   = "won_by_nothing"    // the entry is valid without a single call
	FindReadOnly  = "state_unchanged"   // the ground truth changes no state: reading is all that is judged
	FindHidden    = "hidden_function"   // a call of the ground truth uses a function that is not offered yet
	FindUnseen    = "unseen_argument"   // an argument that stands nowhere before, and that no simple call gives
	FindLookup    = "unasked_argument"  // an argument that only a call gives that the ground truth does not make
	FindUnneeded  = "unused_config"     // initial_config of a class that is not involved
	FindDuplicate = "duplicate"         // the same first request or the same start and the same ground truth as another scenario
	FindLeak      = "leak_across_split" // variants of a scenario in train and in test
)

// Finding is one thing that is wrong with a data set, or worth knowing.
type Finding struct {
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Turn   int    `json:"turn"` // -1 where it is about the whole entry
	Call   string `json:"call,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Lint looks for what is wrong with the entries: entries in the order of the
// data, findings in the order of turns.
func Lint(d *Dataset) ([]Finding, error) {
	l := &linter{data: d, judge: NewJudge(false, "")}
	for _, e := range d.Entries() {
		if err := l.entry(e); err != nil {
			return nil, err
		}
	}
	l.duplicates()
	return l.found, nil
}

type linter struct {
	data  *Dataset
	judge *Judge
	found []Finding
}

func (l *linter) add(kind string, e *Entry, turn int, call, detail string) {
	l.found = append(l.found, Finding{kind, e.ID, turn, call, detail})
}

func (l *linter) entry(e *Entry) error {
	own := make([][][]string, len(e.Truth))
	for i, calls := range e.Truth {
		own[i] = [][]string{calls}
	}
	v, err := l.judge.Check(e, own)
	if err != nil {
		return err
	}
	if !v.Valid {
		l.add(FindInvalid, e, v.Turn, "", v.Message)
	}
	if v, err = l.judge.Check(e, make([][][]string, len(e.Truth))); err != nil {
		return err
	} else if v.Valid {
		l.add(FindNothing, e, -1, "", "")
	}
	initial, err := dict(e.initial, "initial_config")
	if err != nil {
		return err
	}
	for _, k := range initial.Keys() {
		if name := py.ToStr(k); !slices.Contains(e.Classes, name) {
			l.add(FindUnneeded, e, -1, "", name)
		}
	}
	return l.truth(e)
}

// truth plays the ground truth and looks at each call.
func (l *linter) truth(e *Entry) error {
	x, err := e.New()
	if err != nil {
		return err
	}
	offered, err := l.data.tools(e)
	if err != nil {
		return err
	}
	start := attributes(x.Fork()) // attributes may show a state as it is when they are looked at
	now := offered.schemas
	var h heard
	for turn, calls := range e.Truth {
		if more, ok := offered.later[turn]; ok {
			now = more
		}
		for _, m := range e.Question[turn] {
			h.say(m.Content)
		}
		for _, call := range calls {
			l.call(e, turn, call, x, now, &h)
		}
	}
	if slices.EqualFunc(start, attributes(x), func(a, b toolcall.Attr) bool { return py.Equal(a.Value, b.Value) }) {
		l.add(FindReadOnly, e, -1, "", "")
	}
	return nil
}

// call looks at one call of the ground truth, and runs it.
func (l *linter) call(e *Entry, turn int, call string, x *toolcall.Executor, now []envs.ToolSchema, h *heard) {
	name, args := arguments(call)
	i := slices.IndexFunc(now, func(s envs.ToolSchema) bool { return s.Name == name })
	if i < 0 {
		l.add(FindHidden, e, turn, call, name)
	} else {
		h.doc = strings.ToLower(now[i].Description + string(now[i].Params))
	}
	for _, a := range args {
		switch {
		case h.seen(a):
		case h.found(a, x, now):
			l.add(FindLookup, e, turn, call, py.Repr(a))
		default:
			l.add(FindUnseen, e, turn, call, py.Repr(a))
		}
	}
	o := x.Run(call)
	if o.Raised != nil {
		l.add(FindRaises, e, turn, call, o.Text)
	} else if d, ok := o.Value.(*py.Dict); ok {
		if msg, ok := d.GetStr("error"); ok {
			l.add(FindError, e, turn, call, py.ToStr(msg))
		}
	}
	h.say(o.Text)
}

func attributes(x *toolcall.Executor) []toolcall.Attr {
	var attrs []toolcall.Attr
	for _, s := range x.States() {
		attrs = s.AppendAttrs(attrs)
	}
	return attrs
}

// duplicates looks for scenarios that are posed twice, and for what dividing
// entries by their place would let through.
func (l *linter) duplicates() {
	first := map[string]*Entry{}
	for _, e := range l.data.Entries() {
		for _, mark := range []string{"request: " + e.opening(), "start and truth: " + string(e.initial) + fmt.Sprint(e.Truth)} {
			if was := first[mark]; was == nil {
				first[mark] = e
			} else if was.Scenario() != e.Scenario() && was.Category == e.Category {
				kind, _, _ := strings.Cut(mark, ":")
				l.add(FindDuplicate, e, -1, "", "same "+kind+" as "+was.ID)
			}
		}
	}
	family := families(l.data.Entries())
	split := map[string]*Entry{}
	for _, e := range l.data.Entries() {
		name := splitOf(family[e], "")
		if was := split[family[e]]; was == nil {
			split[family[e]] = e
		} else if other := splitOf(family[was], ""); other != name {
			l.add(FindLeak, e, -1, "", fmt.Sprintf("%s is in %s, %s in %s", e.ID, name, was.ID, other))
		}
	}
}

// CountFindings counts findings by kind, the kinds in alphabetical order.
func CountFindings(found []Finding) []KindCount {
	count := map[string]int{}
	for _, f := range found {
		count[f.Kind]++
	}
	var out []KindCount
	for kind, n := range count {
		out = append(out, KindCount{kind, n})
	}
	slices.SortFunc(out, func(a, b KindCount) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// KindCount is how many findings there are of a kind.
type KindCount struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}
