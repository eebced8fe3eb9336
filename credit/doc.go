// Package credit says how much each step of a group's trajectories contributed:
// a graph of equal states goes in, advantages come out.
//
// It is arithmetic: no I/O, no clock, no logger, no model. Every method is a
// pure function over a [traces.Graph] and runs in float64. Statistics take two
// passes, and a group whose values are all equal gives exactly 0: float noise
// never becomes an advantage.
//
// The methods are views of one graph:
//
//	trajectories of the group    GRPO, RLOO, REINFORCE++ (and the batch)
//	steps in equal states        GiGPO; with equal pasts HGPO; resembling ones GiGPO
//	equal state and action       RTMC
//	equal transitions            SALT; with equal beginnings ARPO
//	distance to success          GraphGPO
//	the graph as a solved chain  GRAFT
//	turns, one after the other   SeeUPO
//	none, but a critic           GAE
//
// Papers and released code differ in what they average over, in the standard
// deviation they divide by, and in what they do with a set of one. Those
// choices are parameters, spelled out by [Method.Describe]; a preset such as
// "gigpo/paper" or "gigpo/verl-agent" sets them as one source does. [Parse] and
// [New] find a method by name, [All] and [Assign] run it on many groups.
//
// What changes rewards comes before, in steps that are named and documented:
// see [Transform] and, for lists of them as JSON, [Transforms]. Package loss has the formulas that come after.
package credit
