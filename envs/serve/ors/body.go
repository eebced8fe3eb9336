package ors

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs/serve"
)

// fault is what is wrong with a body, as the reference server says it.
type fault struct {
	Type  string          `json:"type"`
	At    []string        `json:"loc"`
	Text  string          `json:"msg"`
	Input json.RawMessage `json:"input"`
}

// body is the object that a request has.
type body struct {
	all    json.RawMessage
	fields map[string]json.RawMessage
	faults []fault
}

// readBody reads the body of a request, which may have no other keys than these.
// It is nil if the request was answered.
func readBody(w http.ResponseWriter, r *http.Request, keys ...string) *body {
	raw, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return nil
	}
	b := parseBody(raw, keys...)
	if b.fields == nil {
		b.answer(w)
		return nil
	}
	return b
}

// parseBody reads an object. Its fields are nil if it is none.
func parseBody(raw []byte, keys ...string) *body {
	b := &body{all: bytes.TrimSpace(raw)}
	switch {
	case len(b.all) == 0:
		b.all = json.RawMessage("null")
		b.fault("missing", "Field required", b.all)
	case !json.Valid(b.all):
		b.fault("json_invalid", "JSON decode error", json.RawMessage("{}"))
	case b.all[0] != '{':
		b.fault("model_attributes_type", "Input should be a valid dictionary or object to extract fields from", b.all)
	default:
		if err := json.Unmarshal(b.all, &b.fields); err != nil {
			b.fault("json_invalid", "JSON decode error", json.RawMessage("{}"))
			b.fields = nil
			return b
		}
		b.forbid(keys)
	}
	return b
}

// forbid adds a fault for every key but these.
func (b *body) forbid(keys []string) {
	var extra []string
	for k := range b.fields {
		if !slices.Contains(keys, k) {
			extra = append(extra, k)
		}
	}
	slices.Sort(extra)
	for _, k := range extra {
		b.fault("extra_forbidden", "Extra inputs are not permitted", b.fields[k], k)
	}
}

func (b *body) fault(kind, text string, input json.RawMessage, at ...string) {
	b.faults = append(b.faults, fault{kind, append([]string{"body"}, at...), text, input})
}

// answer answers with the faults, and reports whether there are any.
func (b *body) answer(w http.ResponseWriter) bool {
	if len(b.faults) > 0 {
		writeDetail(w, http.StatusUnprocessableEntity, b.faults)
	}
	return len(b.faults) > 0
}

// get returns a field; ok is false if it is not there, or null.
func (b *body) get(key string) (raw json.RawMessage, ok bool) {
	raw, ok = b.fields[key]
	return raw, ok && string(raw) != "null"
}

// need adds a fault if a field is not there.
func (b *body) need(key string) {
	if _, ok := b.fields[key]; !ok {
		b.fault("missing", "Field required", b.all, key)
	}
}

// text returns a field that must be a text.
func (b *body) text(key string) string {
	b.need(key)
	s := b.optional(key)
	if raw, ok := b.fields[key]; ok && string(raw) == "null" {
		b.fault("string_type", "Input should be a valid string", raw, key)
	}
	return s
}

// optional returns a field that is a text, or not there.
func (b *body) optional(key string) (s string) {
	raw, ok := b.get(key)
	if !ok {
		return ""
	}
	if raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		b.fault("string_type", "Input should be a valid string", raw, key)
	}
	return s
}

// object returns a field that is an object, or nil if it is not there.
func (b *body) object(key string) json.RawMessage {
	raw, ok := b.get(key)
	if !ok {
		return nil
	}
	if raw[0] != '{' {
		b.fault("dict_type", "Input should be a valid dictionary", raw, key)
		return nil
	}
	return raw
}

// index returns a field that is a whole number, or nil if it is not there. Texts
// and floats that say one are taken, too; one beyond an int becomes the last
// int, which is no index of anything.
func (b *body) index(key string) *int {
	raw, ok := b.get(key)
	if !ok {
		return nil
	}
	word := strings.TrimSpace(strings.Trim(string(raw), `"`))
	n, err := strconv.Atoi(word)
	if err != nil {
		f, ferr := strconv.ParseFloat(word, 64)
		switch {
		case ferr != nil && !errors.Is(ferr, strconv.ErrRange), math.IsNaN(f):
			b.fault("int_parsing", "Input should be a valid integer, unable to parse string as an integer", raw, key)
			return nil
		case f != math.Trunc(f):
			b.fault("int_from_float", "Input should be a valid integer, got a number with a fractional part", raw, key)
			return nil
		case f >= math.MaxInt32:
			n = math.MaxInt
		case f <= math.MinInt32:
			n = math.MinInt
		default:
			n = int(f)
		}
	}
	return &n
}
