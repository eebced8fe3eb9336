package bfcl

import (
	"errors"
	"fmt"

	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// memoryScore returns what judges rows about memory questions.
func memoryScore(scenarios []agentic.Scenario) func(Row) (Score, error) {
	answers := map[string][]string{}
	for _, s := range scenarios {
		for _, q := range s.Questions {
			answers[q.ID] = q.Answers
		}
	}
	return func(r Row) (Score, error) {
		possible, ok := answers[r.ID]
		if !ok {
			return Score{}, noEntry(r.ID)
		}
		said, err := py.FromJSON(r.Model)
		if err != nil {
			return Score{}, fmt.Errorf("row %s: %w", r.ID, err)
		}
		v := agentic.Judge(said, possible, callsSaid)
		s := Score{ID: r.ID, Valid: v.Valid}
		if !v.Valid {
			s.Type, s.Message = &v.Type, &v.Message
		}
		return s, nil
	}
}

// callsSaid reads what was said in a step as calls: a text, a list of {name:
// arguments}, or, which the original does not know, a list of calls that are
// written in Python.
func callsSaid(said py.Value) ([]string, error) {
	if text, ok := said.(py.Str); ok {
		return pycall.DecodeExecute(string(text))
	}
	list, ok := said.(*py.List)
	if !ok || len(list.Items) == 0 {
		return pycall.DecodeCalls(said)
	}
	if _, ok := list.Items[0].(py.Str); !ok {
		return pycall.DecodeCalls(said)
	}
	var calls []string
	for _, c := range list.Items {
		s, ok := c.(py.Str)
		if !ok {
			return nil, errors.New("a list of texts and of something else")
		}
		one, err := pycall.DecodeExecute(string(s))
		if err != nil {
			return nil, err
		}
		calls = append(calls, one...)
	}
	return calls, nil
}
