package lab

import "math"

// Norm says what the advantages of [SharedParameter] are divided by.
type Norm string

const (
	// NoNorm divides by nothing.
	NoNorm Norm = "none"
	// BatchNorm divides by the deviation over all prompts.
	BatchNorm Norm = "batch"
	// GroupNorm divides by the deviation of each prompt's group, as GRPO does.
	GroupNorm Norm = "group"
)

// SharedParameter follows the exact policy gradient of one Bernoulli parameter
// that three prompts of one turn share, and returns the mean payment before
// each of the steps. The two actions pay (1, 0), (0, 0.3) and (0, 0.1), so the
// best policy takes the first one and has 1/3, the worst has 0.4/3.
func SharedParameter(norm Norm, steps int) []float64 {
	pays := [3][2]float64{{1, 0}, {0, 0.3}, {0, 0.1}}
	const rate = 0.2
	theta, out := 0.0, make([]float64, 0, steps)
	for range steps {
		p := 1 / (1 + math.Exp(-theta))
		pi := [2]float64{p, 1 - p}
		var adv [3][2]float64
		var square [3]float64 // expected square of the prompt's advantage
		mean := 0.0
		for i, r := range pays {
			v := r[0]*pi[0] + r[1]*pi[1]
			mean += v / 3
			for a := range pi {
				adv[i][a] = r[a] - v
				square[i] += adv[i][a] * adv[i][a] * pi[a]
			}
		}
		out = append(out, mean)
		batch := math.Sqrt((square[0] + square[1] + square[2]) / 3)
		var grad [2]float64
		for i := range pays {
			by := 1.0
			switch norm {
			case GroupNorm:
				by = math.Sqrt(square[i]) + 1e-6
			case BatchNorm:
				by = batch
			}
			for a := range pi {
				grad[a] += pi[a] * adv[i][a] / by
			}
		}
		theta += rate * (grad[0]*(1-p) - grad[1]*p) / 3
	}
	return out
}
