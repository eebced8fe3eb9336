// Package engine plays households: it compiles a domain and a grammar into
// rules, loads problems into games, and steps through them, exactly as the
// original does and some 40,000 times as fast.
//
//	rules, err := engine.Compile(domain, grammar)       // once
//	game, err := rules.Load(problem, task, Options{})   // once a problem; shared
//	state := game.Start()                               // once an episode
//	feedback, ok := state.Step("go to fridge 1")
//
// Nothing about households is written here: names, commands, feedback and
// effects follow from the two files, so other domains of that kind work too.
//
// # How it works
//
// Compile resolves all names and brings every precondition into alternatives
// that are conjunctions. Load sorts the facts of a problem into relations,
// numbers the facts that can change ("fluents"), and grounds the actions by
// joins over both: what remains of an action is an op, a few fluents to test and
// a few to set. A state is a bit for every fluent, a second one for those that
// the grammar asks about as not_p, and a 128-bit hash that is kept up to date.
// Ops are grouped by the one fact that says where the agent is, if the game has
// such a fact; the list of admissible commands of a group depends on few
// fluents, and lists are shared through a cache of bounded size in the Rules.
//
// # What differs from the original
//
// An entity whose ID has no class ("agent1") is named by its ID and a space, as
// there; but a command that ends in such a name can be given, which there is
// refused. A rule of the grammar without an alternative that applies says
// nothing, there it is a crash. Facts that can be seen to be for ever false
// never count as deleted. Of two ops whose commands read the same, the first in
// the order of the domain's actions, then of their arguments' IDs, is done.
// Numbers that Options.Shuffle shuffles are not Python's.
package engine
