// Package tools shows the actions of an environment as tools that a model
// calls, and translates calls into actions and back. The protocols whose
// clients know tools and nothing else (ORS, MCP, function calls) share it.
//
// An environment that has tools of its own keeps them. For one whose actions are
// texts the tools follow from what it lists:
//
//	search[<query>]         a form with a slot     search(query)
//	click[buy now]          a word with brackets   click(target)
//	go to bed 1, look, ...  anything else          act(action), one tool for all
//
// Names and order of the tools depend on the environment alone. What may be
// called with which argument at a moment is no part of a tool, for clients ask
// for the tools once: it is in the observation, and in [Set.Menu].
package tools
