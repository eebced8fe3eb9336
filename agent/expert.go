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
	// not called. An error that wraps envs.ErrNoHint says that nothing leads to
	// success any more: the episode may go on without the player's advice.
	Label(o envs.Observation) ([]envs.Action, error)
}

// Hinted is implemented by players that go by what an episode knows of the way
// to success, and so by more than the agent may see.
type Hinted interface {
	Player

	// TakeHints gives the player the hints of its episode. Who plays the
	// episode calls it once, before the first Act or Label, if the episode is
	// an envs.Hinter; the player asks for hints in Act and Label only.
	TakeHints(h envs.Hinter)
}
