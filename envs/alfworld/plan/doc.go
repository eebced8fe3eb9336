// Package plan finds shortest plans: the fewest commands from a state of a game
// to one in which it is won.
//
// Games of the household domain with one of its six goals (put an object
// somewhere, cleaned, heated or cooled before if asked; put two; look at one
// under a lamp) are solved by enumeration. What such a plan has to do is known:
// free the hands, fetch an object, treat it, put it down. There are few ways to
// choose the places for that, the distance between any two places is one
// command, and so the cheapest choice is a shortest plan. Domain and goal are
// recognised by what they say and not by their names; where they say anything
// else, or a state is of a kind that the published games do not reach, a search
// over the states of the engine takes over, which gives up when its budget is
// spent.
package plan
