// Package games finds and reads the games of ALFWorld: the original's folders
// (a trial's folder holds game.tw-pddl and traj_data.json), single game files,
// and packed files with a game a line. It knows where a game comes from and
// what is asked in it; what its problem means is package engine's matter.
//
// A folder is looked through when it is opened, but a split is read when it is
// first asked for. Problems are held compressed, about 6 kB a game.
package games
