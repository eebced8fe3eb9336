package openenv

import (
	"stepgym/envs"
	"stepgym/envs/serve/internal/jsontext"
)

// appendText appends the text of an observation, as [envs.Observation.Text]
// has it, as a JSON string.
func appendText(b []byte, o *envs.Observation) []byte {
	b = append(b, '"')
	for i := range o.Messages {
		if i > 0 {
			b = append(b, `\n`...)
		}
		b = jsontext.AppendPart(b, o.Messages[i].Content)
	}
	return append(b, '"')
}
