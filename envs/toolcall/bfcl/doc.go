// Package bfcl is the Berkeley Function-Calling Leaderboard, version 4, as it is
// in the PyPI package bfcl-eval 2026.3.23: its multi-turn, single-turn and memory
// categories, as an environment and for judging.
//
// Nothing of the benchmark is in here but what its functions do: the entries,
// the documentation of the functions and the texts that make the long-context
// category long are read from the user's copy of the data. See [Load].
//
// A [Judge] runs calls and judges turns as the original's checker does, a
// [Scorer] judges recorded results of any category; an [Env] plays entries, each
// group of categories in its own way. Every episode starts from states of its
// own. The original keeps its instances in the process under names made of the
// model's and the entry's, and never resets them: a perfect run of an entry after
// a bad one of the same name was judged wrong 180 times of 300.
//
// The classes of functions are in api, one package each, and say what differs
// from the original where it does.
package bfcl
