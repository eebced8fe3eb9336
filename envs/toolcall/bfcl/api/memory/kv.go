package memory

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// The limits of the two parts: entries, and characters of a value.
const (
	coreEntries, coreChars       = 7, 300
	archiveEntries, archiveChars = 50, 2000
)

// KV is a key-value memory: a small part that the agent is always shown, and a
// large one that it must search.
type KV struct {
	core, archive *py.Dict
	owner         *py.Owner
}

// LoadKV returns the memory of a snapshot, or an empty one where that is nil or
// empty. It raises KeyError where the snapshot lacks a part.
func LoadKV(snapshot *py.Dict) toolcall.State {
	m := &KV{core: py.NewDict(nil, 0), archive: py.NewDict(nil, 0)}
	if snapshot != nil && snapshot.Len() > 0 {
		m.core = py.DictAttr(snapshot.MustGet(py.Str("core_memory")), "keys")
		m.archive = py.DictAttr(snapshot.MustGet(py.Str("archival_memory")), "keys")
	}
	return m
}

// Snapshot returns what the original writes to a file for the next
// conversation. It is not to be modified, and later changes of m do not show.
func (m *KV) Snapshot() *py.Dict {
	return py.D("core_memory", m.core.Copy(), "archival_memory", m.archive.Copy())
}

// Context is what the agent is shown of the memory: the core part as JSON, a
// line an entry, or a sentence that it is empty.
func (m *KV) Context() string {
	if m.core.Len() == 0 {
		return "There is no content in the core memory at this point."
	}
	b := []byte("{")
	for i, it := range m.core.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n    "...)
		b, _ = py.AppendJSON(b, it.Key) // keys and values are texts
		b = append(b, ": "...)
		b, _ = py.AppendJSON(b, it.Value)
	}
	return string(append(b, "\n}"...))
}

// Copy returns a copy that changes under owner o.
func (m *KV) Copy(o *py.Owner) toolcall.State {
	c := *m
	c.owner = o
	return &c
}

// Own makes o the owner from here on.
func (m *KV) Own(o *py.Owner) { m.owner = o }

// AppendAttrs appends core_memory and archival_memory.
func (m *KV) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs, toolcall.Attr{Name: "core_memory", Value: m.core}, toolcall.Attr{Name: "archival_memory", Value: m.archive})
}

// part is one of the two parts with the texts that differ between them.
type part struct {
	of                            func(m *KV) **py.Dict
	entries, chars                int
	full, tooLong, added, cleared *py.Dict
}

// failure is {"error": text}, success {"status": text}.
func failure(text string) *py.Dict { return py.D("error", py.Str(text)) }
func success(text string) *py.Dict { return py.D("status", py.Str(text)) }

// Results that are always the same.
var (
	badKey   = failure("Key must be in snake_case format and cannot contain spaces.")
	keyTaken = failure("Key name must be unique.")
	notFound = failure("Key not found.")
	removed  = success("Key removed.")
	replaced = success("Key replaced.")
)

// The keys of results that are not.
var (
	keyValue py.Value = py.Str("value")
	keyKeys  py.Value = py.Str("keys")
)

func (p *part) add(m *KV, args []py.Value) py.Value {
	key, value := py.ToStr(args[0]), py.ToStr(args[1])
	d := p.of(m)
	switch {
	case (*d).Len() >= p.entries:
		return p.full
	case longer(value, p.chars):
		return p.tooLong
	case !snakeCase(key):
		return badKey
	case has(*d, key):
		return keyTaken
	}
	*d = (*d).Own(m.owner)
	(*d).SetStr(key, py.Str(value))
	return p.added
}

func (p *part) remove(m *KV, args []py.Value) py.Value {
	d := p.of(m)
	if !(*d).Has(args[0]) {
		return notFound
	}
	*d = (*d).Own(m.owner)
	(*d).Delete(args[0])
	return removed
}

func (p *part) replace(m *KV, args []py.Value) py.Value {
	key, value := py.ToStr(args[0]), py.ToStr(args[1])
	d := p.of(m)
	switch {
	case !has(*d, key):
		return notFound
	case longer(value, p.chars):
		return p.tooLong
	}
	*d = (*d).Own(m.owner)
	(*d).SetStr(key, py.Str(value))
	return replaced
}

func (p *part) clearAll(m *KV, _ []py.Value) py.Value {
	*p.of(m) = py.NewDict(m.owner, 0)
	return p.cleared
}

func (p *part) retrieve(m *KV, args []py.Value) py.Value {
	v, ok := (*p.of(m)).Get(args[0])
	if !ok {
		return notFound
	}
	return py.One(keyValue, v)
}

func (p *part) keys(m *KV, _ []py.Value) py.Value {
	return py.One(keyKeys, py.NewList((*p.of(m)).Keys()...))
}

func (p *part) search(m *KV, args []py.Value) py.Value {
	return rank(args[0], (*p.of(m)).Keys(), args[1])
}

func has(d *py.Dict, key string) bool { _, ok := d.GetStr(key); return ok }

// longer reports whether s has more than n characters.
func longer(s string, n int) bool { return len(s) > n && py.Chars(s) > n }

// snakeCase reports whether a key is made of lower-case ASCII words joined by
// single underscores, of which the first begins with, and only has, letters.
//
// Quirk: a line feed at the end is let through.
func snakeCase(s string) bool {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		s = s[:n-1]
	}
	word, first := 0, true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9' && !first:
			word++
		case c == '_' && word > 0:
			word, first = 0, false
		default:
			return false
		}
	}
	return word > 0
}
