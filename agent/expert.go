package agent

import "stepgym/envs"

// Follower is implemented by players that can go along with somebody else's
// choices. Imitation needs it: one of learner and expert acts, and the other
// one sees the same observations and must remember what was really done.
type Follower interface {
	Player

	// Follow says that the episode went on with a and not with the action of
	// the latest decision. It is called after Act (or Label) and before the
	// next one; not calling it means that the decision was carried out.
	Follow(a envs.Action)
}

// Labeler is implemented by players that can say what they would do without
// doing it: the experts of imitation.
type Labeler interface {
	Follower

	// Label returns the actions that the player holds for equally good, best
	// known first, at least one. It takes the place of Act for the observation
	// o; Follow then tells what was done, the first of the actions if it is
	// not called.
	Label(o envs.Observation) ([]envs.Action, error)
}
