package single_test

import (
	"fmt"

	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
)

func ExampleEntry_Check() {
	function, _ := py.FromJSON([]byte(`[{"name": "lend", "parameters": {"properties": {
		"title": {"type": "string"}, "days": {"type": "integer"}}, "required": ["title"]}}]`))
	truth, _ := py.FromJSON([]byte(`[{"lend": {"title": ["The Sea, the Sea"], "days": [14, ""]}}]`))
	e := &single.Entry{Category: "simple_python", Functions: function, Truth: truth}

	calls, _ := py.FromJSON([]byte(`[{"lend": {"title": "the sea the sea"}}]`))
	fmt.Println(e.Check(calls.(*py.List), single.Options{}).Valid)
	calls, _ = py.FromJSON([]byte(`[{"lend": {"title": "The Sea", "days": 14}}]`))
	v := e.Check(calls.(*py.List), single.Options{})
	fmt.Println(v.Type, py.Repr(v.Errors))
	// Output:
	// true
	// value_error:string ["Invalid value for parameter 'title': 'The Sea'. Expected one of ['The Sea, the Sea']. Case insensitive."]
}
