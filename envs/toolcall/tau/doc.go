// Package tau is tau-bench, version 1: an agent that serves the customers of a
// shop (retail) or of an airline with tools over a database, and is judged by
// the database that it leaves and by what it told the customer.
//
// Nothing of the benchmark is in here but what its tools do. Databases, tasks
// and policies are read from the user's copy of its files as they are (see
// [Load]); the tasks are Python files, which are parsed and never executed.
//
// A [Data] is one domain: its database, held once and never changed, and its
// tasks. A [Session] works on a database of its own, which shares with the first
// one what it has not changed, so that beginning one and judging it
// cost microseconds; the original loads the database anew for each episode and
// writes it out twice to judge it. A [Scorer] judges recorded actions, an [Env]
// plays tasks with a user.
//
// # What is exact
//
// Results of all tools, with Python's texts of exceptions for odd arguments;
// the database afterwards; its hash; the reward. Differences:
//
//   - calculate parses arithmetic and never evaluates code; numbers are bounded
//     (see [stepgym/envs/toolcall/py.Pow]).
//   - Where send_certificate finds its three names of certificates taken it
//     answers "None"; the original's environment dies of that.
//   - A session keeps nothing of the one before. The original's tools keep
//     lists of the ground truth's arguments and later append to them, so that a
//     task whose ground truth books a flight and cancels it is another one when
//     it is judged a second time.
//   - Arguments that are nested more than 200 deep are refused.
package tau
