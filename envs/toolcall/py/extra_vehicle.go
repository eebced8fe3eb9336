package py

// KV is an item of a Dict, for [Of].
func KV(key, v Value) Pair { return Pair{Key: key, Value: v} }

// Of returns a dict of items, which it keeps, owned by nobody. No two keys may
// be equal; they are not looked at, which makes it the fastest way to a result
// of known keys.
func Of(items ...Pair) *Dict {
	d := &Dict{items: items}
	if len(items) >= indexAt {
		d.reindex()
	}
	return d
}
