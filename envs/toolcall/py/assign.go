package py

import "slices"

// AddAssign is what a name holds after a += b. A list is extended by whatever
// can be iterated; the list a itself is not changed.
func AddAssign(a, b Value) Value {
	switch a := a.(type) {
	case Int, Float:
		if !IsNumber(b) {
			raiseOperands("+=", a, b)
		}
	case Str, Tuple:
	case *List:
		return NewList(slices.Concat(a.Items, Iter(b))...)
	default:
		if !IsNumber(a) || !IsNumber(b) {
			raiseOperands("+=", a, b)
		}
	}
	return Add(a, b)
}

// SubAssign is what a name holds after a -= b; a itself is not changed.
func SubAssign(a, b Value) Value {
	_, set := a.(*Set)
	if set {
		_, set = b.(*Set)
	}
	if !set && (!IsNumber(a) || !IsNumber(b)) {
		raiseOperands("-=", a, b)
	}
	return Sub(a, b)
}

// SetItem is v after v[key] = x: v itself if o owns it, otherwise a copy that o
// owns. The caller stores it where v was.
func SetItem(o *Owner, v, key, x Value) Value {
	switch c := v.(type) {
	case *Dict:
		d := c.Own(o)
		d.Set(key, x)
		return d
	case *List:
		i := place("list", "list assignment", key, len(c.Items))
		l := c.Own(o)
		l.Items[i] = x
		return l
	case Str, Tuple:
		if _, fits := small(key); IsInt(key) && !fits {
			raiseIndexSize()
		}
	}
	Raise("TypeError", "'%s' object does not support item assignment", v.Type())
	return nil
}
