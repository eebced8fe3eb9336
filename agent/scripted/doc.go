// Package scripted has the policies that do not learn: yardsticks for those
// that do, and experts for imitation. Which of them there are depends on the
// environment. Everywhere:
//
//	random           any of the choices, uniformly
//	expert           does what the episode hints at: an upper bound, not an agent
//
// For shops (webshop):
//
//	first            the first result of the first query, no options
//	rule             the first result, with the options that the goal names
//	verify           walks down the first page and buys what has every option asked for
//	verify+features  the same, and reads the features page for the attributes
//	reader           the same, and finds attributes whatever the endings of their words
//	expert           knows the product wanted; it takes the place of the other expert
//
// For households (alfworld):
//
//	explorer         looks for what is wanted from receptacle to receptacle
//	explorer+prior   the same, where such things were found in other houses first
//
// They go by the facts of an observation (kinds of choices, their descriptions,
// what they refer to) and by the goal's words. All but the experts see only what
// an agent may see.
package scripted
