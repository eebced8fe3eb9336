package ort

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// slotName is a place in struct OrtApi and the function that belongs there.
type slotName struct {
	slot int
	name string
}

// call calls the C function in a slot. Go pointers among args must be converted
// in the argument list itself: then they are moved to the heap and kept alive
// until call returns.
//
//go:uintptrescapes
func (l *Library) call(slot int, args ...uintptr) uintptr {
	r, _, _ := purego.SyscallN(l.api[slot], args...)
	return r
}

// try is call for the functions that return a status.
//
//go:uintptrescapes
func (l *Library) try(slot int, args ...uintptr) error {
	status, _, _ := purego.SyscallN(l.api[slot], args...)
	if status == 0 {
		return nil
	}
	return l.statusError(status)
}

// tryHeld is try for the hot path: args is a slice that the caller owns, so that
// none has to be allocated for the call. Go memory whose address is in it must be
// on the heap and kept alive by the caller.
func (l *Library) tryHeld(slot int, args []uintptr) error {
	status, _, _ := purego.SyscallN(l.api[slot], args...)
	if status == 0 {
		return nil
	}
	return l.statusError(status)
}

// StatusError is a refusal by the runtime. Code is its OrtErrorCode (1 fail, 2
// invalid argument, 9 not implemented, ...), Message its own words.
type StatusError struct {
	Code    int
	Message string
}

// Error returns the runtime's words.
func (e *StatusError) Error() string { return "onnxruntime: " + e.Message }

// statusError turns an OrtStatus into an error and frees it. Only the lower half
// of the returned register holds the code.
func (l *Library) statusError(status uintptr) error {
	if status == 0 {
		return nil
	}
	e := &StatusError{
		Code:    int(int32(l.call(fnGetErrorCode, status))),
		Message: strings.TrimSpace(goString(l.call(fnGetErrorMessage, status))),
	}
	l.call(fnReleaseStatus, status)
	return e
}

// pointer turns an address that C gave into a pointer. It is the only place
// that does, so that vet's check of unsafe.Pointer stays on everywhere else.
func pointer(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// goString copies a C string.
func goString(address uintptr) string {
	if address == 0 {
		return ""
	}
	p, n := pointer(address), 0
	for *(*byte)(unsafe.Add(p, n)) != 0 {
		n++
	}
	return string(unsafe.Slice((*byte)(p), n))
}

// cString returns s with a NUL at its end, in Go memory.
func cString(s string) (*byte, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, fmt.Errorf("ort: %q has a NUL byte", s)
	}
	b := make([]byte, len(s)+1)
	copy(b, s)
	return &b[0], nil
}

// literal is cString for constants of this package.
func literal(s string) *byte {
	b := make([]byte, len(s)+1)
	copy(b, s)
	return &b[0]
}

// ErrReleased is wrapped by the error of a call on an object that was released.
var ErrReleased = errors.New("used after it was released")
