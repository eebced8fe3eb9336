package single

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// Options are how a model's names are to be taken.
type Options struct {
	// Underscores says that the model was given, and writes, function names
	// with "_" for ".", as the interfaces of many vendors demand.
	Underscores bool
}

// Check judges calls, which are a list of dicts {name: {parameter: value}}.
// Relevance and irrelevance entries are judged by [Entry.Judge] only.
func (e *Entry) Check(calls *py.List, o Options) *Verdict {
	c := checker{language: e.Language, underscores: o.Underscores}
	var v *Verdict
	_, raised := py.Try(func() py.Value {
		v = c.check(e, calls)
		return nil
	})
	if raised != nil {
		return wrongText(ErrorRaised, raised.Error())
	}
	return v
}

type checker struct {
	language    Language
	underscores bool
}

const wrongCount = "Wrong number of functions."

func (c checker) check(e *Entry, calls *py.List) *Verdict {
	switch {
	case strings.Contains(e.Category, "parallel"):
		return c.parallel(e.Functions, calls, e.Truth)
	case strings.Contains(e.Category, "multiple"):
		return c.multiple(e.Functions, calls, e.Truth)
	case len(calls.Items) != 1:
		return wrongText("simple_function_checker:wrong_count", wrongCount)
	}
	return c.simple(py.Index(e.Functions, py.Int(0)), calls.Items[0], py.Index(e.Truth, py.Int(0)))
}

// multiple: one call, and several functions to choose from.
func (c checker) multiple(functions py.Value, calls *py.List, truth py.Value) *Verdict {
	if len(calls.Items) != py.Len(truth) {
		return wrongText("multiple_function_checker:wrong_count", wrongCount)
	}
	answer := py.Index(truth, py.Int(0))
	return c.simple(find(functions, firstKey(answer)), py.Index(calls, py.Int(0)), answer)
}

// parallel: every answer needs a call of its own. Answers take calls in order
// and the first that fits, and never give one back.
func (c checker) parallel(functions py.Value, calls *py.List, truth py.Value) *Verdict {
	if len(calls.Items) != py.Len(truth) {
		return wrongText("parallel_function_checker_no_order:wrong_count", wrongCount)
	}
	taken := make([]bool, len(calls.Items))
	for i, answer := range py.Iter(truth) {
		function := find(functions, firstKey(answer))
		errors := []py.Value{nil} // the first is written last
		found := false
		for k, call := range calls.Items {
			if taken[k] {
				continue
			}
			v := c.simple(function, call, answer)
			if v.Valid {
				taken[k], found = true, true
				break
			}
			errors = append(errors, py.D("Model Result Index "+strconv.Itoa(k), py.D(
				"sub_error", v.Errors, "sub_error_type", py.Str(v.Type),
				"model_output_item", call, "possible_answer_item", answer)))
		}
		if !found {
			errors[0] = noMatch(taken, i)
			return wrong("parallel_function_checker_no_order:cannot_find_match", errors...)
		}
	}
	return valid()
}

func noMatch(taken []bool, answer int) py.Value {
	free := py.NewList()
	for k, t := range taken {
		if !t {
			free.Append(py.Int(k))
		}
	}
	return py.Str("Could not find a matching function among index " + py.Repr(free) +
		" of model output for index " + strconv.Itoa(answer) + " of possible answers.")
}

// find returns the document of a function: the first of that name in a list;
// None if there is none.
func find(functions, name py.Value) py.Value {
	list, ok := functions.(*py.List)
	if !ok {
		return functions
	}
	for _, f := range list.Items {
		if py.Equal(py.Index(f, py.Str("name")), name) {
			return f
		}
	}
	return py.None{}
}

// first returns the first item of a dict, or raises as list(d)[0] does.
func first(answer py.Value, method string) py.Pair {
	d := py.DictAttr(answer, method)
	if d.Len() == 0 {
		py.Raise("IndexError", "list index out of range")
	}
	return d.At(0)
}

func firstKey(answer py.Value) py.Value { return first(answer, "keys").Key }
