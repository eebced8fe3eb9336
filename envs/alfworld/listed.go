package alfworld

import "stepgym/envs"

// Listed implements [envs.Lister]: the original lists commands after the game
// is won as well, and its recordings hold them.
func (e *Episode) Listed() []*envs.Choice { return e.choices() }
