package prompt

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"stepgym/envs"
)

// A Reply is what a model wrote.
type Reply struct {
	Text     string
	Calls    []Call
	Reasoned bool // it reasoned where Text does not show it
}

// Call is a call of a tool as the model wrote it; Arguments should be JSON.
type Call struct{ ID, Name, Arguments string }

// Parsed is the action in a reply. There always is one: what the world makes of
// it is the world's business.
type Parsed struct {
	Action    envs.Action
	Malformed bool   // the reply had not the form that was asked for
	Fault     string // what was wrong with it; empty unless Malformed
}

// maxTail bounds the characters of an action without tags.
const maxTail = 200

func (d *Dialog) parse(r Reply) Parsed {
	if d.format.options.Format == Tools {
		return d.parseCalls(r)
	}
	text := strings.ToValidUTF8(r.Text, "\uFFFD")
	action, fault := tagged(text)
	if fault == "" && d.format.options.Think && !r.Reasoned && !thinks(text) {
		fault = "no <think>...</think>"
	}
	return d.parsed(action, fault)
}

// parsed makes the result of the text of an action.
func (d *Dialog) parsed(action, fault string) Parsed {
	action = canonical(action, d.seen)
	if action == "" && fault == "" {
		fault = "the action is empty"
	}
	return Parsed{Action: envs.Action{Text: action}, Malformed: fault != "", Fault: fault}
}

const (
	actionOpen, actionClose = "<action>", "</action>"
	thinkOpen, thinkClose   = "<think>", "</think>"
)

// tagged returns the action that text asks for: what stands in the last pair of
// action tags behind the reasoning. Without such a pair fault says what is
// missing, and the action is the best that can be made of the text.
func tagged(text string) (action, fault string) {
	low := asciiLower(text)
	from := 0
	if i := strings.LastIndex(low, thinkClose); i >= 0 {
		from = i + len(thinkClose)
	}
	if a, ok := lastPair(text[from:], low[from:]); ok {
		return a, ""
	}
	if a, ok := lastPair(text, low); ok {
		return a, "<action> stands inside the reasoning"
	}
	if i := strings.LastIndex(low, actionOpen); i >= 0 {
		return lastLine(text[i+len(actionOpen):]), "<action> is not closed"
	}
	return lastLine(text[from:]), "no <action>...</action>"
}

// lastPair returns what stands in the last pair of action tags; low is text with
// its ASCII letters in lower case.
func lastPair(text, low string) (string, bool) {
	end := strings.LastIndex(low, actionClose)
	if end < 0 {
		return "", false
	}
	start := strings.LastIndex(low[:end], actionOpen)
	if start < 0 {
		return "", false
	}
	return strings.TrimSpace(text[start+len(actionOpen) : end]), true
}

// thinks reports whether text has a pair of think tags. One that is only closed
// counts too: templates of reasoning models write the first tag themselves.
func thinks(text string) bool { return strings.Contains(asciiLower(text), thinkClose) }

// lastLine returns the last line of text that is not blank, cut to its last
// maxTail characters.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	text = strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
	for n, at := 0, len(text); at > 0; n++ {
		if n == maxTail {
			return strings.TrimSpace(text[at:])
		}
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return text
}

// asciiLower lowers the ASCII letters of text; its length stays the same.
func asciiLower(text string) string {
	b := []byte(text)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// canonical returns the admissible action of o that text means, letter for
// letter: whatever its case and the quotes around it. Of an action with a free
// slot the slot stays as it was written. Text that means none is only trimmed.
func canonical(text string, o envs.Observation) string {
	text = strings.TrimSpace(text)
	for _, t := range []string{text, strings.TrimSpace(strings.Trim(text, "'\"`,"))} {
		for _, c := range o.Admissible {
			if s := c.Action.String(); s == t {
				return s
			}
		}
		for _, c := range o.Admissible {
			if s := c.Action.String(); strings.EqualFold(s, t) {
				return s
			}
		}
		for _, f := range o.Forms {
			if s, ok := filled(t, f.Template); ok {
				return s
			}
		}
	}
	return text
}

// filled reports whether text is template with its slot filled, and returns it
// with the fixed parts as the template has them.
func filled(text, template string) (string, bool) {
	open := strings.IndexByte(template, slotOpen)
	if open < 0 {
		return "", false
	}
	size := strings.IndexByte(template[open:], slotClose)
	if size < 0 {
		return "", false
	}
	before, after := template[:open], template[open+size+1:]
	if len(text) <= len(before)+len(after) ||
		!strings.EqualFold(text[:len(before)], before) || !strings.EqualFold(text[len(text)-len(after):], after) {
		return "", false
	}
	return before + text[len(before):len(text)-len(after)] + after, true
}

// parseCalls reads a reply in the format Tools.
func (d *Dialog) parseCalls(r Reply) Parsed {
	if len(r.Calls) == 0 && d.format.talk && !d.act {
		return Parsed{Action: envs.Action{Text: strings.ToValidUTF8(r.Text, "\uFFFD")}}
	}
	if len(r.Calls) == 0 {
		return d.parsed(lastLine(strings.ToValidUTF8(r.Text, "\uFFFD")), "no call of a tool")
	}
	if !d.act {
		return d.ownCalls(r.Calls)
	}
	c := r.Calls[0]
	action, fault := actArgument(c)
	if fault == "" && len(r.Calls) > 1 {
		fault = fmt.Sprintf("%d calls in one turn", len(r.Calls))
	}
	return d.parsed(action, fault)
}

// actArgument returns the action that a call of the tool act names.
func actArgument(c Call) (action, fault string) {
	if c.Name != actName {
		fault = fmt.Sprintf("there is no tool %q", c.Name)
	}
	raw := strings.ToValidUTF8(c.Arguments, "\uFFFD")
	var args map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &args); err != nil {
		return lastLine(raw), "the arguments of the call are no JSON object"
	}
	if err := json.Unmarshal(args[actArg], &action); err != nil {
		return "", fmt.Sprintf("the argument %q of the call is no string", actArg)
	}
	return strings.TrimSpace(action), fault
}

// ownCalls makes an action of calls of the environment's own tools. Arguments
// that are no JSON are put to the environment as a JSON string, to be refused.
func (d *Dialog) ownCalls(calls []Call) Parsed {
	var p Parsed
	for _, c := range calls {
		raw := strings.ToValidUTF8(c.Arguments, "\uFFFD")
		if raw == "" { // what some models write for a tool without arguments
			raw = "{}"
		}
		if !json.Valid([]byte(raw)) && !p.Malformed {
			p.Malformed, p.Fault = true, fmt.Sprintf("the arguments of the call of %q are no JSON", c.Name)
		}
		p.Action.Calls = append(p.Action.Calls, envs.ToolCall{ID: c.ID, Name: c.Name, Args: arguments(raw)})
	}
	return p
}
