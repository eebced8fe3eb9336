package pycall

import (
	"errors"
	"fmt"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// DecodeExecute reads the text of a model's message as BFCL's handlers for
// prompts do, and returns the calls in it, written in Python for execution. The
// text is a list of calls, brackets and code fence optional. Positional
// arguments are dropped; a call within a call becomes a string if it has no
// keywords, and otherwise is written out; a name becomes a string. An error
// means that the text is no list of calls, which ends a turn.
//
// Differs: BFCL evaluates arithmetic in arguments with all of Python's builtins
// at hand, here it is limited to constants; a call within a call without
// keywords, or an index, is an error if it has anything in it that [Unparse]
// cannot write.
func DecodeExecute(text string) ([]string, error) { return execution(DecodeAST(text)) }

// DecodeExecuteTagged is DecodeExecute for models that put their calls between
// <TOOLCALL> and </TOOLCALL>.
func DecodeExecuteTagged(text string) ([]string, error) { return execution(DecodeASTTagged(text)) }

// DecodeAST is [DecodeExecute] for the judging of single calls: each call is a
// dict {name: {argument: value}}.
func DecodeAST(text string) ([]*py.Dict, error) { return decode(bracketed(text)) }

// DecodeASTTagged is DecodeAST for models that put their calls between
// <TOOLCALL> and </TOOLCALL>.
func DecodeASTTagged(text string) ([]*py.Dict, error) {
	_, rest, ok := strings.Cut(bracketed(text), "<TOOLCALL>")
	inner, _, closed := strings.Cut(rest, "</TOOLCALL>")
	if !ok || !closed {
		return nil, errors.New("pycall: no <TOOLCALL>...</TOOLCALL> in the text")
	}
	return decode(python.Strip(inner))
}

// bracketed returns text without its code fence, in brackets.
func bracketed(text string) string {
	text = strings.Trim(text, "`\n ")
	if !strings.HasPrefix(text, "[") {
		text = "[" + text
	}
	if !strings.HasSuffix(text, "]") {
		text += "]"
	}
	return text
}

// ErrNoCall is wrapped where a list of calls has something else in it: BFCL's
// exception for it has no text.
var ErrNoCall = errors.New("no call")

// decode is ast_parse of BFCL for Python.
func decode(text string) (calls []*py.Dict, err error) {
	n, e := parse(strings.Trim(python.Strip(text), "'"), false)
	if e != nil {
		return nil, fmt.Errorf("pycall: decode calls: %w", e)
	}
	if c, ok := n.(*Call); ok {
		d, err := resolveCall(c)
		return []*py.Dict{d}, err
	}
	items, ok := elements(n)
	if !ok {
		return nil, fmt.Errorf("pycall: decode calls: a %s is no list of calls", What(n))
	}
	for _, it := range items {
		c, ok := it.(*Call)
		if !ok {
			return nil, fmt.Errorf("pycall: decode calls: a %s is %w", What(it), ErrNoCall)
		}
		d, err := resolveCall(c)
		if err != nil {
			return nil, err
		}
		calls = append(calls, d)
	}
	return calls, nil
}

// elements returns the items of a list, a tuple or a set.
func elements(n Node) ([]Node, bool) {
	switch n := n.(type) {
	case *List:
		return n.Items, true
	case *Tuple:
		return n.Items, true
	case *Set:
		return n.Items, true
	case *py.List:
		return asNodes(n.Items), true
	case py.Tuple:
		return asNodes(n), true
	case *py.Set:
		return asNodes(n.Items()), true
	}
	return nil, false
}

// resolveCall returns {name: {keyword: value}}.
func resolveCall(c *Call) (*py.Dict, error) {
	args := py.NewDict(nil, len(c.Keywords))
	for _, k := range c.Keywords {
		v, err := resolve(k.Value)
		if err != nil {
			return nil, err
		}
		if k.Name == "" {
			args.Set(py.None{}, v)
			continue
		}
		args.SetStr(k.Name, v)
	}
	d := py.NewDict(nil, 1)
	d.SetStr(calledName(c), args)
	return d, nil
}

// calledName is the name of what is called: of an attribute of something that
// is no name, what is behind the dots.
func calledName(c *Call) string {
	name := c.Name
	for n := c.Func; n != nil; {
		a, ok := n.(*Attribute)
		if !ok {
			if v, ok := n.(*Name); ok {
				name = join(v.Name, name)
			}
			break
		}
		name = join(a.Name, name)
		n = a.X
	}
	return name
}

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + "." + b
}

// resolve is resolve_ast_by_type of BFCL: the value of an argument.
func resolve(n Node) (py.Value, error) {
	switch n := n.(type) {
	case *Name:
		return py.Str(n.Name), nil
	case *Call:
		if len(n.Keywords) > 0 {
			return resolveCall(n)
		}
		return unparsed(n)
	case *Unary:
		return resolveUnary(n)
	case *Binary:
		return folding(n)
	case *List, *py.List:
		items, err := resolveItems(n)
		return py.NewList(items...), err
	case *Tuple, py.Tuple:
		items, err := resolveItems(n)
		return py.Tuple(items), err
	case *Dict:
		return resolveDict(n.Items)
	case *py.Dict:
		items := make([]Item, n.Len())
		for i := range items {
			it := n.At(i)
			items[i] = Item{it.Key, it.Value}
		}
		return resolveDict(items)
	case *Subscript:
		x, err := Unparse(n.X)
		if err != nil {
			return nil, err
		}
		index, err := Unparse(n.Index)
		return py.Str(x + "[" + index + "]"), err
	case py.Ellipsis:
		return py.Str("..."), nil
	case *py.Set:
	case py.Value:
		return n, nil
	}
	return nil, fmt.Errorf("pycall: decode calls: a %s is no argument", What(n))
}

func unparsed(n Node) (py.Value, error) {
	s, err := Unparse(n)
	return py.Str(s), err
}

// resolveUnary takes every operator for a minus, and applies it to constants
// only, as the original does.
func resolveUnary(n *Unary) (py.Value, error) {
	x, ok := n.X.(py.Value)
	if !ok || What(n.X) != "Constant" {
		return nil, fmt.Errorf("pycall: decode calls: no minus before a %s", What(n.X))
	}
	return try(func() py.Value { return py.Neg(x) })
}

func folding(n Node) (py.Value, error) { return try(func() py.Value { return Fold(n) }) }

// try is py.Try with an error.
func try(f func() py.Value) (py.Value, error) {
	v, e := py.Try(f)
	if e != nil {
		return nil, fmt.Errorf("pycall: decode calls: %w", e)
	}
	return v, nil
}

func resolveItems(n Node) ([]py.Value, error) {
	items, _ := elements(n)
	values := make([]py.Value, len(items))
	for i, it := range items {
		var err error
		if values[i], err = resolve(it); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func resolveDict(items []Item) (py.Value, error) {
	d := py.NewDict(nil, len(items))
	for _, it := range items {
		if it.Key == nil {
			return nil, errors.New("pycall: decode calls: ** in a dict")
		}
		key, err := resolve(it.Key)
		if err != nil {
			return nil, err
		}
		value, err := resolve(it.Value)
		if err != nil {
			return nil, err
		}
		if _, err := try(func() py.Value { d.Set(key, value); return nil }); err != nil {
			return nil, err
		}
	}
	return d, nil
}
