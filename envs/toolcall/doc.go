// Package toolcall runs tools: functions over a state that an agent calls by
// name with arguments.
//
// A [Class] is a class of methods over one sort of [State], a [Kit] the classes
// that a task has, and an [Executor] one episode's states, on which it runs
// calls written in Python ([Executor.Run]) or with arguments in JSON
// ([Executor.Call]). What is written is parsed and looked up, never executed:
// there is nothing to escape from. Values are Python's (package py), because the
// benchmarks whose results are reproduced are written in Python and show it.
//
// States are copied in constant time and share what they have not changed, so
// that a reset or a fork costs less than a microsecond, and nothing of one
// episode can be seen in another.
//
// To make a tool world of one's own from a Go struct with methods, see package
// world.
package toolcall
