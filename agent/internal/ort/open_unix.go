//go:build !windows

package ort

import "github.com/ebitengine/purego"

// openLibrary maps a shared library; its symbols serve libraries opened later.
func openLibrary(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
}

// findSymbol returns the address of a symbol of an opened library.
func findSymbol(library uintptr, name string) (uintptr, error) {
	return purego.Dlsym(library, name)
}

// findDladdr returns the address of dladdr, which names the library that an
// address lies in.
func findDladdr() (uintptr, bool) {
	p, err := purego.Dlsym(purego.RTLD_DEFAULT, "dladdr")
	return p, err == nil && p != 0
}

// pathString returns a file name as the C API wants it (ORTCHAR_T), NUL included.
func pathString(path string) (*byte, error) { return cString(path) }
