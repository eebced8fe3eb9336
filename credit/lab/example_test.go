package lab_test

import (
	"fmt"

	"stepgym/credit/lab"
)

// Of a trap the last turn has to be learnt first.
func ExampleBestResponse() {
	trap := lab.Trap(3, 3, 0.5)
	for _, order := range []lab.Order{lab.Reverse, lab.Forward} {
		fmt.Printf("%s: %.3f\n", order, lab.BestResponse(trap, order, 2, nil))
	}
	// Output:
	// reverse: [0.204 1.000 1.000]
	// forward: [0.204 0.500 0.500]
}
