// Package loss holds the formulas of policy losses as pure functions in
// float64: PPO with dual clip, GSPO, DAPO, Dr. GRPO, CISPO and BAPO. They are
// the reference that a training graph is tested against, and say what a loss
// is; they train nothing.
//
// A batch is a rectangle: row i is one sequence (an episode, or one turn of it),
// column t one token. Everywhere
//
//	r_{i,t} = exp(new_{i,t} - old_{i,t})
//
// is the importance ratio of a token, A its advantage, and a mask of 0 takes a
// token out of every sum.
package loss
