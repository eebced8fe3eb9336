// Package grammar reads the .twl2 files that say how a game speaks: how its
// actions are written as commands, and what it answers.
//
//	grammar :: """{JSON}""";
//	action NAME {
//	    template :: "take {o} from {r}";
//	    feedback :: "#PickupObject.feedback#";
//	    grammar :: """{JSON}""";
//	}
//
// A # outside of quotes, and at the beginning of a line of JSON, begins a
// comment. A part "pddl" of an action is read and ignored. The JSON has for
// every rule a list of alternatives, each with a text ("rhs"), and a condition
// if it has one; "weight" is read and ignored, as in the original. A rule
// replaces an earlier one of its name, in the same JSON or another one; a second
// action of a name is an error.
//
// # Texts
//
//	#rule#  #overview(o)#      what the rule says
//	{expression}               its value
//	{expression | query}       its value at every match
//	{#rule# | query}           what the rule says at every match
//	[{... | query}]            the same as an enumeration
//
// An expression is o.name, o.id, o.indefinite, o.definite, o.type, an entity, a
// constant in quotes, "a + b", or "a or b"; a query is "p(x:type, y:type) &
// not_q(y:type)", where not_q matches what an effect has deleted.
//
// Three habits of the original are reproduced. White space, and comments from
// // to the end of the line, are lost at the beginning of a text, and a tab
// after a piece; all other white space stays. A part in double quotes loses
// them. And a text ends, without a word, where one of the bytes ; | " < > ] }
// stands outside of a piece; Grammar.Cut tells where that happened.
//
// Everything else is an [Error] with file, line and column: pieces that are
// not closed, unknown keys, rules that nowhere are, rules that call themselves,
// predicates with capitals (facts are in lower case), expressions beyond those
// above. A call names the parameters as the rule does: #overview(o)# says the
// rule "overview(o)" of whatever o is where the call stands.
package grammar
