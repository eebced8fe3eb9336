// Package pddl reads the planning files that describe a household: the domain
// (what can be done) and the problem (one house, where everything is, and the
// goal). It reads the part of PDDL that the games of ALFWorld and others of
// their kind are written in, and says of everything else, with line and column,
// that it is not supported.
//
// # What is read
//
// Domain: :requirements and :functions (both skipped), :types, :constants,
// :predicates, and :action with :parameters, :precondition and :effect.
// Problem: :domain, :objects, :init, :goal, and :requirements and :metric
// (skipped). Sections may come in any order, each once, except :action.
//
// Conditions: atoms, =, not, and, or, imply, exists, forall; "()" is true.
// Effects: atoms, not, and, when, forall, and increase, which counts a cost and
// changes no fact; "()" is none.
//
// Not supported, an error: :derived, :durative-action and other sections,
// either types, conditions on numbers, effects on numbers other than increase,
// the name of a type used as a predicate, and names outside ASCII.
//
// # How strict
//
// The reader follows the translator of Fast Downward, which reads these files
// in the original, where that one decides: all names fold to lower case; a
// token ends at white space, at a parenthesis, or before a question mark, and
// nowhere else, so "?l - location, ?r - receptacle" gives ?l the type
// "location,"; a semicolon begins a comment; a type that is nowhere declared is
// accepted and has no members; so are arguments whose type does not fit the
// predicate. As there, a domain that uses an undeclared predicate, or one with
// the wrong number of arguments, is an error.
//
// A problem is read without its domain: whether its predicates, types and
// objects exist is not known here, and facts about unknown ones are kept. Facts
// that say what a function's value is are skipped, as are negative ones, which
// say nothing new; one that contradicts a positive fact is an error.
//
// Beyond the original the reader refuses what can only be a mistake: a
// variable that nothing binds, a name declared twice, an action of the name of
// an earlier one, types that are their own ancestors.
package pddl
