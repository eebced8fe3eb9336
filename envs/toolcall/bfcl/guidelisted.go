package bfcl

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// maxRange is the number of whole numbers of a range that are listed one by
// one.
const maxRange = 12

// listedIn returns the values that a description names for its parameter: what
// stands behind "[Enum]:" or "options are:", what is quoted, "(Buy/Sell)", the
// ends of a range, a percentage step or a default.
func listedIn(desc string, p *parameter) []py.Value {
	var out []py.Value
	if p.sort == "string" || p.item == "string" {
		for _, s := range listedTexts(desc) {
			out = append(out, py.Str(s))
		}
	}
	if p.sort != "integer" && p.sort != "number" {
		return out
	}
	words := strings.Fields(desc)
	for i, w := range words {
		if i+3 >= len(words) || w != "from" && w != "between" {
			continue
		}
		low, ok1 := plainNumber(trimWord(words[i+1]))
		n := i + 2
		for n+1 < len(words) && n < i+5 && words[n] != "to" && words[n] != "and" { // "between 0 (not pressed) and 1"
			n++
		}
		high, ok2 := plainNumber(trimWord(words[min(n+1, len(words)-1)]))
		if ok1 && ok2 && low < high {
			out = append(out, spread(low, high, p.sort)...)
		}
	}
	return out
}

// spread lists a range: its whole numbers if they are few, else its ends.
func spread(low, high float64, sort string) (out []py.Value) {
	step := 1.0
	if high-low > maxRange || sort == "number" {
		step = high - low
	}
	for v := low; v <= high; v += step {
		out = append(out, asNumber(v, sort))
	}
	return out
}

// listedTexts returns the texts that a description lists.
func listedTexts(desc string) (out []string) {
	for _, mark := range []string{"[Enum]:", "ptions are:", "the options:", "one of:"} {
		_, rest, ok := strings.Cut(desc, mark)
		if !ok {
			continue
		}
		if end := strings.IndexAny(rest, ".]"); end >= 0 {
			rest = rest[:end]
		}
		for _, s := range strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || r == '[' || r == '"' || r == '\n' }) {
			if s = strings.Trim(s, " '"); s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	for _, q := range quotes(desc) {
		if s := desc[q.from:q.to]; len(s) <= maxListed {
			out = append(out, s)
		}
	}
	for at := 0; ; {
		i := strings.IndexByte(desc[at:], '(')
		if i < 0 {
			return out
		}
		at += i + 1
		inside, _, ok := strings.Cut(desc[at:], ")")
		if parts := strings.Split(inside, "/"); ok && len(parts) > 1 && !strings.ContainsAny(inside, " .") {
			out = append(out, parts...)
		}
	}
}

// maxListed is the length of a quoted example at most.
const maxListed = 20

// plainNumber reads a number as people write it: "1,250.5", "$20", "15%".
func plainNumber(w string) (float64, bool) {
	w = strings.TrimSuffix(strings.TrimPrefix(w, "$"), "%")
	if w == "" || w[0] != '-' && w[0] != '.' && (w[0] < '0' || w[0] > '9') || strings.ContainsAny(w, "xXpP_") {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(w, ",", ""), 64)
	return v, err == nil && v > -1e18 && v < 1e18
}

// asNumber is v as a value of a type of JSON Schema: an int for "integer", else
// a float.
func asNumber(v float64, sort string) py.Value {
	if sort == "integer" {
		return py.Int(int64(v))
	}
	return py.Float(v)
}
