package memory

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// ClassKV returns the 15 tools of [KV].
func ClassKV() *toolcall.Class {
	core := &part{
		of: func(m *KV) **py.Dict { return &m.core }, entries: coreEntries, chars: coreChars,
		full:    failure("Core memory is full. Please clear some entries."),
		tooLong: failure("Entry is too long. Please shorten the entry to less than 300 characters."),
		added:   success("Key-value pair added."), cleared: success("Short term memory cleared."),
	}
	archive := &part{
		of: func(m *KV) **py.Dict { return &m.archive }, entries: archiveEntries, chars: archiveChars,
		full:    failure("Long term memory is full. Please clear some entries."),
		tooLong: failure("Entry is too long. Please shorten the entry to less than 2000 characters."),
		added:   success("Key added."), cleared: success("Long term memory cleared."),
	}
	methods := append(core.methods("core_memory_"),
		toolcall.Def("core_memory_retrieve_all", func(m *KV, _ []py.Value) py.Value { return m.core.Copy() }))
	return toolcall.NewClass("MemoryAPI_kv", append(methods, archive.methods("archival_memory_")...)...)
}

func (p *part) methods(prefix string) []toolcall.Method {
	key, value, query, k := toolcall.P("key"), toolcall.P("value"), toolcall.P("query"), toolcall.Opt("k", py.Int(5))
	return []toolcall.Method{
		toolcall.Def(prefix+"add", p.add, key, value),
		toolcall.Def(prefix+"remove", p.remove, key),
		toolcall.Def(prefix+"replace", p.replace, key, value),
		toolcall.Def(prefix+"clear", p.clearAll),
		toolcall.Def(prefix+"retrieve", p.retrieve, key),
		toolcall.Def(prefix+"list_keys", p.keys),
		toolcall.Def(prefix+"key_search", p.search, query, k),
	}
}

// ClassRecSum returns the 5 tools of [Sum].
func ClassRecSum() *toolcall.Class {
	text := toolcall.P("text")
	return toolcall.NewClass("MemoryAPI_rec_sum",
		toolcall.Def("memory_append", (*Sum).add, text),
		toolcall.Def("memory_update", (*Sum).update, text),
		toolcall.Def("memory_clear", (*Sum).clear),
		toolcall.Def("memory_replace", (*Sum).replace, toolcall.P("old_text"), toolcall.P("new_text")),
		toolcall.Def("memory_retrieve", (*Sum).retrieve),
	)
}
