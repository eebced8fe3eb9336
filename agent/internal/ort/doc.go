// Package ort runs ONNX models with ONNX Runtime, the shared library of the
// same name, which is opened at run time: the program builds without it,
// without cgo and without a C compiler.
//
// A [Library] is the opened runtime. A [Session] is a model made ready to run
// on one [Device]. A [Value] is a tensor in the runtime's own memory, on the CPU
// or on a GPU. A model runs in one of two ways: a [Runner] takes tensors and
// gives tensors, and a [Binding] keeps inputs and outputs tied to the same
// tensors from one run to the next, so that weights never leave their device.
//
//	lib, err := ort.Load(path)
//	s, err := lib.NewSession(model, ort.SessionOptions{Threads: 2})
//	x, err := ort.From(lib, []float32{1, 2, 3}, 3, 1)
//	b, err := s.NewBinding()
//	err = b.Input("x", x)
//	err = b.OutputTo("y", s.Device())
//	err = b.Run(ctx)
//	ys, err := b.Outputs()          // the caller releases them
//
// # Ownership
//
// Whoever gets a Library, Session, Binding, Runner or Value releases it; nothing
// is freed by the garbage collector, because views of a tensor's memory
// ([Data]) are invisible to it. Order does not matter: what is released stays
// alive inside until the last thing that needs it is gone (a Session until its
// Bindings, Runners and device tensors are, a Library until all of its objects
// are, a Value until the runs and bindings that use it are). Using a released
// object gives an error that wraps [ErrReleased]. The one exception is a view
// from Data: it must not be touched after its Value's Release.
//
// # Concurrency
//
// Library and Session are safe for concurrent use. A Binding or Runner runs
// one call at a time; calls from several goroutines wait for each other, so
// give each goroutine its own. A Value's methods are safe for concurrent use,
// its contents are not guarded: a tensor that a run writes must not be read or
// written meanwhile.
//
// # Devices
//
// The CPU provider is what the tests run. The CUDA provider is written after
// the C API's documentation and has not been run, because no GPU was at hand:
// the CUDA library itself, its dependencies and the binding's use of it were
// loaded and run on a CPU, up to the point where the driver is asked for.
//
// # Rules of the code
//
// C handles are uintptrs, never Go pointers. A Go pointer reaches C only as
// uintptr(unsafe.Pointer(x)) in the argument list of a function marked
// uintptrescapes, which moves x to the heap and keeps it alive for the call; C
// keeps none of them afterwards. Arrays of Go pointers are pinned for the call.
// There are no callbacks from C into Go. Slot numbers come from the header
// (slots.go, written by gen) and are checked again when a library is loaded.
//
// Zero-copy tensors over Go memory are left out on purpose: a tensor that the
// runtime allocated can be filled in place through Data, which saves the same
// copy without a pinned object that must not be forgotten.
package ort
