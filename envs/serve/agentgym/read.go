package agentgym

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
)

// fault is what is wrong with a part of a request, in the words of the servers'
// validator.
type fault struct {
	Type  string          `json:"type"`
	Loc   []any           `json:"loc"`
	Msg   string          `json:"msg"`
	Input json.RawMessage `json:"input"`
}

// maxEcho bounds the input that is shown again in a fault.
const maxEcho = 1024

// reader takes a request apart and collects what is wrong with it.
type reader struct {
	part   string // "body" or "query"
	in     gjson.Result
	faults []fault
}

// readBody reads the body of a request. It answers itself, and returns nil, if
// the body does not arrive.
func readBody(w http.ResponseWriter, r *http.Request) *reader {
	b, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return nil
	}
	return parse(string(b))
}

// parse reads a body.
func parse(body string) *reader {
	rd := &reader{part: "body"}
	switch {
	case strings.TrimSpace(body) == "":
		rd.faults = append(rd.faults, fault{"missing", []any{"body"}, "Field required", json.RawMessage("null")})
	case !gjson.Valid(body):
		rd.faults = append(rd.faults, fault{"json_invalid", []any{"body", 0}, "JSON decode error", json.RawMessage("{}")})
	default:
		rd.in = gjson.Parse(body)
		if !rd.in.IsObject() {
			rd.add("model_attributes_type", "", "Input should be a valid dictionary or object to extract fields from", rd.in)
		}
	}
	return rd
}

// fromQuery reads the number that a request's query has.
func fromQuery(r *http.Request, name string) (*reader, int64) {
	rd := &reader{part: "query"}
	q := r.URL.Query()
	if !q.Has(name) {
		rd.faults = append(rd.faults, fault{"missing", []any{"query", name}, "Field required", json.RawMessage("null")})
		return rd, 0
	}
	return rd, rd.toInteger(name, gjson.Result{Type: gjson.String, Str: q.Get(name), Raw: strconv.Quote(q.Get(name))})
}

// ok reports whether nothing was wrong; otherwise it answers with what was.
func (rd *reader) ok(w http.ResponseWriter) bool {
	if len(rd.faults) == 0 {
		return true
	}
	write(w, http.StatusUnprocessableEntity, map[string][]fault{"detail": rd.faults})
	return false
}

func (rd *reader) add(kind, name, msg string, input gjson.Result) {
	f := fault{kind, []any{rd.part}, msg, json.RawMessage(input.Raw)}
	if name != "" {
		f.Loc = append(f.Loc, name)
	}
	if len(f.Input) == 0 || len(f.Input) > maxEcho || !json.Valid(f.Input) {
		f.Input = json.RawMessage("null")
	}
	rd.faults = append(rd.faults, f)
}

// field returns a field, and false after a fault. A name that occurs twice has
// the last of its values.
func (rd *reader) field(name string) (value gjson.Result, ok bool) {
	if !rd.in.IsObject() {
		return value, false // which was said before
	}
	rd.in.ForEach(func(k, v gjson.Result) bool {
		if k.Str == name {
			value, ok = v, true
		}
		return true
	})
	return value, ok
}

// integer reads a whole number.
func (rd *reader) integer(name string) int64 {
	v, ok := rd.field(name)
	if !ok {
		rd.missing(name)
		return 0
	}
	return rd.toInteger(name, v)
}

func (rd *reader) missing(name string) {
	if rd.in.IsObject() {
		rd.add("missing", name, "Field required", rd.in)
	}
}

// toInteger takes what the validator takes: whole numbers, also as 3.0 or "3".
func (rd *reader) toInteger(name string, v gjson.Result) int64 {
	switch v.Type {
	case gjson.Number:
		if n, err := strconv.ParseInt(v.Raw, 10, 64); err == nil {
			return n
		}
		if v.Num == math.Trunc(v.Num) && math.Abs(v.Num) < 1<<53 {
			return int64(v.Num)
		}
		rd.add("int_from_float", name, "Input should be a valid integer, got a number with a fractional part", v)
	case gjson.String:
		if n, err := strconv.ParseInt(strings.TrimSpace(v.Str), 10, 64); err == nil {
			return n
		}
		rd.add("int_parsing", name, "Input should be a valid integer, unable to parse string as an integer", v)
	default:
		rd.add("int_type", name, "Input should be a valid integer", v)
	}
	return 0
}

// text reads a string.
func (rd *reader) text(name string) string {
	v, ok := rd.field(name)
	switch {
	case !ok:
		rd.missing(name)
	case v.Type != gjson.String:
		rd.add("string_type", name, "Input should be a valid string", v)
	}
	return v.Str
}

// task is the task that a client asks for.
type task struct {
	given bool
	index int64
	id    string
}

// label is the task as the client named it.
func (t task) label() any {
	if t.id != "" {
		return t.id
	}
	return t.index
}

// task reads a task: a number, or null if that is optional. Differs from the
// servers: the ID of a task will do too.
func (rd *reader) task(name string, optional bool) task {
	v, ok := rd.field(name)
	switch {
	case !ok && !optional:
		rd.missing(name)
		return task{}
	case !ok, optional && v.Type == gjson.Null:
		return task{}
	case v.Type == gjson.String && v.Str != "":
		if _, err := strconv.ParseInt(strings.TrimSpace(v.Str), 10, 64); err != nil {
			return task{given: true, id: v.Str}
		}
	}
	return task{given: true, index: rd.toInteger(name, v)}
}
