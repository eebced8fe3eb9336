package bfcl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Row is a line of results to judge: what a model did with one entry.
//
// Model is, for a multi-turn entry, a list of turns, each a list of steps, each
// a list of calls written in Python. A step may also be what the model wrote, as
// the original's result files have it: a text, or a list of {name: arguments in
// JSON}. Steps that hold no calls do not count.
//
// For a single-turn entry it is what the model wrote, a text or a list of {name:
// arguments in JSON}, or one turn of one step as above. For a memory question it
// is one turn of steps, of which the last that is no call is the answer.
//
// The original's key for it, "result", is read as well.
type Row struct {
	ID     string          `json:"id"`
	Model  json.RawMessage `json:"model"`
	Result json.RawMessage `json:"result"`
}

// Score is the judgement on a row. Type and Message are nil where it is valid.
type Score struct {
	ID      string  `json:"id"`
	Valid   bool    `json:"valid"`
	Type    *string `json:"error_type"`
	Message *string `json:"error_message"`
}

// ReadRow reads a line of results.
func ReadRow(line []byte) (Row, error) {
	var r Row
	if err := json.Unmarshal(line, &r); err != nil {
		return r, fmt.Errorf("it is not a JSON object with id and model: %w", err)
	}
	switch {
	case r.ID == "":
		return r, errors.New("it has no id")
	case r.Model == nil && r.Result == nil:
		return r, fmt.Errorf("row %s: it has neither model nor result", r.ID)
	case r.Model != nil && r.Result != nil:
		return r, fmt.Errorf("row %s: it has both model and result", r.ID)
	case r.Model == nil:
		r.Model = r.Result
	}
	return r, nil
}

// Score judges a row about a multi-turn entry. An error means that the row
// cannot be judged: an unknown entry, or steps of no known form.
func (j *Judge) Score(d *Dataset, r Row) (Score, error) {
	e := d.Entry(r.ID)
	if e == nil {
		return Score{}, noEntry(r.ID)
	}
	var turns []json.RawMessage
	if err := json.Unmarshal(r.Model, &turns); err != nil || turns == nil {
		return NotAList().score(r.ID), nil
	}
	model := make([][][]string, len(turns))
	for i, raw := range turns {
		var err error
		if model[i], err = steps(raw); err != nil {
			return Score{}, fmt.Errorf("row %s: turn %d: %w", r.ID, i, err)
		}
	}
	v, err := j.Check(e, model)
	if err != nil {
		return Score{}, err
	}
	return v.score(r.ID), nil
}

func (v *Verdict) score(id string) Score {
	s := Score{ID: id, Valid: v.Valid}
	if !v.Valid {
		s.Type, s.Message = &v.Type, &v.Message
	}
	return s
}

// steps reads the steps of a turn.
func steps(raw json.RawMessage) ([][]string, error) {
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || list == nil {
		return nil, errors.New("it is no list of steps")
	}
	out := make([][]string, len(list))
	for i, raw := range list {
		calls, err := readStep(raw)
		if err != nil {
			return nil, fmt.Errorf("step %d: %w", i, err)
		}
		out[i] = calls
	}
	return out, nil
}

// readStep reads the calls of one step in any of the forms that [Row] names. What a
// model wrote that is no call gives none.
func readStep(raw json.RawMessage) ([]string, error) {
	switch strings.TrimSpace(string(raw[:1])) {
	case `"`:
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, err
		}
		calls, err := pycall.DecodeExecute(text)
		if err != nil {
			return nil, nil //nolint:nilerr // the original skips what it cannot decode
		}
		return calls, nil
	case "[":
		var calls []string
		if err := json.Unmarshal(raw, &calls); err == nil {
			return calls, nil
		}
		v, err := py.FromJSON(raw)
		if err != nil {
			return nil, err
		}
		calls, err = pycall.DecodeCalls(v)
		if err != nil {
			return nil, nil //nolint:nilerr // as above
		}
		return calls, nil
	}
	return nil, errors.New("it is neither a list of calls nor a text")
}
