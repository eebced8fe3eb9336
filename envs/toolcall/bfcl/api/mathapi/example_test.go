package mathapi_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/mathapi"
)

func ExampleClass() {
	kit := toolcall.NewKit(mathapi.Class())
	x := kit.New([]toolcall.State{mathapi.Load(nil, nil)})
	fmt.Println(x.Run("mean(numbers=[1, 2, 4])").Text)
	fmt.Println(x.Run("logarithm(value=2, base=10, precision=20)").Text)
	// Output:
	// {"result": 2.3333333333333335}
	// {'result': mpf('0.30102999566398119521336')}
}
