package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

const (
	maxDepth = 64 // of nested lists and objects in arguments
	maxEcho  = 80 // bytes of a caller's text that an error repeats
)

// parseArgs reads the arguments of a call: objects become map[string]any, lists
// []any, numbers int64 where they are written as integers and fit, uint64 or
// float64 otherwise. Nothing and null stand for an empty object. What is no
// JSON, has a key twice, is nested too deeply or has numbers out of range is
// an error that says so.
func parseArgs(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return map[string]any{}, nil
	}
	if !json.Valid(raw) {
		return nil, errors.New("the arguments are not valid JSON")
	}
	v := gjson.ParseBytes(raw)
	if v.Type == gjson.Null {
		return map[string]any{}, nil
	}
	if !v.IsObject() {
		return nil, fmt.Errorf("the arguments must be one JSON object, not %s", kindName(v))
	}
	return treeOf(v, 0)
}

func kindName(v gjson.Result) string {
	switch {
	case v.IsArray():
		return "an array"
	case v.Type == gjson.String:
		return "a string"
	case v.Type == gjson.Number:
		return "a number"
	}
	return "a boolean"
}

func treeOf(v gjson.Result, depth int) (tree any, err error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the arguments are nested more than %d deep", maxDepth)
	}
	switch {
	case v.IsObject():
		m := map[string]any{}
		v.ForEach(func(key, value gjson.Result) bool {
			k := key.String()
			if _, twice := m[k]; twice {
				err = fmt.Errorf("%s is given twice", quoted(k))
				return false
			}
			m[k], err = treeOf(value, depth+1)
			return err == nil
		})
		return m, err
	case v.IsArray():
		list := []any{}
		v.ForEach(func(_, value gjson.Result) bool {
			var e any
			e, err = treeOf(value, depth+1)
			list = append(list, e)
			return err == nil
		})
		return list, err
	case v.Type == gjson.Number:
		return number(v.Raw)
	}
	return v.Value(), nil
}

// number reads a JSON number. Its length is bounded only by that of the call,
// so it must not reach the exact arithmetic of the validator as text.
func number(text string) (any, error) {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i, nil
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return u, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("the number %s is out of range", short(text))
	}
	return f, nil
}

// quoted returns a caller's text in quotes, cut if it is long.
func quoted(text string) string { return strconv.Quote(short(text)) }

func short(text string) string {
	if len(text) > maxEcho {
		text = text[:maxEcho] + "..."
	}
	return strings.ToValidUTF8(text, "\ufffd")
}
