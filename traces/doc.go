// Package traces keeps what happened: trajectories, the groups they come in,
// the graph that a group merges into, and the run folder that holds them all.
//
// Trajectories are facts and are written once. Everything else here (the
// index, the graph, advantages) is derived and can be deleted and rebuilt.
package traces
