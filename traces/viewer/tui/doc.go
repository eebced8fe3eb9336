// Package tui shows the episodes of a run folder in a terminal, step by step:
// what package viewer shows in a browser, over a connection that has no browser.
//
// A [Screen] is the state: keys go in, frames of plain text come out. [Run]
// connects it to a terminal, or to any reader and writer. Foreign text loses its
// control characters before it is shown.
package tui
