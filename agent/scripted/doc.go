// Package scripted has the policies that do not learn: yardsticks for those
// that do, and experts for imitation.
//
//	random           any of the choices, uniformly
//	first            the first result of the first query, no options
//	rule             the first result, with the options that the goal names
//	verify           walks down the first page and buys what has every option asked for
//	verify+features  the same, and reads the features page for the attributes
//	reader           the same, and finds attributes whatever the endings of their words
//	expert           knows the product wanted: an upper bound, not an agent
//
// All but random are written for shops: they go by the facts of an observation
// (kinds of choices, their descriptions, what they refer to) and by the goal's
// words, and are at a loss in another environment. All but expert see only what
// an agent may see.
package scripted
