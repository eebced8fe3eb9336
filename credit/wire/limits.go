package wire

import (
	"errors"
	"fmt"
	"math"

	"stepgym/credit"
)

// ErrLimit is wrapped by the error for a request beyond its [Limits].
var ErrLimit = errors.New("wire: the request is too large")

// Limits bound what one request may cost. Start from [DefaultLimits]; a limit
// of 0 lets nothing through.
type Limits struct {
	Bytes  int64   // of the body
	Groups int     // in it
	Steps  int     // over all groups
	Tokens int     // over all groups, where token advantages are asked for
	Work   float64 // steps of computation over all groups, some ns each: see below

	// Workers is the number of goroutines that compute; 0 means one a processor.
	// The answer does not depend on it.
	Workers int
}

// DefaultLimits lets through what a training step of many groups needs: a
// million steps, and some seconds of the most expensive methods.
func DefaultLimits() Limits {
	return Limits{Bytes: 256 << 20, Groups: 1 << 14, Steps: 1 << 20, Tokens: 1 << 23, Work: 2e10}
}

// Validate reports every fault of l at once.
func (l Limits) Validate() error {
	var errs []error
	for _, x := range []struct {
		name string
		n    float64
	}{{"bytes", float64(l.Bytes)}, {"groups", float64(l.Groups)}, {"steps", float64(l.Steps)}, {"tokens", float64(l.Tokens)}, {"work", l.Work}, {"workers", float64(l.Workers)}} {
		if !(x.n >= 0) {
			errs = append(errs, fmt.Errorf("wire: limit of %s %v, want at least 0", x.name, x.n))
		}
	}
	return errors.Join(errs...)
}

// spent is what a request has used of its limits.
type spent struct {
	limits Limits
	method credit.Method
	tokens bool // are asked for

	steps, count int
	work         float64
}

// take counts a group, and says which limit it breaks.
func (s *spent) take(g *Group) error {
	var steps, longest int
	chars := 0.0
	for i := range g.Trajectories {
		t := &g.Trajectories[i]
		if t.Err != "" {
			continue
		}
		steps += len(t.Actions)
		longest = max(longest, len(t.Actions))
		for _, o := range t.Obs {
			chars += float64(len(o))
		}
		for _, n := range t.NTokens {
			if s.tokens && n > 0 {
				s.count += min(n, maxTokens) // more is an error of its own
			}
		}
	}
	s.steps += steps
	s.work += work(s.method, steps, longest, chars)
	switch {
	case s.steps > s.limits.Steps:
		return fmt.Errorf("%w: more than %d steps", ErrLimit, s.limits.Steps)
	case s.count > s.limits.Tokens:
		return fmt.Errorf("%w: more than %d tokens to expand to", ErrLimit, s.limits.Tokens)
	case s.work > s.limits.Work:
		return fmt.Errorf("%w: group %q has %d steps; %s over these groups is more work than is allowed: give fewer or smaller groups at a time",
			ErrLimit, g.ID, steps, s.method.Name())
	}
	return nil
}

// work bounds the steps of computation that a method takes for a group of so
// many steps, with so many characters seen. Most go over the rows a few times.
// HGPO does it once a level, and keeps them all; SALT once a step of history;
// similarity compares texts in pairs; and GRAFT solves equations and looks
// ahead from every state.
func work(m credit.Method, steps, longest int, chars float64) float64 {
	base := 10*float64(steps) + chars
	switch p := m.Describe().Params.(type) {
	case credit.HGPOParams:
		return base + 100*float64(steps)*float64(min(p.K, longest))
	case credit.SALTParams:
		return base + 100*float64(steps)*float64(p.History)
	case credit.GiGPOParams:
		if p.Similarity > 0 {
			return base + chars*chars
		}
	case credit.GRAFTParams:
		return base + math.Pow(float64(steps), 3)
	}
	return base
}
