package graph

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"strings"
)

// ErrMistake is wrapped by what Build returns for a wrong call of a builder
// method.
var ErrMistake = errors.New("graph: mistake in the building program")

// mistake is what builder methods panic with.
type mistake struct {
	where string // file:line outside the builder packages
	text  string
}

func (m *mistake) Error() string { return "graph: " + m.where + ": " + m.text }
func (m *mistake) Unwrap() error { return ErrMistake }

// fail panics with a mistake made by the code that called into the builder.
func fail(format string, args ...any) {
	panic(&mistake{where: outside(), text: fmt.Sprintf(format, args...)})
}

// Fail is fail for the packages that extend the builder: it panics with a
// mistake that Build turns into an error.
func Fail(format string, args ...any) { fail(format, args...) }

// outside finds the innermost caller that is not part of the builder.
func outside() string {
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	for {
		f, more := frames.Next()
		if !builder(f.Function) || strings.HasSuffix(f.File, "_test.go") {
			return fmt.Sprintf("%s:%d", path.Base(f.File), f.Line)
		}
		if !more {
			return "unknown line"
		}
	}
}

// builder reports whether the function belongs to a package of the builder.
func builder(function string) bool {
	for _, p := range []string{"/internal/graph.", "/internal/graph/loss.", "/internal/grad.", "/internal/nn."} {
		if strings.Contains(function, p) {
			return true
		}
	}
	return false
}

// Build makes a graph by calling f on an empty one. A builder method's panic
// comes back as an error that wraps ErrMistake; other panics pass.
func Build(f func(g *Graph)) (g *Graph, err error) {
	defer func() {
		switch m := recover().(type) {
		case nil:
		case *mistake:
			g, err = nil, m
		default:
			panic(m)
		}
	}()
	g = New()
	f(g)
	return g, nil
}
