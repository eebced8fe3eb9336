package ort

import "unsafe"

// What the tests of package ort_test need from inside.
var (
	TinyModel = tinyModel
	Field     = field
	ValueInfo = valueInfo
)

// NewThrough makes a tensor through the session's own allocator, which on the
// CPU only tests do.
func (s *Session) NewThrough(t ElementType, shape ...int64) (*Value, error) {
	return s.newOn(CPU, t, shape)
}

// CopyBySession copies the way that Copy falls back to where a GPU takes part.
func CopyBySession(dst, src *Value) error { return src.lib.copyBySession(CPU, dst, src) }

// CopyDevice copies the way that Copy does where a GPU takes part.
func CopyDevice(dst, src *Value) error { return src.lib.copyDevice(dst, src) }

// RoundTrips calls C from a goroutine whose stack has just grown or is
// about to, n times, with out-parameters that live on that stack unless the
// rules of this package hold. It returns how often the answer was wrong.
func (l *Library) RoundTrips(n int) (wrong int) {
	for i := range n {
		ok := make(chan bool)
		go func() { ok <- l.growAndAsk(i%40, new([64]byte)) }()
		if !<-ok {
			wrong++
		}
	}
	return wrong
}

//go:noinline
func (l *Library) growAndAsk(depth int, pad *[64]byte) bool {
	if depth > 0 {
		var more [256]byte
		more[depth] = pad[0]
		return l.growAndAsk(depth-1, (*[64]byte)(more[:64])) && more[depth] == pad[0]
	}
	var list uintptr
	var n int32
	if l.try(fnGetAvailableProviders, uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&n))) != nil {
		return false
	}
	return list != 0 && n > 0 && l.try(fnReleaseAvailableProviders, list, uintptr(n)) == nil
}

// Nop is the cheapest call into C.
func (l *Library) Nop() { l.call(fnGetBuildInfoString) }

// CheckBroken checks a copy of the function table in which one function is
// missing or, with swap, two functions have changed places.
func (l *Library) CheckBroken(swap bool) error {
	base, err := findSymbol(mustOpen(l.path), "OrtGetApiBase")
	if err != nil {
		return err
	}
	broken := &Library{api: l.api}
	if swap {
		broken.api[fnGetErrorCode], broken.api[fnGetErrorMessage] = l.api[fnGetErrorMessage], l.api[fnGetErrorCode]
		return broken.checkTable(base)
	}
	broken.api[fnRun] = 0
	return broken.checkTable(base)
}

func mustOpen(path string) uintptr {
	module, err := openLibrary(path)
	if err != nil {
		panic(err)
	}
	return module
}
