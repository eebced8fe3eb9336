package py

import "fmt"

// Exception is a Python exception.
type Exception struct { //nolint:errname // Python's name for it
	Class string // "TypeError"
	Text  string // str(e)
}

// Error returns "TypeError: text".
func (e *Exception) Error() string { return e.Class + ": " + e.Text }

// Raise panics with an Exception whose text is fmt.Sprintf(format, args...).
func Raise(class, format string, args ...any) {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	panic(&Exception{Class: class, Text: format})
}

// Try runs f and returns what it returns, or the exception that it raised. A
// panic of another kind is a fault of the program and goes on.
func Try(f func() Value) (v Value, e *Exception) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *Exception:
			v, e = nil, p
		default:
			panic(p)
		}
	}()
	return f(), nil
}

// Catch is to be deferred: it sets *e to the exception that is being raised and
// ends it. A panic of another kind is a fault of the program and goes on.
func Catch(e **Exception) {
	switch p := recover().(type) {
	case nil:
	case *Exception:
		*e = p
	default:
		panic(p)
	}
}
