package ort

import (
	"syscall"
	"unsafe"
)

// openLibrary maps a shared library. This file compiles but has not been run.
func openLibrary(path string) (uintptr, error) {
	h, err := syscall.LoadLibrary(path)
	return uintptr(h), err
}

// findSymbol returns the address of a symbol of an opened library.
func findSymbol(library uintptr, name string) (uintptr, error) {
	return syscall.GetProcAddress(syscall.Handle(library), name)
}

// findDladdr reports that there is no dladdr: its check is left out.
func findDladdr() (uintptr, bool) { return 0, false }

// pathString returns a file name as the C API wants it: UTF-16, NUL included.
func pathString(path string) (*byte, error) {
	p, err := syscall.UTF16PtrFromString(path)
	return (*byte)(unsafe.Pointer(p)), err
}
