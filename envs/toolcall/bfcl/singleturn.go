package bfcl

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
)

// singleTurn is the part that plays single-turn entries: see [answering].
type singleTurn struct {
	config  Config
	entries []*singleEntry
	byID    map[string]*singleEntry
}

// singleEntry is an entry with what its episodes show.
type singleEntry struct {
	*single.Entry
	tools    []envs.ToolSchema
	messages []envs.Message
	family   string
}

func openSingleTurn(s *source, c Config, categories []string) (part, error) {
	d, err := s.singleTurn(categories)
	if err != nil {
		return nil, err
	}
	tools := map[string][]envs.ToolSchema{}
	for _, e := range d.Entries() {
		if tools[e.ID], err = singleTools(e); err != nil {
			return nil, fmt.Errorf("bfcl: entry %s: %w", e.ID, err)
		}
	}
	family := singleFamilies(d.Entries(), tools)
	if c.EndTurnTool {
		for id, list := range tools {
			tools[id] = append(list, endTurnTool())
		}
	}
	p := &singleTurn{config: c, byID: map[string]*singleEntry{}}
	for _, category := range categories {
		entries, err := s.singleEntries(d, category)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			asked := single.Asked(e.ID)
			entry := &singleEntry{Entry: e, tools: tools[asked], family: family[asked], messages: singleMessages(e)}
			if len(entry.messages) == 0 {
				return nil, fmt.Errorf("bfcl: entry %s: it has no message", e.ID)
			}
			p.entries = append(p.entries, entry)
			p.byID[e.ID] = entry
		}
	}
	return p, nil
}

// text is a value of the data in JSON; nothing is null.
func text(v py.Value) string {
	if v == nil {
		return "null"
	}
	b, _ := py.AppendJSON(nil, v)
	return string(b)
}

// singleTurn reads all single-turn categories of a copy of the data: families
// are to be the same whichever of them are played. Those that are played must be
// there.
func (s *source) singleTurn(categories []string) (*single.Dataset, error) {
	var read []string
	for _, name := range single.Categories() {
		_, err := fs.Stat(s.files, prefix+name+".json")
		if err == nil || slices.Contains(categories, name) {
			read = append(read, name)
		}
	}
	d, err := single.Load(s.files, read...)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %s: %w", s.name, err)
	}
	return d, nil
}

// singleEntries returns the entries of a category.
func (s *source) singleEntries(d *single.Dataset, category string) ([]*single.Entry, error) {
	if category == single.FormatSensitivity {
		all, err := d.Variants(s.files)
		if err != nil {
			return nil, fmt.Errorf("bfcl: %s: %w", s.name, err)
		}
		return all, nil
	}
	var out []*single.Entry
	for _, e := range d.Entries() {
		if e.Category == category {
			out = append(out, e)
		}
	}
	return out, nil
}

// singleFamilies gives every entry, by its ID, the name of its family: that of
// the first of the entries that are joined by an equal function or by equal
// messages. Many live entries are questions about one set of functions, and
// irrelevance is posed with functions of others.
func singleFamilies(entries []*single.Entry, tools map[string][]envs.ToolSchema) map[string]string {
	group := newAlike(func(a, b int) bool { return a < b })
	for i, e := range entries {
		group.mark(i, fmt.Sprintf("messages %q", e.Question))
		for _, t := range tools[e.ID] {
			group.mark(i, "function "+t.Name+"\x00"+t.Description+"\x00"+sorted(t.Params))
		}
	}
	out := make(map[string]string, len(entries))
	for i, e := range entries {
		out[e.ID] = "as " + entries[group.first(i)].ID
	}
	return out
}

// sorted returns JSON with its keys in order: equal functions need not be written
// in one order. What is no JSON stays as it is.
func sorted(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return string(raw)
	}
	return string(b)
}

func (p *singleTurn) tasks() []envs.Task {
	out := make([]envs.Task, len(p.entries))
	for i, e := range p.entries {
		last := e.messages[len(e.messages)-1]
		out[i] = envs.Task{ID: e.ID, Goal: last.Content, Family: e.family}
	}
	return out
}

// functions returns none: there are thousands, and many share a name.
func (p *singleTurn) functions() []envs.ToolSchema { return nil }

func (p *singleTurn) split(t envs.Task) string { return splitOf(t.Family, p.config.SplitSalt) }

func (p *singleTurn) turns() int { return 1 }

func (p *singleTurn) fingerprint(id string) uint64 { return p.byID[id].fingerprint() }

func (e *singleEntry) fingerprint() uint64 {
	return xxh3.HashString(fmt.Sprintf("%q %q %s %s", e.ID, e.messages, e.tools, text(e.Truth)))
}

func (p *singleTurn) start(id string) (playable, error) {
	return &answering{entry: p.byID[id], endTool: p.config.EndTurnTool}, nil
}
