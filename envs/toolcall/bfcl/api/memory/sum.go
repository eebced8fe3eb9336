package memory

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// maxChars is how long the text may become by appending or writing it anew;
// maxText is a limit of ours, in bytes, on what replacing may make of it.
const (
	maxChars = 10000
	maxText  = 1 << 24
)

// Results that are always the same.
var (
	appended = success("Memory appended.")
	updated  = success("Memory updated.")
	cleared  = success("Short term memory cleared.")
	empty    = failure("Memory is empty.")
)

// Sum is a memory of one text.
type Sum struct {
	text  string
	chars int // characters of text
}

// LoadRecSum returns the memory of a snapshot, or an empty one where that is
// nil or empty. It raises where the snapshot holds no text.
func LoadRecSum(snapshot *py.Dict) toolcall.State {
	m := &Sum{}
	if snapshot != nil && snapshot.Len() > 0 {
		v := snapshot.MustGet(py.Str("memory"))
		s, ok := v.(py.Str)
		if !ok {
			py.Raise("AssertionError", "Memory data should be a string, but got <class '%s'> instead.", v.Type())
		}
		m.set(string(s))
	}
	return m
}

// Snapshot returns what the original writes to a file for the next conversation.
func (m *Sum) Snapshot() *py.Dict { return py.D("memory", py.Str(m.text)) }

// Context is what the agent is shown of the memory: all of it, or a sentence
// that it is empty.
func (m *Sum) Context() string {
	if m.text == "" {
		return "There is no content in the memory at this point."
	}
	return m.text
}

// Copy returns a copy; a Sum shares nothing that changes.
func (m *Sum) Copy(*py.Owner) toolcall.State {
	c := *m
	return &c
}

// Own does nothing: see [Sum.Copy].
func (m *Sum) Own(*py.Owner) {}

// AppendAttrs appends memory.
func (m *Sum) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "memory", Value: py.Str(m.text)})
}

func (m *Sum) set(text string) { m.text, m.chars = text, py.Chars(text) }

func tooLong(doing string) *py.Dict {
	return failure("Entry will be too long after " + doing + ". Please shorten the entry to less than " +
		strconv.Itoa(maxChars) + " characters.")
}

func (m *Sum) add(args []py.Value) py.Value {
	text := py.ToStr(args[0])
	n := py.Chars(text)
	if m.chars+n > maxChars {
		return tooLong("appending")
	}
	m.text, m.chars = m.text+text, m.chars+n
	return appended
}

func (m *Sum) update(args []py.Value) py.Value {
	text := py.ToStr(args[0])
	if longer(text, maxChars) {
		return tooLong("updating")
	}
	m.set(text)
	return updated
}

func (m *Sum) clear([]py.Value) py.Value {
	m.set("")
	return cleared
}

// replace replaces every occurrence. Quirk: only the new text is measured, not
// what the memory becomes.
func (m *Sum) replace(args []py.Value) py.Value {
	old, text := py.ToStr(args[0]), py.ToStr(args[1])
	if !strings.Contains(m.text, old) {
		return failure("Text '" + old + "' not found in memory.")
	}
	if longer(text, maxChars) {
		return tooLong("replacing")
	}
	times := m.chars + 1 // an empty text is found around every character
	if old != "" {
		times = strings.Count(m.text, old)
	}
	if len(m.text)+times*len(text) > maxText {
		py.Raise("MemoryError", "the memory would have more than %d bytes", maxText)
	}
	m.set(py.Replace(m.text, old, text))
	return updated
}

func (m *Sum) retrieve([]py.Value) py.Value {
	if m.text == "" {
		return empty
	}
	return py.D("memory_content", py.Str(m.text))
}
