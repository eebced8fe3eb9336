package py_test

import (
	"fmt"

	"stepgym/envs/toolcall/py"
)

// A withdrawal, as Python would do it and as it would complain.
func Example() {
	withdraw := func(balance, amount py.Value) py.Value {
		if py.LessEqual(amount, py.Int(0)) {
			return py.D("error", py.Str("amount must be positive"))
		}
		return py.D("status", py.Str("done"), "new_balance", py.Sub(balance, amount))
	}
	for _, amount := range []py.Value{py.Int(40), py.Float(0.1), py.Int(0), py.Str("40")} {
		v, e := py.Try(func() py.Value { return withdraw(py.Int(100), amount) })
		if e != nil {
			fmt.Println(e)
			continue
		}
		fmt.Println(py.Result(v))
	}
	// Output:
	// {"status": "done", "new_balance": 60}
	// {"status": "done", "new_balance": 99.9}
	// {"error": "amount must be positive"}
	// TypeError: '<=' not supported between instances of 'str' and 'int'
}

// A state is copied by copying what holds it; a change copies what it touches.
func ExampleDict_Own() {
	prototype := py.D("orders", py.NewList(py.Int(1)))
	o := new(py.Owner)

	state := prototype.Own(o)
	orders := state.MustGet(py.Str("orders")).(*py.List).Own(o)
	orders.Append(py.Int(2))
	state.SetStr("orders", orders)

	fmt.Println(py.Repr(prototype), py.Repr(state))
	// Output: {'orders': [1]} {'orders': [1, 2]}
}
