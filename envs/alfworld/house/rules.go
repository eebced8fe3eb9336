package house

import (
	_ "embed"
	"sync"

	"stepgym/envs/alfworld/games"
)

//go:embed domain.pddl
var domainText string

//go:embed grammar.twl2
var grammarText string

var rules = sync.OnceValue(func() *games.Pair {
	return &games.Pair{
		Domain:  games.File{Source: "house/domain.pddl", Text: domainText},
		Grammar: games.File{Source: "house/grammar.twl2", Text: grammarText},
	}
})

// Rules returns the domain and the grammar of the games, in which UNKNOWN GOAL
// stands for the task's sentence. They behave as the published pair does, and
// play the published problems as well.
func Rules() *games.Pair { return rules() }
