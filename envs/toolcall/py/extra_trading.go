package py

// OwnDict returns v as a dict that o owns, to set an item of; the caller stores
// it where v was. It raises TypeError for a value whose items cannot be set.
func OwnDict(v Value, o *Owner) *Dict {
	d, ok := v.(*Dict)
	if !ok {
		Raise("TypeError", "'%s' object does not support item assignment", v.Type())
	}
	return d.Own(o)
}

// Place returns the place of the first item that is v or equals it, or -1.
func (l *List) Place(v Value) int {
	for i, w := range l.Items {
		if Same(w, v) {
			return i
		}
	}
	return -1
}

// Remove deletes the item at place i. The list must be the caller's own.
func (l *List) Remove(i int) {
	n := len(l.Items) - 1
	copy(l.Items[i:], l.Items[i+1:])
	l.Items[n] = nil
	l.Items = l.Items[:n]
}
