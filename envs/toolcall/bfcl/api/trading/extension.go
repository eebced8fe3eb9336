package trading

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// extension is what long context adds to answers. It is shared and read only.
type extension struct {
	ma5, ma20    py.Value
	watched      []py.Value
	transactions []py.Value
	sectors      *py.Dict // see sectors
	details      *py.Dict // texts with {symbol} in them
}

func newExtension(long *py.Dict) *extension {
	literal := func(name string) py.Value { return long.MustGet(py.Str(name)) }
	return &extension{
		ma5:          literal("MA_5_EXTENSION"),
		ma20:         literal("MA_20_EXTENSION"),
		watched:      py.Iter(literal("WATCH_LIST_EXTENSION")),
		transactions: py.Iter(literal("TRANSACTION_HISTORY_EXTENSION")),
		sectors: py.D(
			"Technology", joined(technology, literal("TECHNOLOGY_EXTENSION")),
			"Automobile", joined(automobile, literal("AUTOMOBILE_EXTENSION"))),
		details: py.DictAttr(literal("ORDER_DETAIL_EXTENSION"), "items"),
	}
}

// metadata is what the details of an order on a symbol get.
func (e *extension) metadata(symbol py.Value) *py.Dict {
	name := py.Format(symbol)
	out := py.NewDict(nil, e.details.Len()+1)
	for _, it := range e.details.Items() {
		text := strings.ReplaceAll(py.StrAttr(it.Value, "format"), "{symbol}", name)
		out.Set(it.Key, py.Str(text))
	}
	return out
}

// joined is [*a, *b].
func joined(a *py.List, b py.Value) *py.List { return extended(a.Items, py.Iter(b)) }

func extended(a, b []py.Value) *py.List {
	items := make([]py.Value, 0, len(a)+len(b))
	return py.NewList(append(append(items, a...), b...)...)
}
