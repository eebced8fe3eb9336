package memory_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/memory"
)

func Example() {
	kit := toolcall.NewKit(memory.ClassKV())
	x := kit.New([]toolcall.State{memory.LoadKV(nil)})
	fmt.Println(x.Run("core_memory_add(key='home_town', value='Ely')").Text)
	fmt.Println(x.Run("core_memory_key_search(query='Which town?', k=1)").Text)
	fmt.Println(x.States()[0].(*memory.KV).Context())
	// Output:
	// {"status": "Key-value pair added."}
	// {"ranked_results": [[0.0, "home_town"]]}
	// {
	//     "home_town": "Ely"
	// }
}
