package index

import (
	"github.com/tidwall/gjson"
)

// told is what a stored step says in words.
type told struct {
	Text, Action, Raw   string
	State, Place, Focus string
	Invalid             bool
	Reward              float64
}

// walk calls fn for each step of a stored line, in order, until fn returns
// false. It reads no further than that, and decodes nothing but the fields of
// told. A line that is no trajectory has no steps.
func walk(line string, fn func(t int, s *told) bool) {
	gjson.Get(line, "steps").ForEach(func(i, v gjson.Result) bool {
		var s told
		v.ForEach(func(k, v gjson.Result) bool {
			switch k.Str {
			case "observation":
				s.observation(v)
			case "action":
				s.Action = v.String()
			case "raw":
				s.Raw = v.String()
			case "reward":
				s.Reward = v.Float()
			case "invalid":
				s.Invalid = v.Bool()
			}
			return true
		})
		return fn(int(i.Int()), &s)
	})
}

func (s *told) observation(v gjson.Result) {
	v.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "text":
			s.Text = v.String()
		case "state":
			s.State = v.String()
		case "place":
			s.Place = v.String()
		case "focus":
			s.Focus = v.String()
		}
		return true
	})
}

// finalText returns what was seen after the last step.
func finalText(line string) string { return gjson.Get(line, "final.text").String() }
