package py

// Ellipsis is the value that "..." stands for.
type Ellipsis struct{}

// Type returns "ellipsis".
func (Ellipsis) Type() string { return "ellipsis" }

// EqualTo reports whether w is an Ellipsis as well.
func (Ellipsis) EqualTo(w Value) bool { _, ok := w.(Ellipsis); return ok }

// AppendRepr appends "Ellipsis".
func (Ellipsis) AppendRepr(b []byte) []byte { return append(b, "Ellipsis"...) }
