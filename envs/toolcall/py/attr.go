package py

// StrAttr returns v as a string if it is a str; otherwise it raises the
// AttributeError of asking v for a method that only a str has, such as "rstrip".
func StrAttr(v Value, name string) string {
	s, ok := v.(Str)
	if !ok {
		raiseAttr(v, name)
	}
	return string(s)
}

// DictAttr is [StrAttr] for a method of a dict, such as "items".
func DictAttr(v Value, name string) *Dict {
	d, ok := v.(*Dict)
	if !ok {
		raiseAttr(v, name)
	}
	return d
}

// ListAttr is [StrAttr] for a method of a list, such as "append".
func ListAttr(v Value, name string) *List {
	l, ok := v.(*List)
	if !ok {
		raiseAttr(v, name)
	}
	return l
}

func raiseAttr(v Value, name string) {
	Raise("AttributeError", "'%s' object has no attribute '%s'", v.Type(), name)
}
