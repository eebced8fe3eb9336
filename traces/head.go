package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/tidwall/gjson"
)

// Head is the small fields of a stored trajectory: everything before its
// steps. The fields are those of [Trajectory].
type Head struct {
	ID         string  `json:"id"`
	GroupID    string  `json:"group"`
	TaskID     string  `json:"task"`
	Family     string  `json:"family"`
	Env        string  `json:"env"`
	Split      string  `json:"split"`
	Policy     string  `json:"policy"`
	Version    int     `json:"version"`
	Iteration  int     `json:"iteration"`
	Index      int     `json:"index"`
	EnvSeed    uint64  `json:"env_seed"`
	SampleSeed uint64  `json:"sample_seed"`
	Return     float64 `json:"return"`
	Score      float64 `json:"score"`
	Success    bool    `json:"success"`
	Terminated bool    `json:"terminated"`
	Truncated  bool    `json:"truncated"`
	Turns      int     `json:"turns"`
	Invalid    int     `json:"invalid_steps"`
	Err        string  `json:"error,omitempty"`
	Stage      string  `json:"error_stage,omitempty"`
	EvalOnly   string  `json:"eval_only,omitempty"`
	Parent     string  `json:"parent,omitempty"`
	ForkAt     int     `json:"fork_at,omitempty"`
	Goal       string  `json:"goal"`

	// Metrics is the JSON object of that name, or nil.
	Metrics json.RawMessage `json:"metrics,omitempty"`

	at place
}

// place is the address of a stored line.
type place struct {
	segment int
	line    int   // from 1
	offset  int64 // before compression
	length  int   // without the newline
}

var errNoHead = errors.New("not a stored trajectory: want an object with \"id\" first and \"steps\" after the small fields")

// cutHead returns the part of a stored line before its steps, closed to a JSON
// object of its own. It reads no further than that.
func cutHead(line []byte) (string, error) {
	if len(line) < 2 || line[0] != '{' || line[len(line)-1] != '}' {
		return "", errNoHead
	}
	depth := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := stringEnd(line, i)
			if end < 0 {
				return "", errNoHead
			}
			if depth == 1 && string(line[i:end]) == `"steps"` && end < len(line) && line[end] == ':' {
				return closeObject(line[:i]), nil
			}
			i = end - 1
		}
	}
	return "", errNoHead
}

// closeObject turns `{"a":1,` into `{"a":1}`.
func closeObject(open []byte) string {
	open = bytes.TrimRight(open, ", \t")
	var b strings.Builder
	b.Grow(len(open) + 1)
	b.Write(open)
	b.WriteByte('}')
	return b.String()
}

// stringEnd returns the index behind the JSON string that begins at i, or -1.
func stringEnd(line []byte, i int) int {
	for i++; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// parseHead reads a head that cutHead returned. The strings share its memory.
func parseHead(text string) (Head, error) {
	h := Head{}
	if !gjson.Valid(text) {
		return h, errNoHead
	}
	gjson.Parse(text).ForEach(func(k, v gjson.Result) bool {
		h.set(k.Str, v)
		return true
	})
	if h.ID == "" {
		return h, errNoHead
	}
	return h, nil
}

// set assigns the field with the JSON key given. Unknown keys are left to
// programs that know them.
func (h *Head) set(key string, v gjson.Result) {
	switch key {
	case "id":
		h.ID = v.String()
	case "group":
		h.GroupID = v.String()
	case "task":
		h.TaskID = v.String()
	case "family":
		h.Family = v.String()
	case "env":
		h.Env = v.String()
	case "split":
		h.Split = v.String()
	case "policy":
		h.Policy = v.String()
	case "error":
		h.Err = v.String()
	case "error_stage":
		h.Stage = v.String()
	case "eval_only":
		h.EvalOnly = v.String()
	case "parent":
		h.Parent = v.String()
	case "goal":
		h.Goal = v.String()
	case "metrics":
		h.Metrics = json.RawMessage(v.Raw)
	default:
		h.setNumber(key, v)
	}
}

func (h *Head) setNumber(key string, v gjson.Result) {
	switch key {
	case "version":
		h.Version = int(v.Int())
	case "iteration":
		h.Iteration = int(v.Int())
	case "index":
		h.Index = int(v.Int())
	case "env_seed":
		h.EnvSeed = v.Uint()
	case "sample_seed":
		h.SampleSeed = v.Uint()
	case "return":
		h.Return = v.Float()
	case "score":
		h.Score = v.Float()
	case "success":
		h.Success = v.Bool()
	case "terminated":
		h.Terminated = v.Bool()
	case "truncated":
		h.Truncated = v.Bool()
	case "turns":
		h.Turns = int(v.Int())
	case "invalid_steps":
		h.Invalid = int(v.Int())
	case "fork_at":
		h.ForkAt = int(v.Int())
	}
}
