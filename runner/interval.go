package runner

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Interval is a mean and the 95 % interval around it.
type Interval struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// z95 is the 97.5 % quantile of the standard normal distribution.
const z95 = 1.959963984540054

// Wilson returns the score interval of k successes in n trials (Wilson 1927):
//
//	(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n),  p = k/n
//
// With n = 0 it is [0, 1] around 0.
func Wilson(k, n int) Interval {
	if n <= 0 {
		return Interval{High: 1}
	}
	p, m := float64(k)/float64(n), float64(n)
	scale := 1 + z95*z95/m
	mid := (p + z95*z95/(2*m)) / scale
	half := z95 * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m)) / scale
	return Interval{Mean: p, Low: max(0, mid-half), High: min(1, mid+half)}
}

// Resamples is the number of bootstrap resamples behind an interval.
const Resamples = 2000

// Bootstrap returns the mean of values with the percentile interval of
// [Resamples] resamples of them, drawn from rng. Fewer than two values have an
// interval of width 0; no values have the mean 0.
func Bootstrap(values []float64, rng *rand.Rand) Interval {
	m := mean(values)
	if len(values) < 2 {
		return Interval{m, m, m}
	}
	means := make([]float64, Resamples)
	for i := range means {
		var sum float64
		for range values {
			sum += values[rng.IntN(len(values))]
		}
		means[i] = sum / float64(len(values))
	}
	slices.Sort(means)
	return Interval{Mean: m, Low: quantile(means, .025), High: quantile(means, .975)}
}

// quantile interpolates linearly in sorted, which has at least one element.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// mean returns the mean of x, 0 if it is empty.
func mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// Student returns the mean of values, such as one figure for each seed, with the
// interval in which the true mean lies if they are drawn from a normal
// distribution: mean ± t(n-1) s / √n. Fewer than two values have an interval of
// width 0.
func Student(values []float64) Interval {
	m, n := mean(values), float64(len(values))
	if n < 2 {
		return Interval{m, m, m}
	}
	ss := 0.0
	for _, v := range values {
		ss += (v - m) * (v - m)
	}
	half := t95(len(values)-1) * math.Sqrt(ss/(n-1)/n)
	return Interval{Mean: m, Low: m - half, High: m + half}
}

// t95 returns the 97.5 % quantile of Student's distribution with d degrees of
// freedom: from a table, or the expansion around the normal distribution's
// (Abramowitz and Stegun 26.7.5).
func t95(d int) float64 {
	table := [...]float64{12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139}
	if d <= len(table) {
		return table[d-1]
	}
	z, v := z95, float64(d)
	z2 := z * z
	z3, z5, z7 := z2*z, z2*z2*z, z2*z2*z2*z
	return z + (z3+z)/(4*v) + (5*z5+16*z3+3*z)/(96*v*v) + (3*z7+19*z5+17*z3-15*z)/(384*v*v*v)
}
