package pycall_test

import (
	"fmt"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

func ExampleParse() {
	n, _ := pycall.Parse("feed(cat='Minka', grams=40.5, treats=['tuna'])")
	call := n.(*pycall.Call)
	fmt.Println(call.Name)
	for _, k := range call.Keywords {
		fmt.Println(k.Name, py.Repr(k.Value.(py.Value)))
	}
	_, e := pycall.Parse("feed(cat='Minka' grams=40.5)")
	fmt.Println(e)
	// Output:
	// feed
	// cat 'Minka'
	// grams 40.5
	// treats ['tuna']
	// SyntaxError: invalid syntax. Perhaps you forgot a comma? (<string>, line 1)
}

func ExampleDecodeExecute() {
	calls, _ := pycall.DecodeExecute("```\n[feed('Minka', grams=40.5), wash(pet=cat)]\n```")
	for _, c := range calls {
		fmt.Println(c)
	}
	// Output:
	// feed(grams=40.5)
	// wash(pet='cat')
}
