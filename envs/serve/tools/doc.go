// Package tools lets environments be played by calling tools, whatever their
// actions are. The protocols that know nothing but tools share it.
//
// A [Set] holds the tools of one environment:
//
//	the environment's own tools   as they are; a call is the action
//	a form  "search[<query>]"     search(query)
//	actions "click[buy now]"      click(target), one tool for all of that name
//	any other text                act(action), which takes the text as it is
//
// Arguments are free strings without a list of values: what is admissible
// changes from step to step, and what is refused is the environment's business.
package tools
