package grammar

import (
	"encoding/json"
	"strings"
)

// jsonReader reads the JSON of a block of rules. Lines that begin with # are
// comments.
type jsonReader struct {
	*parser
	at, end int // what is left of the block
}

// rules reads a block: an object that has for every rule a list of its
// alternatives. Every rule replaces an earlier one of its name.
func (p *parser) rules(at, end int, local map[string]*Rule) error {
	j := &jsonReader{p, at, end}
	err := j.object(func(key string, where int) error {
		r := &Rule{}
		var name string
		name, r.Name, r.Params = ruleName(key)
		if r.Name == "" {
			return p.fault(where, "a rule without a name")
		}
		if err := j.array(func() error { return j.alternative(r) }); err != nil {
			return err
		}
		if len(r.Alternatives) == 0 {
			return p.fault(where, "rule %q has no alternatives", key)
		}
		for i := range p.out.Actions {
			delete(p.out.Actions[i].Local, name)
		}
		p.out.Rules[name] = r
		if local != nil {
			local[name] = r
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.space(); j.at < j.end {
		return p.fault(j.at, "%s after the end of the rules", p.here(j.at))
	}
	return nil
}

// ruleName takes "overview(o,r)" apart: the key "overview(o, r)", the name
// "overview", the parameters.
func ruleName(text string) (key, name string, params []string) {
	text = strings.TrimSpace(text)
	open := strings.IndexByte(text, '(')
	if open < 0 || !strings.HasSuffix(text, ")") {
		return text, text, nil
	}
	name = strings.TrimSpace(text[:open])
	inner := strings.TrimSpace(text[open+1 : len(text)-1])
	if inner == "" {
		return name, name, nil
	}
	params = strings.Split(inner, ",")
	for i := range params {
		params[i] = strings.TrimSpace(params[i])
	}
	return name + "(" + strings.Join(params, ", ") + ")", name, params
}

// alternative reads {"condition": "...", "rhs": "..."} into r.
func (j *jsonReader) alternative(r *Rule) error {
	j.space()
	start := j.at
	var a Alternative
	seen := make(map[string]bool)
	err := j.object(func(key string, where int) error {
		if seen[key] {
			return j.fault(where, "a second %q in an alternative of rule %q", key, r.Name)
		}
		seen[key] = true
		if key == "weight" { // The original takes the first alternative whatever its weight.
			return j.number()
		}
		s, err := j.str()
		if err != nil {
			return err
		}
		switch key {
		case "rhs":
			a.Text, err = j.text(s)
		case "condition":
			a.Condition, err = j.query(s)
		default:
			err = j.fault(where, "unknown key %q: an alternative has \"condition\", \"rhs\" and \"weight\"", key)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !seen["rhs"] {
		return j.fault(start, "an alternative of rule %q has no \"rhs\"", r.Name)
	}
	r.Alternatives = append(r.Alternatives, a)
	return nil
}

// space skips white space and comment lines.
func (j *jsonReader) space() {
	for j.at < j.end {
		switch c := j.src[j.at]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			j.at++
		case c == '#' && strings.TrimLeft(j.src[strings.LastIndexByte(j.src[:j.at], '\n')+1:j.at], " \t\r") == "":
			if i := strings.IndexByte(j.src[j.at:j.end], '\n'); i >= 0 {
				j.at += i
			} else {
				j.at = j.end
			}
		default:
			return
		}
	}
}

// peek returns the next byte after white space, 0 at the end.
func (j *jsonReader) peek() byte {
	if j.space(); j.at < j.end {
		return j.src[j.at]
	}
	return 0
}

// take reads one of the bytes of want, and names them as what in messages.
func (j *jsonReader) take(want, what string) (byte, error) {
	c := j.peek()
	if c == 0 || strings.IndexByte(want, c) < 0 {
		if j.at >= j.end {
			return 0, j.fault(j.end, "the rules end where %s should be", what)
		}
		return 0, j.fault(j.at, "%s where %s should be", j.here(j.at), what)
	}
	j.at++
	return c, nil
}

// object reads an object; member reads a value.
func (j *jsonReader) object(member func(key string, where int) error) error {
	if _, err := j.take("{", `"{"`); err != nil {
		return err
	}
	for first := true; ; first = false {
		if first && j.peek() == '}' {
			j.at++
			return nil
		}
		j.space()
		where := j.at
		key, err := j.str()
		if err != nil {
			return err
		}
		if _, err := j.take(":", `":"`); err != nil {
			return err
		}
		if err := member(key.s, where); err != nil {
			return err
		}
		if c, err := j.take(",}", `"," or "}"`); err != nil || c == '}' {
			return err
		}
	}
}

// array reads an array; element reads a value.
func (j *jsonReader) array(element func() error) error {
	if _, err := j.take("[", `"["`); err != nil {
		return err
	}
	for first := true; ; first = false {
		if first && j.peek() == ']' {
			j.at++
			return nil
		}
		if err := element(); err != nil {
			return err
		}
		if c, err := j.take(",]", `"," or "]"`); err != nil || c == ']' {
			return err
		}
	}
}

// str reads a string.
func (j *jsonReader) str() (text, error) {
	if _, err := j.take(`"`, "a string"); err != nil {
		return text{}, err
	}
	start := j.at
	for j.at < j.end && j.src[j.at] != '"' {
		if j.src[j.at] == '\\' {
			j.at++
		}
		j.at++
	}
	if j.at >= j.end {
		return text{}, j.fault(start-1, "the string is not closed")
	}
	j.at++
	t := text{p: j.parser, base: start, escaped: true}
	if err := json.Unmarshal([]byte(j.src[start-1:j.at]), &t.s); err != nil {
		return t, j.fault(start-1, "the string is not JSON: %v", err)
	}
	return t, nil
}

// number reads over a number.
func (j *jsonReader) number() error {
	j.space()
	start := j.at
	for j.at < j.end && strings.IndexByte("+-0123456789.eE", j.src[j.at]) >= 0 {
		j.at++
	}
	var f float64
	if err := json.Unmarshal([]byte(j.src[start:j.at]), &f); err != nil {
		return j.fault(start, "%s where a number should be", j.here(start))
	}
	return nil
}
