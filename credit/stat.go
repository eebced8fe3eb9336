package credit

import (
	"fmt"
	"math"

	"stepgym/traces"
)

// Eps is added to standard deviations, as in the released code of all methods.
const Eps = 1e-6

// tolerance decides when numbers count as equal: relative to 1 + their size.
const tolerance = 1e-12

// Mode says what becomes of a number x in its group.
type Mode string

const (
	// Mean gives x - mean.
	Mean Mode = "mean"
	// MeanStd gives (x - mean) / (std + eps).
	MeanStd Mode = "mean_std"
)

// Weighting says how often a trajectory enters the statistics of its group.
type Weighting string

const (
	// PerTrajectory counts every trajectory once: the papers' choice.
	PerTrajectory Weighting = "trajectory"
	// PerStep counts every trajectory once for each of its steps, so that long
	// ones weigh more: what verl-agent's rows amount to.
	PerStep Weighting = "step"
	// PerToken counts every step once for each of its tokens. It is what
	// REINFORCE++ does over the batch, and no choice of any method.
	PerToken Weighting = "token"
)

// Singleton says what a group of one number gives, which has no baseline.
type Singleton string

const (
	// Raw keeps the number itself (divided by 1 + eps under MeanStd).
	Raw Singleton = "raw"
	// Zero gives 0.
	Zero Singleton = "zero"
	// Sign gives x / (|x| + eps): what GRAFT does, and no choice of any method.
	Sign Singleton = "sign"
)

// moments are the statistics of one set of numbers.
type moments struct {
	n        int
	mean     float64
	std      float64 // with the ddof asked for; 0 if not asked for
	constant bool    // max - min <= tolerance·(1 + max|x|)
}

// measure computes the moments of xs; ddof below 0 leaves std out. The mean is
// taken of the differences to the first number, so that numbers which differ
// little lose nothing.
func measure(xs []float64, ddof int) moments {
	m := moments{n: len(xs)}
	if m.n == 0 {
		return m
	}
	lo, hi, shift := xs[0], xs[0], 0.0
	for _, x := range xs {
		lo, hi = min(lo, x), max(hi, x)
		shift += x - xs[0]
	}
	m.mean = xs[0] + shift/float64(m.n)
	m.constant = constant(lo, hi)
	if ddof < 0 || m.n <= ddof {
		return m
	}
	sq := 0.0
	for _, x := range xs {
		sq += (x - m.mean) * (x - m.mean)
	}
	m.std = math.Sqrt(sq / float64(m.n-ddof))
	return m
}

// constant is the rule by which all numbers between lo and hi count as equal.
func constant(lo, hi float64) bool {
	return hi-lo <= tolerance*(1+max(math.Abs(lo), math.Abs(hi)))
}

// center maps x, a member of the set that m describes, to its advantage.
func (m *moments) center(x float64, mode Mode, eps float64, single Singleton) float64 {
	switch {
	case m.n == 1 && single == Raw && mode == MeanStd:
		return x / (1 + eps)
	case m.n == 1 && single == Raw:
		return x
	case m.n <= 1 || m.constant:
		return 0
	case mode == MeanStd:
		return (x - m.mean) / (m.std + eps)
	}
	return x - m.mean
}

// scratch is memory that a worker uses again for one group after the other. Its
// zero value is ready; it belongs to one goroutine.
type scratch struct {
	moments []setMoment
	returns []float64
	weights []float64
}

// returnsOf is [traces.Graph.Returns], valid until the next call with the same s.
func (s *scratch) returnsOf(g *traces.Graph, gamma float64) []float64 {
	s.returns = g.ReturnsIn(s.returns, gamma)
	return s.returns
}

// setMoments computes the moments of every set of p over the numbers xs, one
// number per row; ddof as in measure. The result is valid until the next call
// with the same s.
func (s *scratch) setMoments(p traces.Partition, xs []float64, ddof int) []setMoment {
	if cap(s.moments) < p.N {
		s.moments = make([]setMoment, max(p.N, len(xs)+len(xs)/4))
	}
	ms := s.moments[:p.N]
	clear(ms)
	for j, id := range p.ID {
		if id < 0 {
			continue
		}
		m, x := &ms[id], xs[j]
		if m.n == 0 {
			m.first, m.lo, m.hi = x, x, x
		}
		m.n++
		if x < m.lo {
			m.lo = x
		}
		if x > m.hi {
			m.hi = x
		}
		m.mean += x - m.first // the sum of differences until the loop below
	}
	for i := range ms {
		switch m := &ms[i]; {
		case m.n == 1:
			m.mean, m.constant = m.first, true
		case m.n > 1:
			m.mean = m.first + m.mean/float64(m.n)
			m.constant = constant(m.lo, m.hi)
		}
	}
	if ddof < 0 {
		return ms
	}
	for j, id := range p.ID {
		if id >= 0 {
			d := xs[j] - ms[id].mean
			ms[id].std += d * d // the sum of squares until the loop below
		}
	}
	for i := range ms {
		if m := &ms[i]; m.n > 1 { // one number has no deviation, and ddof is at most 1
			m.std = math.Sqrt(m.std / float64(m.n-ddof))
		}
	}
	return ms
}

// setMoment is the moments of one set while they are computed.
type setMoment struct {
	moments
	first, lo, hi float64
}

// ddofFor returns the ddof to compute a standard deviation with, or -1 where
// mode needs none.
func ddofFor(mode Mode, ddof int) int {
	if mode == MeanStd {
		return ddof
	}
	return -1
}

// maxParam bounds parameters, so that products with numbers of a graph are finite.
const maxParam = 1e100

// faults collects what is wrong with the parameters of one method.
type faults struct {
	method string
	errs   []error
}

func (f *faults) check(ok bool, format string, args ...any) {
	if !ok {
		f.errs = append(f.errs, fmt.Errorf("credit: %s: %s", f.method, fmt.Sprintf(format, args...)))
	}
}

func (f *faults) mode(m Mode) {
	f.check(m == Mean || m == MeanStd, "mode %q, want %q or %q", m, Mean, MeanStd)
}

func (f *faults) weighting(w Weighting) {
	f.check(w == PerTrajectory || w == PerStep, "weighting %q, want %q or %q", w, PerTrajectory, PerStep)
}

func (f *faults) singleton(s Singleton) {
	f.check(s == Raw || s == Zero, "singleton %q, want %q or %q", s, Raw, Zero)
}

func (f *faults) eps(x float64) { f.atLeast0("eps", x) }

func (f *faults) atLeast0(name string, x float64) {
	f.check(x >= 0 && x <= maxParam, "%s %v, want a number of at least 0", name, x)
}

func (f *faults) unit(name string, x float64) {
	f.check(x >= 0 && x <= 1, "%s %v, want a number between 0 and 1", name, x)
}

func (f *faults) finite(name string, x float64) {
	f.check(math.Abs(x) <= maxParam, "%s %v, want a number of at most 1e100", name, x)
}
