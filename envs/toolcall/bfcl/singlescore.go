package bfcl

import (
	"errors"
	"fmt"
	"strings"

	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
)

// singleScore returns what judges rows about single-turn entries.
func singleScore(d *single.Dataset, o single.Options) func(Row) (Score, error) {
	return func(r Row) (Score, error) {
		e := d.Entry(r.ID)
		if e == nil {
			return Score{}, noEntry(r.ID)
		}
		v, err := py.FromJSON(r.Model)
		if err == nil {
			v, err = oneAnswer(v, e.Language)
		}
		if err != nil {
			return Score{}, fmt.Errorf("row %s: %w", r.ID, err)
		}
		return singleVerdict(r.ID, e.Judge(v, o)), nil
	}
}

// oneAnswer returns what is judged of a row's model: itself, or in the form of
// multi-turn rows what is in its only turn's only step. Calls that are written in
// Python become the text of a list of them, one in another language stays as it
// is.
func oneAnswer(v py.Value, l single.Language) (py.Value, error) {
	turns, ok := v.(*py.List)
	if !ok || len(turns.Items) == 0 {
		return v, nil
	}
	steps, ok := turns.Items[0].(*py.List)
	switch {
	case !ok:
		return v, nil
	case len(turns.Items) > 1 || len(steps.Items) > 1:
		return nil, errors.New("a single-turn entry has one turn of one step")
	case len(steps.Items) == 0:
		return py.NewList(), nil
	}
	calls, ok := steps.Items[0].(*py.List)
	if !ok || len(calls.Items) == 0 {
		return steps.Items[0], nil
	}
	var written []string
	for _, c := range calls.Items {
		s, ok := c.(py.Str)
		if !ok {
			return calls, nil
		}
		written = append(written, string(s))
	}
	if l != single.Python && len(written) == 1 {
		return py.Str(written[0]), nil
	}
	return py.Str("[" + strings.Join(written, ", ") + "]"), nil
}

// singleVerdict puts a verdict into the form of all scores. The original's list
// of errors becomes lines: a text as it is, a dict, which tells of one of several
// calls, as JSON.
func singleVerdict(id string, v *single.Verdict) Score {
	s := Score{ID: id, Valid: v.Valid}
	if v.Valid {
		return s
	}
	lines := make([]string, len(v.Errors.Items))
	for i, e := range v.Errors.Items {
		switch e := e.(type) {
		case py.Str:
			lines[i] = string(e)
		default:
			b, ok := py.AppendJSON(nil, e)
			if !ok {
				b = []byte(py.Repr(e))
			}
			lines[i] = string(b)
		}
	}
	message := strings.Join(lines, "\n")
	s.Type, s.Message = &v.Type, &message
	return s
}
