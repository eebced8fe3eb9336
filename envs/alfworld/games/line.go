package games

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// record is a line of a packed file. pddl_problem, nearly all of it, is read
// apart.
type record struct {
	ID     string   `json:"id"`
	Task   string   `json:"task"`
	Type   string   `json:"task_type"`
	Params Params   `json:"pddl_params"`
	Human  []string `json:"anns"`
}

// problemKey is the member of a line that holds the problem.
const problemKey = "pddl_problem"

var errNoObject = errors.New("want a JSON object")

// parseLine reads a line of a packed file. Keys that it does not know are
// ignored; of a repeated one the last counts.
func parseLine(line []byte) (r record, problem []byte, err error) {
	start, end, err := findProblem(line)
	if err != nil {
		return r, nil, err
	}
	rest := line
	if end > 0 {
		if problem, err = unquote(line[start:end]); err != nil {
			return r, nil, fmt.Errorf("%s: %w", problemKey, err)
		}
		rest = append(append(append([]byte(nil), line[:start]...), `""`...), line[end:]...)
	}
	if err := json.Unmarshal(rest, &r); err != nil {
		return r, nil, jsonError(err)
	}
	switch {
	case len(bytes.TrimSpace(problem)) == 0:
		return r, nil, fmt.Errorf("has no %q", problemKey)
	case r.ID == "":
		return r, nil, errors.New(`has no "id"`)
	}
	return r, problem, nil
}

// jsonError says in few words what is wrong with a JSON text.
func jsonError(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%q is a %s, want a %s", t.Field, t.Value, t.Type)
	}
	return fmt.Errorf("not JSON: %w", err)
}

// findProblem returns where the text with the problem lies in a JSON object,
// quotes included; end is 0 if it has none. It looks at the object's outline
// alone, so that what it accepts may still be no JSON.
func findProblem(line []byte) (start, end int, err error) {
	at := skipSpace(line, 0)
	if at == len(line) || line[at] != '{' {
		return 0, 0, errNoObject
	}
	depth, key := 0, ""
	for at < len(line) {
		switch c := line[at]; c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			stop := stringEnd(line, at)
			if stop < 0 {
				return 0, 0, errors.New("the line ends in the middle of a text: it was cut off")
			}
			if next := skipSpace(line, stop); depth == 1 && next < len(line) && line[next] == ':' {
				key = string(line[at+1 : stop-1])
				if next = skipSpace(line, next+1); key == problemKey && next < len(line) && line[next] == '"' {
					start, end = next, stringEnd(line, next)
					if end < 0 {
						return 0, 0, errors.New("the line ends in the middle of the problem: it was cut off")
					}
					next = end
				}
				at = next
				continue
			}
			at = stop
			continue
		}
		at++
	}
	if depth != 0 {
		return 0, 0, errors.New("the line ends in the middle of an object: it was cut off")
	}
	return start, end, nil
}

func skipSpace(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\r' || b[at] == '\n') {
		at++
	}
	return at
}

// stringEnd returns the place after the closing quote of the JSON text that
// begins at at, or -1.
func stringEnd(b []byte, at int) int {
	for i := at + 1; i < len(b); {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n + 1
		slashes := 0
		for k := i - 2; k > at && b[k] == '\\'; k-- {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
	}
	return -1
}

// escapes are the JSON escapes of one letter.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unquote returns the value of a JSON text. Unlike encoding/json it is fast for
// long ones and keeps control characters and bytes that are no UTF-8.
func unquote(quoted []byte) ([]byte, error) {
	s := quoted[1 : len(quoted)-1]
	out := make([]byte, 0, len(s))
	for {
		n := bytes.IndexByte(s, '\\')
		if n < 0 {
			return append(out, s...), nil
		}
		out = append(out, s[:n]...)
		if s = s[n+1:]; len(s) == 0 {
			return nil, errors.New("ends in the middle of an escape")
		}
		c := s[0]
		s = s[1:]
		switch {
		case c == 'u':
			r, size := hexRune(s)
			if size == 0 {
				return nil, fmt.Errorf("bad escape \\u%.4s", s)
			}
			out, s = utf8.AppendRune(out, r), s[size:]
		case escapes[c] != 0:
			out = append(out, escapes[c])
		default:
			return nil, fmt.Errorf("bad escape \\%c", c)
		}
	}
}

// hexRune reads the digits after \u, of a pair of surrogates both. size is 0 if
// they are no such digits.
func hexRune(s []byte) (r rune, size int) {
	unit := func(s []byte) (rune, bool) {
		if len(s) < 4 {
			return 0, false
		}
		n, err := strconv.ParseUint(string(s[:4]), 16, 16)
		return rune(n), err == nil
	}
	r, ok := unit(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) && len(s) >= 10 && s[4] == '\\' && s[5] == 'u' {
		if low, ok := unit(s[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 10
			}
		}
	}
	return r, 4
}
