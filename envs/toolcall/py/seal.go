package py

// sealFrom is the number of items from which the text of a list is remembered.
const sealFrom = 16

// Seal remembers what long lists in v, which nobody owns, are in JSON. It is for
// values that are made once and written often, before they are shared: the texts
// that make BFCL's long context long hold lists of thousands of numbers. It
// returns v.
func Seal(v Value) Value {
	switch x := v.(type) {
	case *List:
		for _, item := range x.Items {
			Seal(item)
		}
		if x.owner == nil && len(x.Items) >= sealFrom {
			if b, ok := AppendJSON(nil, x); ok {
				x.json = string(b)
			}
		}
	case *Dict:
		for i := range x.items {
			Seal(x.items[i].Value)
		}
	}
	return v
}
