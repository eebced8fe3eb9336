// Package session is what all protocols of the server have in common: a table
// of sessions, each of which plays episodes of an environment for a client that
// may be slow, may repeat itself, and may vanish. It knows nothing of HTTP.
//
//	Host ── Session ── episode (envs.Episode, its actions, what is recorded of it)
//	  │        └ turn: one call at a time, in order; a call that waits can be cancelled
//	  ├ Group: sessions that start the same episode; all of them or none
//	  ├ reaper: one goroutine for all; ends leases that run out
//	  └ Recorder: takes the trajectory of every episode that ends
//
// An adapter creates a session (or gets it by its name), calls it, and
// translates the answer or the [Error]:
//
//	s, err := host.Create(ctx, session.Request{Env: "webshop", Owner: owner, Protocol: "openenv"})
//	answer, err := s.Reset(ctx, session.Start{Seed: &seed})
//	answer, err = s.Step(ctx, envs.Action{Text: "search[lamp]"}, stepID)
//	release, err := s.Hold(ctx) // while a socket is attached
//	err = s.Close(ctx, session.ReasonClosed)
//
// What a client may rely on:
//
//   - A step is taken once or not at all. A step before the first reset and one
//     after the end change nothing; a step that is sent again with its ID gets
//     the stored answer; a step that has begun is finished although the client
//     leaves.
//   - The last step of an episode is answered when its trajectory is written: a
//     server that is killed loses the episodes in flight, no finished one.
//     Written is handed to the operating system; a power cut may lose the last
//     seconds, see Options.Sync.
//   - A session that is left alone for its lease ends, and its episode is
//     recorded as truncated. A socket that is attached keeps it alive.
//   - Capacity is taken before any work is done, and given back when a session
//     ends, however it ends.
package session
