package bfcl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Kinds of findings of [Lint].
const (
	FindInvalid   = "invalid_truth"     // the ground truth does not pass its own check
	FindRaises    = "truth_raises"      // a call of the ground truth raises
	FindError     = "truth_error"       // a call of the ground truth gives {"error": ...}
	FindNothing   = "won_by_nothing"    // the entry is valid without a single call
	FindReadOnly  = "state_unchanged"   // the ground truth changes no state: reading is all that is judged
	FindHidden    = "hidden_function"   // a call of the ground truth uses a function that is not offered yet
	FindUnseen    = "unseen_argument"   // an argument that stands in no message, result or documentation before
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
	start := attributes(x)
	x.Freeze()
	now := offered.schemas
	var heard strings.Builder
	for turn, calls := range e.Truth {
		if more, ok := offered.later[turn]; ok {
			now = more
		}
		for _, m := range e.Question[turn] {
			heard.WriteString(strings.ToLower(m.Content) + "\n")
		}
		for _, call := range calls {
			name, args := arguments(call)
			doc := ""
			for _, s := range now {
				if s.Name == name {
					doc = s.Description + string(s.Params)
				}
			}
			if doc == "" {
				l.add(FindHidden, e, turn, call, name)
			}
			for _, a := range args {
				if !seen(a, heard.String()+strings.ToLower(doc)) {
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
			heard.WriteString(strings.ToLower(o.Text) + "\n")
		}
	}
	if slices.EqualFunc(start, attributes(x), func(a, b toolcall.Attr) bool { return py.Equal(a.Value, b.Value) }) {
		l.add(FindReadOnly, e, -1, "", "")
	}
	return nil
}

func attributes(x *toolcall.Executor) []toolcall.Attr {
	var attrs []toolcall.Attr
	for _, s := range x.States() {
		attrs = s.AppendAttrs(attrs)
	}
	return attrs
}

// arguments returns the name that a call calls and the texts and numbers among
// its arguments.
func arguments(call string) (name string, args []py.Value) {
	n, e := pycall.Parse(call)
	c, ok := n.(*pycall.Call)
	if e != nil || !ok {
		return "", nil
	}
	for _, a := range c.Args {
		args = leaves(args, a)
	}
	for _, k := range c.Keywords {
		args = leaves(args, k.Value)
	}
	return c.Name, args
}

func leaves(to []py.Value, n pycall.Node) []py.Value {
	switch v := n.(type) {
	case py.Str, py.Int, py.Float:
		return append(to, v.(py.Value))
	case *py.List:
		for _, x := range v.Items {
			to = leaves(to, x)
		}
	case *py.Dict:
		for _, it := range v.Items() {
			to = leaves(to, it.Value)
		}
	}
	return to
}

// seen reports whether an argument, or what it is made of, stands in what an
// agent has heard: a text as it is, or all its words; a number as it may be
// written. Numbers below 10 are not looked for: they are written in words, or
// counted.
func seen(v py.Value, heard string) bool {
	switch v := v.(type) {
	case py.Int:
		return v > -10 && v < 10 || strings.Contains(digits(heard), py.ToStr(v))
	case py.Float:
		whole, _ := strings.CutSuffix(py.ToStr(v), ".0")
		return v > -10 && v < 10 || strings.Contains(digits(heard), whole)
	}
	text := strings.ToLower(strings.TrimSpace(py.ToStr(v)))
	if strings.Contains(heard, text) {
		return true
	}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127) }) {
		if !strings.Contains(heard, w) {
			return false
		}
	}
	return true
}

// digits takes the commas out of numbers.
func digits(s string) string { return strings.ReplaceAll(s, ",", "") }

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
