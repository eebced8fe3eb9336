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
// such a fact; what is admissible in a group depends on few fluents. Readings of
// these, and the lists of choices that follow, are shared through caches of
// bounded size in the Rules: a list by all games in which the same commands are
// admissible. A list that is new is put together from the part that most places
// of the game have in common. Feedback and descriptions are kept too, by the
// things that they name and by how the facts about these differ from the start,
// if nothing else was looked at when the text was made: what stands on a shelf
// depends on neither what the agent holds nor the rest of the house.
//
// Memory: a published game holds some 100 kB; names, commands and choices are
// held once for all games of the same Rules, which therefore grow with every
// house that is new. The caches are bounded in number: 262,144 readings, which
// keep a list each if they share none, 131,072 more lists of some 350 bytes, and
// 262,144 texts of some 200: at most 200 MB.
//
// Speed: a step waits for memory rather than for the processor. With one game,
// whose data stay close by, it takes a fraction of the time that it takes with
// thousands in random order.
//
// # What differs from the original
//
//   - An entity whose ID has no class ("agent1") is named by its ID and a space,
//     as there; but a command that ends in such a name can be given, which there
//     is refused.
//   - Texts follow the true state. There they show every conditional effect of an
//     action as done, whether its condition held or not.
//   - A parameter whose type has types below it ("?x - plant", bound to a flower)
//     is found by queries that name it; there it is not.
//   - A rule of the grammar without an alternative that applies says nothing;
//     there it is a crash.
//   - Of two ops whose commands read the same, the first in the order of the
//     domain's actions, then of their arguments' IDs, then of the alternatives of
//     their precondition, is done. There the order is not known beforehand.
//   - Numbers that Options.Shuffle shuffles are not Python's.
//
// None of these can be seen in the published games.
//
// # Bounds
//
// What is too large is an error of Load: 32,768 objects, 65,535 facts of one
// predicate, 32,768 facts that can change, 65,535 commands or ground actions in
// one place.
package engine
