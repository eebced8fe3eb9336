package py

import (
	"math"
	"math/big"
	"strconv"
)

// bigKey and tupleKey are the hash keys of large whole numbers and of tuples:
// texts that are equal where the values are.
type (
	bigKey   string
	tupleKey string
)

// hashKey returns what stands for v in an index: equal values have equal hash
// keys, others have others. It raises TypeError for what cannot be hashed.
//
// Differs: of the objects only Ellipsis and complex numbers can be.
func hashKey(v Value) any {
	switch x := v.(type) {
	case Str, Int, None, Ellipsis, Complex:
		return v
	case Bool:
		n, _ := small(x)
		return Int(n)
	case Float:
		f := float64(x)
		switch {
		case f != math.Trunc(f), math.IsInf(f, 0):
			return v
		case f >= -1<<63 && f < 1<<63:
			return Int(f)
		}
		whole, _ := big.NewFloat(f).Int(nil)
		return bigKey(whole.Text(62))
	case *Big:
		return bigKey(x.X.Text(62))
	case Tuple:
		return tupleKey(appendTupleKey(nil, x, 1))
	}
	Raise("TypeError", "unhashable type: '%s'", v.Type())
	return nil
}

// CheckHash raises TypeError for what cannot be hashed, and so is in no dict.
func CheckHash(v Value) {
	if _, ok := v.(Str); !ok {
		hashKey(v)
	}
}

// appendTupleKey appends the hash keys of the items, each with its length or
// its end, so that no two tuples have one text.
func appendTupleKey(b []byte, t Tuple, depth int) []byte {
	if depth > maxDepth {
		raiseDepth("")
	}
	b = strconv.AppendInt(append(b, 't'), int64(len(t)), 10)
	for _, v := range t {
		if sub, ok := v.(Tuple); ok {
			b = appendTupleKey(b, sub, depth+1)
		} else {
			b = appendItemKey(b, hashKey(v))
		}
		if len(b) > maxBytes {
			raiseMemory("key")
		}
	}
	return b
}

func appendItemKey(b []byte, key any) []byte {
	switch k := key.(type) {
	case Str:
		b = strconv.AppendInt(append(b, 's'), int64(len(k)), 10)
		return append(append(b, ':'), k...)
	case Int:
		return append(strconv.AppendInt(append(b, 'i'), int64(k), 10), ';')
	case Float:
		return append(strconv.AppendUint(append(b, 'f'), math.Float64bits(float64(k)), 10), ';')
	case bigKey:
		return append(append(append(b, 'b'), k...), ';')
	case Value:
		return append(AppendRepr(append(b, 'v'), k), ';')
	}
	return b
}

// hasKey reports whether the key of an item has hash key h.
func hasKey(key Value, h any) bool {
	switch k := key.(type) {
	case Str:
		s, ok := h.(Str)
		return ok && s == k
	case Int:
		i, ok := h.(Int)
		return ok && i == k
	}
	return hashKey(key) == h
}
