package toolcall

import (
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// eval returns the value of an expression, or raises. Python's order is kept:
// the name that is called, positional arguments, keyword arguments.
func (x *Executor) eval(n pycall.Node) py.Value {
	switch n := n.(type) {
	case *pycall.Call:
		return x.call(n)
	case *pycall.Name:
		py.Raise("NameError", "name '%s' is not defined", n.Name)
	case *pycall.List:
		return py.NewList(x.all(n.Items)...)
	case *pycall.Tuple:
		return py.Tuple(x.all(n.Items))
	case *pycall.Set:
		return py.NewSet(nil, x.all(n.Items)...)
	case *pycall.Dict:
		return x.dict(n)
	case *pycall.Unary:
		return pycall.OperateUnary(n.Op, x.eval(n.X))
	case *pycall.Binary:
		a := x.eval(n.X)
		return pycall.Operate(n.Op, a, x.eval(n.Y))
	case *pycall.Attribute:
		x.eval(n.X)
		unsupported("an attribute (." + n.Name + ")")
	case *pycall.Subscript:
		v := x.eval(n.X)
		return py.Index(v, x.eval(n.Index))
	case *pycall.Unsupported:
		if n.First != nil {
			x.eval(n.First)
		}
		unsupported("the expression " + n.What)
	case py.Value:
		return n
	}
	unsupported("this expression")
	return nil
}

// unsupported raises for what Python can do and we do not.
//
// Differs: the original hands every string to Python's eval, which runs it.
func unsupported(what string) {
	py.Raise("TypeError", "%s", "calls of functions and literals are run, nothing else: "+what+" is not")
}

// call runs name(args, keywords).
func (x *Executor) call(n *pycall.Call) py.Value {
	if n.Func != nil {
		x.eval(n.Func)
		unsupported("a call of something that is no name")
	}
	t := x.target(n.Name)
	if v, ok := x.callPlain(t, n); ok {
		return v
	}
	base, words := len(x.stack), len(x.words)
	for _, a := range n.Args {
		v := x.eval(a)
		x.stack = append(x.stack, v)
	}
	for i := range n.Keywords {
		k := &n.Keywords[i]
		if k.Name == "" {
			unsupported("**")
		}
		v := x.eval(k.Value)
		x.words = append(x.words, Keyword{k.Name, v})
	}
	v := x.invoke(t, x.stack[base:], x.words[words:])
	clear(x.stack[base:])
	clear(x.words[words:])
	x.stack, x.words = x.stack[:base], x.words[:words]
	return v
}

// callPlain runs a call whose arguments are constants that fit the parameters:
// nearly every call. ok is false for all others, of which nothing has been run.
func (x *Executor) callPlain(t target, n *pycall.Call) (v py.Value, ok bool) {
	params := t.method.Params
	if len(n.Args)+len(n.Keywords) > len(params) {
		return nil, false
	}
	base := len(x.stack)
	for range params {
		x.stack = append(x.stack, nil)
	}
	bound := x.stack[base:]
	if ok = plainArguments(bound, params, n); ok {
		x.entered = true
		x.ran[t.class]++
		v = t.method.call(x.states[t.class], bound)
	}
	clear(bound)
	x.stack = x.stack[:base]
	return v, ok
}

// plainArguments fills in bound, and reports whether it could.
func plainArguments(bound []py.Value, params []Param, n *pycall.Call) bool {
	for i, a := range n.Args {
		v, ok := a.(py.Value)
		if !ok {
			return false
		}
		bound[i] = v
	}
next:
	for k := range n.Keywords {
		v, ok := n.Keywords[k].Value.(py.Value)
		if !ok {
			return false
		}
		for i := range params {
			if bound[i] == nil && params[i].Name == n.Keywords[k].Name {
				bound[i] = v
				continue next
			}
		}
		return false
	}
	for i := range bound {
		if bound[i] == nil {
			if bound[i] = params[i].Default; bound[i] == nil {
				return false
			}
		}
	}
	return true
}

func (x *Executor) all(items []pycall.Node) []py.Value {
	values := make([]py.Value, len(items))
	for i, it := range items {
		values[i] = x.eval(it)
	}
	return values
}

func (x *Executor) dict(n *pycall.Dict) py.Value {
	d := py.NewDict(nil, len(n.Items))
	for _, it := range n.Items {
		if it.Key == nil {
			unsupported("**")
		}
		k := x.eval(it.Key)
		d.Set(k, x.eval(it.Value))
	}
	return d
}
