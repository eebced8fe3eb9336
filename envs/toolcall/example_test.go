package toolcall_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// lamp is the state of one class of tools.
type lamp struct {
	owner *py.Owner
	log   *py.List
}

func (l *lamp) Copy(o *py.Owner) toolcall.State { return &lamp{o, l.log} }
func (l *lamp) Own(o *py.Owner)                 { l.owner = o }
func (l *lamp) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "log", Value: l.log})
}

func (l *lamp) set(args []py.Value) py.Value {
	if py.Greater(args[0], py.Int(100)) {
		return py.D("error", py.Str("too bright"))
	}
	l.log = l.log.Own(l.owner) // a copy, if the list is shared
	l.log.Append(args[0])
	return py.D("level", args[0])
}

func Example() {
	class := toolcall.NewClass("Lamp", toolcall.Def("set_level", (*lamp).set, toolcall.Opt("level", py.Int(50))))
	kit := toolcall.NewKit(class)
	x := kit.New([]toolcall.State{&lamp{log: py.NewList()}})
	fmt.Println(x.Run("set_level(level=30)").Text)
	other := x.Fork()
	fmt.Println(x.Run("set_level()").Text)
	fmt.Println(x.Run("set_level(level='high')").Text)
	fmt.Println(x.Run("set_level(lvl=1)").Text)
	for _, side := range []*toolcall.Executor{x, other} {
		fmt.Println(py.Repr(side.States()[0].AppendAttrs(nil)[0].Value))
	}
	// Output:
	// {"level": 30}
	// {"level": 50}
	// Error during execution: '>' not supported between instances of 'str' and 'int'
	// Error during execution: Lamp.set_level() got an unexpected keyword argument 'lvl'
	// [30, 50]
	// [30]
}
