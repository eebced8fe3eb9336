package pycall

import (
	"errors"
	"fmt"

	"stepgym/envs/toolcall/py"
)

// execution writes decoded calls in Python; it passes an error on.
func execution(calls []*py.Dict, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	return Execution(calls)
}

// Execution writes calls, each a dict {name: {argument: value}}, in Python, as
// BFCL's handlers for prompts do: a dict among the arguments is written as a
// call if all of its values are dicts.
func Execution(calls []*py.Dict) ([]string, error) {
	out := make([]string, 0, len(calls))
	for _, call := range calls {
		for _, it := range call.Items() {
			args, ok := it.Value.(*py.Dict)
			if !ok {
				return nil, fmt.Errorf("pycall: write calls: the arguments of %s are of type %s, not dict", py.ToStr(it.Key), it.Value.Type())
			}
			b, err := appendCall(nil, it.Key, args)
			if err != nil {
				return nil, err
			}
			out = append(out, string(b))
		}
	}
	return out, nil
}

func appendCall(b []byte, name py.Value, args *py.Dict) ([]byte, error) {
	b = append(append(b, py.ToStr(name)...), '(')
	for i, it := range args.Items() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(b, py.ToStr(it.Key)...), '=')
		var err error
		if b, err = appendNested(b, it.Value); err != nil {
			return nil, err
		}
	}
	return append(b, ')'), nil
}

// appendNested is parse_nested_value of BFCL.
func appendNested(b []byte, v py.Value) ([]byte, error) {
	d, ok := v.(*py.Dict)
	if !ok {
		return py.AppendRepr(b, v), nil
	}
	if d.Len() == 0 {
		return nil, errors.New("pycall: write calls: an empty dict") // IndexError in the original
	}
	calls := true
	for _, it := range d.Items() {
		_, ok := it.Value.(*py.Dict)
		calls = calls && ok
	}
	if calls {
		it := d.At(0)
		return appendCall(b, it.Key, it.Value.(*py.Dict))
	}
	b = append(b, '{')
	for i, it := range d.Items() {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(append(append(b, '\''), py.ToStr(it.Key)...), "': "...)
		var err error
		if b, err = appendNested(b, it.Value); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// DecodeCalls writes the calls of a message in the form of function calling in
// Python, as BFCL does: v is a dict {name: arguments} or a list of such dicts,
// arguments a dict or JSON text of one.
func DecodeCalls(v py.Value) ([]string, error) {
	messages := []py.Value{v}
	if l, ok := v.(*py.List); ok {
		messages = l.Items
	}
	out := make([]string, 0, len(messages))
	for _, m := range messages {
		d, ok := m.(*py.Dict)
		if !ok {
			return nil, fmt.Errorf("pycall: write calls: a call of type %s, not dict", m.Type())
		}
		for _, it := range d.Items() {
			s, err := written(it.Key, it.Value)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
	}
	return out, nil
}

func written(name, arguments py.Value) (string, error) {
	if text, ok := arguments.(py.Str); ok {
		var err error
		if arguments, err = py.FromJSON([]byte(text)); err != nil {
			return "", fmt.Errorf("pycall: write calls: arguments of %s: %w", py.ToStr(name), err)
		}
	}
	args, ok := arguments.(*py.Dict)
	if !ok {
		return "", fmt.Errorf("pycall: write calls: arguments of %s are of type %s, not dict", py.ToStr(name), arguments.Type())
	}
	b := append([]byte(py.ToStr(name)), '(')
	for i, it := range args.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, py.ToStr(it.Key)...), '=')
		b = py.AppendRepr(b, it.Value)
	}
	return string(append(b, ')')), nil
}
