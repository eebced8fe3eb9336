package loss_test

import (
	"fmt"
	"math"

	"stepgym/credit/loss"
)

// Two tokens have become half as likely again. PPO stops at 1.2 times, DAPO at
// 1.28; CISPO goes on with both.
func ExampleCompute() {
	up := math.Log(1.5)
	batch := loss.Batch{
		Old:       [][]float64{{-2, -1}},
		New:       [][]float64{{-2 + up, -1 + up}},
		Advantage: [][]float64{{1, 1}},
		Mask:      [][]float64{{1, 1}},
	}
	for _, kind := range []loss.Kind{loss.PPO, loss.DAPO, loss.CISPO} {
		r, err := loss.Compute(batch, loss.Default(kind))
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-5s loss %.3f, gradient %.2f, clipped %.0f %%\n", kind, r.Loss, r.Gradient[0], 100*r.Clipped)
	}
	// Output:
	// ppo   loss -1.200, gradient [0.00 0.00], clipped 100 %
	// dapo  loss -1.280, gradient [0.00 0.00], clipped 100 %
	// cispo loss 1.642, gradient [-0.75 -0.75], clipped 0 %
}
