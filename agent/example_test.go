package agent_test

import (
	"encoding/json"
	"fmt"

	"stepgym/agent"
)

// A loss is named, and what is not given is as its source has it.
func ExampleLoss() {
	var l agent.Loss
	if err := json.Unmarshal([]byte(`{"name": "dapo", "low": 0.1}`), &l); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: ratios from %.2f to %.2f, %s\n", l.Name, 1-l.Low, 1+l.High, l.Aggregate)
	l.Low = 7
	fmt.Println(l.Validate())
	// Output:
	// dapo: ratios from 0.90 to 1.28, token-mean
	// agent: loss: low is 7, not in [0, 1]
}
