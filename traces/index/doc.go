// Package index lists, filters, counts and searches the episodes of a run
// folder: what a viewer shows before an episode is opened.
//
// An [Index] is a table with one [Row] an episode, read from the small fields at
// the front of each stored line or from the index files beside sealed segments.
// It follows a run that is being written: [Index.Refresh] reads what was added.
// Of a damaged folder it shows what is whole, and says what is not: see [Fault].
// Nothing is written, but for [Index.AppendFork].
//
// Two things need the whole of each line. The class of failure of an episode is
// found by a goroutine of the index, which Close waits for: of 100,000 episodes,
// 1.5 million steps, in about 5 seconds of one core behind the first page. A
// search for text reads through the files as it is made, on all processors, which
// takes 1 to 2 seconds for as many on two cores; three quarters of that is
// decompression. A filter by n-grams would have to be made first, in the same
// time, and kept beside the run, so there is none. What was found is kept for the
// texts that were asked for last, and only what was written since is read again.
package index
