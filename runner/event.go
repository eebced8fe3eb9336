package runner

// Event tells an observer how a run is getting on.
type Event struct {
	Kind      EventKind
	Iteration int // iterations done before
	Done      int // of EventRollout and EventEval: episodes that have ended
	Total     int // likewise: episodes to play

	Metrics *Metrics // of EventIteration and EventImitate
	Report  *Report  // of EventReport
	Best    bool     // of EventReport: better than all before
	Path    string   // of EventCheckpoint: its folder
	Err     error    // of EventLost: why an episode was lost
}

// EventKind says what happened.
type EventKind string

// The kinds of events, roughly in the order in which they come.
const (
	EventRollout    EventKind = "rollout"    // an episode of training or imitation has ended
	EventLost       EventKind = "lost"       // an episode was lost
	EventImitate    EventKind = "imitate"    // a round of imitation is done
	EventIteration  EventKind = "iteration"  // an iteration is done
	EventEval       EventKind = "eval"       // an episode of an evaluation has ended
	EventReport     EventKind = "report"     // an evaluation is done
	EventCheckpoint EventKind = "checkpoint" // a checkpoint was written
)

// Observer is told of events. Calls do not overlap, and the run waits for them:
// an observer that takes long slows it down.
type Observer func(Event)

// tell calls the observer if there is one.
func (o Observer) tell(e Event) {
	if o != nil {
		o(e)
	}
}
