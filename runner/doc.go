// Package runner plays policies in environments and trains them.
//
// [Rollout] plays one episode; [Play] plays many, a goroutine each, and waits
// for all of them. [Trainer] turns groups of episodes into credit and credit
// into updates, writes a run folder, and goes on where a killed run stopped.
// [Evaluate] plays a split and says how well, with intervals.
//
// Every random choice follows from the run's seed and the place where it is
// made (see [Seed]), never from timing or from earlier choices. So a run that is
// resumed, or played with another number of goroutines, gives the same numbers,
// as long as environment and policy are deterministic.
//
// A lost episode is data: its trajectory says what went wrong at which boundary,
// its siblings go on, and it counts neither as success nor as failure.
package runner
