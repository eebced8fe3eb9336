package py

// What one value may take. A call string is text that a model wrote, and
// 'x' * 10**12 must not take a machine down.
//
// Differs: CPython goes on until memory or patience ends; here MemoryError is
// raised.
const (
	maxBytes = 1 << 26 // of a str that an operation makes, and of a value's text
	maxItems = 1 << 20 // of a list or tuple that an operation makes
	maxBits  = 1 << 18 // of an int that an operation makes
)

// maxDigits is CPython's own limit between int and str (sys.set_int_max_str_digits).
const maxDigits = 4300

// maxDepth is how deep values may be nested in each other when they are
// compared or written out. CPython counts its frames as well, so that it gives
// up a few levels earlier, depending on where it stands.
const maxDepth = 1000

func raiseMemory(what string) { Raise("MemoryError", "%s is too large", what) }

// raiseDepth raises RecursionError; where continues CPython's sentence.
func raiseDepth(where string) {
	panic(&Exception{Class: "RecursionError", Text: "maximum recursion depth exceeded" + where})
}

const (
	inComparison = " in comparison"
	inRepr       = " while getting the repr of an object"
)
