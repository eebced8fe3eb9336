package envs

import (
	"encoding/json"
	"strings"
)

// ParseAction undoes [Action.String]: ParseAction(a.String()) is a but for
// white space and escapes in its arguments. What String makes of no calls is a text.
func ParseAction(s string) Action {
	i := strings.Index(s, `[{"`)
	if i < 0 || !strings.HasSuffix(s, "]") {
		return Action{Text: s}
	}
	a := Action{Text: s[:i]}
	if json.Unmarshal([]byte(s[i:]), &a.Calls) != nil || len(a.Calls) == 0 {
		return Action{Text: s}
	}
	for _, c := range a.Calls {
		if c.Name == "" || c.Args == nil {
			return Action{Text: s}
		}
	}
	if a.String() != s {
		return Action{Text: s}
	}
	return a
}
