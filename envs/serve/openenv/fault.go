package openenv

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve/internal/jsontext"
)

// fault is one thing that is wrong with a message, in the words of the
// reference server's validation.
//
// Differs: there is no "url", which would lead to the pages of another program.
type fault struct {
	kind  string // "missing", "extra_forbidden", ...
	at    []string
	text  string
	input string // JSON
	ctx   string // JSON, or empty
}

// inputBytes bounds what a fault repeats of its input.
const inputBytes = 1024

func missing(in gjson.Result, at ...string) fault {
	return fault{kind: "missing", at: at, text: "Field required", input: in.Raw}
}

func extra(v gjson.Result, at ...string) fault {
	return fault{kind: "extra_forbidden", at: at, text: "Extra inputs are not permitted", input: v.Raw}
}

func notObject(v gjson.Result, at ...string) fault {
	return fault{kind: "dict_type", at: at, text: "Input should be a valid dictionary", input: v.Raw}
}

func notString(v gjson.Result, at ...string) fault {
	return fault{kind: "string_type", at: at, text: "Input should be a valid string", input: v.Raw}
}

func notInteger(v gjson.Result, at ...string) fault {
	return fault{kind: "int_type", at: at, text: "Input should be a valid integer", input: v.Raw}
}

func negative(v gjson.Result, at ...string) fault {
	return fault{kind: "greater_than_equal", at: at, text: "Input should be greater than or equal to 0", input: v.Raw, ctx: `{"ge":0}`}
}

func tooLong(v gjson.Result, limit int, at ...string) fault {
	n := strconv.Itoa(limit)
	return fault{kind: "string_too_long", at: at, text: "String should have at most " + n + " characters", input: v.Raw, ctx: `{"max_length":` + n + `}`}
}

// below returns the faults with names put before the places where they are.
func below(faults []fault, names ...string) []fault {
	for i := range faults {
		faults[i].at = append(append([]string{}, names...), faults[i].at...)
	}
	return faults
}

// appendFaults appends a list of faults.
func appendFaults(b []byte, faults []fault) []byte {
	b = append(b, '[')
	for i := range faults {
		if i > 0 {
			b = append(b, ',')
		}
		b = faults[i].append(b)
	}
	return append(b, ']')
}

func (f *fault) append(b []byte) []byte {
	b = jsontext.AppendString(append(b, `{"type":`...), f.kind)
	b = append(b, `,"loc":[`...)
	for i, name := range f.at {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(b, name)
	}
	b = jsontext.AppendString(append(b, `],"msg":`...), f.text)
	b = append(b, `,"input":`...)
	switch {
	case f.input == "":
		b = append(b, "null"...)
	case len(f.input) > inputBytes:
		b = jsontext.AppendString(b, f.input[:inputBytes]+"...")
	default:
		b = appendCompact(b, f.input)
	}
	if f.ctx != "" {
		b = append(append(b, `,"ctx":`...), f.ctx...)
	}
	return append(b, '}')
}

// appendCompact appends JSON without the spaces between its parts.
func appendCompact(b []byte, text string) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(text)); err != nil { // it was read before
		return append(b, "null"...)
	}
	return append(b, out.Bytes()...)
}
