// Package memory is the tools of BFCL's memory categories: a key-value memory
// of two parts and a text that is summed up again and again. What one
// conversation leaves in it is what the next one starts from: [KV.Snapshot] and
// [LoadKV], [Sum.Snapshot] and [LoadRecSum].
//
// Differs: the original also shows the paths of its snapshot files as
// attributes; there are no files here. A replacement that would make the
// text larger than maxText raises MemoryError.
package memory
