package agent

import "context"

// Rater is implemented by learners that can say how likely a decision of theirs
// has become: what updates that go turn after turn need.
//
// Decisions of a Rater stay good for its Update and LogProbs over any number of
// Updates, until Load; see [Decision.Input].
type Rater interface {
	// LogProbs returns, for each decision, the natural logarithm of the
	// probability that the present weights give its Action in its situation.
	// Until the next Update that is Decision.LogProb, to the bit on a CPU. The
	// answer does not depend on which decisions are rated together, and nothing
	// changes. A decision of another's making is an error that wraps [ErrInput].
	//
	// LogProbs must not run beside Update, Imitate, Save, Load or players' Acts.
	LogProbs(ctx context.Context, decisions []Decision) ([]float64, error)
}
