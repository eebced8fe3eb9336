// Package house invents households and tasks in them: games of ALFWorld's kind
// that need no data of anyone else. A house is one room, as in the original: a
// kitchen, a living room, a bedroom or a bathroom with the receptacles that
// belong there, things in plausible places, and one of the six types of tasks.
//
// Everything follows from a [Config]: equal ones give equal bytes. Games of the
// splits train, valid_train and valid_seen are set in the same floor plans, but no
// task (type, object, receptacle and floor plan) is in two of them; those of
// valid_unseen are set in floor plans of their own.
//
// The games are those of the original in form, too: [Write] makes folders that
// it loads, plays and counts as won. The rules in domain.pddl and grammar.twl2
// are ours, and behave as the published ones do.
package house
