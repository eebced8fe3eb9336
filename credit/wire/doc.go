// Package wire is the door through which other trainers use package credit:
// groups of rollouts come in as JSON lines, as one JSON batch or as a Parquet
// table, and one answer a group goes out, in the same order.
//
//	Read the input     [Lines], [Batch], [Table]: one [Record] a group
//	Compute            [Run]: on all cores, results in the order of the input
//	Write the answers  [NewLines], [NewTable]: a [Sink]
//	All in one         [Handle]: a request of bounded size, for servers
//
// Except for batches, which have to be seen whole, memory does not grow with
// the number of groups. Every fault of an input is an [InputError] that says
// where it is: line or row, group, trajectory and step.
package wire
