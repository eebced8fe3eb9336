// Package choice is a policy that picks one of the choices an environment
// lists. It is small, learns from nothing in minutes on a CPU, and writes no
// text.
//
// The package knows no environment. It reads the goal of the task and, of every
// observation, the place, the focus, the body and the choices, and turns them
// into numbers of four sorts:
//
//   - Where the words of the goal are found: in a choice's text, in what has
//     been read under the name that the choice leads to, on the page, among the
//     settings made. Each finding is one bit per word of the goal, kept for
//     single words, pairs and whole clauses.
//   - Facts about a choice: its rank, whether its text stands in the goal, its
//     price against the limit in the goal, how often it was taken.
//   - Facts about the situation: turns left, settings asked and present, things
//     opened.
//   - Classes: the kind of a choice, the place, the kind of the last action.
//
// With Config.Things, for worlds in which things are handled, there is more:
// for every named thing what was done with it, where and when it was seen, its
// class ("mug" of "mug 2"), what was read of it apart from its name, what is at
// hand, and the words of the goal whether or not they match anything. See thing.
//
// The net learns which words of a goal matter (a convolution over the goal gives
// each word eight weights), pools the bits with those weights and scores every
// choice against the best of its rivals. Words of choices and pages have no
// embedding of their own: they count only by matching, so what is learned
// carries over to things never seen.
//
// What the policy may see and remember matters more than the algorithm: the
// memory is therefore structured by the names that the environment gives to
// things (Observation.Focus, Choice.Ref), see memory.
//
// An update computes the gradients of a minibatch in Config.Threads parts at the
// same time, a session of one thread each, and adds them up in order. What is
// minimised is Config.Loss; a token of it is one decision.
//
// Updates run on ONNX Runtime; without the library [New] returns an error.
package choice
