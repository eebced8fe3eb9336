// Package viewer shows run folders in a browser: an http.Handler with a JSON
// API over package index, and the pages that use it.
//
// It works from what was recorded; where [Worlds] says how to open environments
// it also tells what else could have been done at a step, and branches off
// there. It writes nothing but those branches. Texts of environments and models
// are data and never markup: the API gives them as JSON strings, and the pages
// run under a policy that lets no other script run.
package viewer
