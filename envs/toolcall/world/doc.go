// Package world makes an environment of a Go struct and its methods: the struct
// is the state of a world, its methods are the tools that an agent calls, and a
// list of tasks says from which state it starts, what the user asks for and how
// the end is judged.
//
// [New] looks at all of it once: it writes JSON schemas of the arguments from
// the methods' parameters, compiles them, and refuses a state that it could not
// copy or tell apart. Then [Env.Reset] and forks cost what copying the struct
// costs, which is little if it holds what changes in a [Table].
package world
