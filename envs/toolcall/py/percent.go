package py

// Percent is format % v, the old way to fill in a text.
//
// Differs: only %s, %r, %d, %i and %% without flags are known; others raise
// ValueError.
func Percent(format string, v Value) Value {
	args, isTuple := v.(Tuple)
	if !isTuple {
		args = Tuple{v}
	}
	used := 0
	next := func() Value {
		if used >= len(args) {
			Raise("TypeError", "not enough arguments for format string")
		}
		used++
		return args[used-1]
	}
	var b []byte
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b = append(b, format[i])
			continue
		}
		if i++; i == len(format) {
			Raise("ValueError", "incomplete format")
		}
		switch format[i] {
		case '%':
			b = append(b, '%')
		case 's':
			b = AppendStr(b, next())
		case 'r':
			b = AppendRepr(b, next())
		case 'd', 'i':
			b = appendPercentInt(b, format[i], next())
		default:
			Raise("ValueError", "unsupported placeholder in %s", Repr(Str(format)))
		}
		if len(b) > maxBytes {
			raiseMemory("str")
		}
	}
	if used < len(args) && (isTuple || !isMapping(v)) {
		Raise("TypeError", "not all arguments converted during string formatting")
	}
	return Str(b)
}

func appendPercentInt(b []byte, verb byte, v Value) []byte {
	if !IsNumber(v) {
		Raise("TypeError", "%%%c format: a real number is required, not %s", verb, v.Type())
	}
	return AppendRepr(b, IntOf(v))
}

// isMapping reports whether v could be a mapping of names, which need not all
// be used.
func isMapping(v Value) bool {
	switch v.(type) {
	case *Dict, *List:
		return true
	}
	return false
}
