package ort

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"github.com/ebitengine/purego"
)

// checkTable checks the functions before any of them is used for real: each
// must lie in the same library as OrtGetApiBase, and a status must come back as
// it was made.
func (l *Library) checkTable(base uintptr) error {
	for _, s := range usedSlots() {
		if l.api[s.slot] == 0 {
			return fmt.Errorf("function %s is missing", s.name)
		}
	}
	if dladdr, ok := findDladdr(); ok {
		home := moduleOf(dladdr, base)
		for _, s := range usedSlots() {
			if m := moduleOf(dladdr, l.api[s.slot]); m == 0 || m != home {
				return fmt.Errorf("function %s (slot %d) lies outside the library", s.name, s.slot)
			}
		}
	}
	return l.checkStatus()
}

// checkStatus sends a status on a round trip. The code is looked at first: a
// wrong function for it shows there, before anything is taken for an address.
func (l *Library) checkStatus() error {
	const code, message = 2, "round trip"
	status := l.call(fnCreateStatus, code, uintptr(unsafe.Pointer(literal(message))))
	if status == 0 {
		return errors.New("no status could be made")
	}
	if got := int32(l.call(fnGetErrorCode, status)); got != code {
		return fmt.Errorf("a status with the code %d came back with %d", code, got)
	}
	if got := goString(l.call(fnGetErrorMessage, status)); got != message {
		return fmt.Errorf("a status that says %q came back with %q", message, got)
	}
	l.call(fnReleaseStatus, status)
	return nil
}

// moduleOf returns where the library begins that an address lies in; 0 if none.
func moduleOf(dladdr, address uintptr) uintptr {
	var info [4]uintptr // Dl_info: name and start of the library, name and start of the symbol
	found, _, _ := purego.SyscallN(dladdr, address, uintptr(unsafe.Pointer(&info)))
	if int32(found) == 0 {
		return 0
	}
	return info[1]
}

// selfTest runs z = x - y on a device in each of the ways that training uses.
// Shapes have two dimensions that differ, so that swapped functions show.
func (l *Library) selfTest(d Device) error {
	s, err := l.NewSession(tinyModel("Sub", Float32, "z", "x", "y"), SessionOptions{Device: d, Threads: 1})
	if err != nil {
		return err
	}
	defer s.Release()
	x, err := From(l, []float32{5, 7, 9}, 3, 1)
	if err != nil {
		return err
	}
	defer x.Release()
	y, err := From(l, []float32{1, 2, 3}, 3, 1)
	if err != nil {
		return err
	}
	defer y.Release()
	out, err := s.Run(context.Background(), map[string]*Value{"x": x, "y": y})
	if err != nil {
		return err
	}
	defer out["z"].Release()
	if err := expect(out["z"], 4, 5, 6); err != nil {
		return err
	}
	return s.testBinding(x, y)
}

// testBinding runs the model of selfTest with bound tensors, and feeds the
// result of the first run to the second.
func (s *Session) testBinding(x, y *Value) error {
	z, err := s.NewOn(s.device, Float32, 3, 1)
	if err != nil {
		return err
	}
	defer z.Release()
	b, err := s.NewBinding()
	if err != nil {
		return err
	}
	defer b.Release()
	ctx := context.Background()
	if err := errors.Join(b.Input("x", x), b.Input("y", y), b.Output("z", z), b.Run(ctx)); err != nil {
		return err
	}
	if err := errors.Join(b.Input("y", z), b.OutputTo("z", s.device), b.Run(ctx)); err != nil {
		return err
	}
	out, err := b.Outputs()
	if err != nil {
		return err
	}
	if len(out) != 1 {
		return fmt.Errorf("self-test gave %d outputs for 1", len(out))
	}
	defer out[0].Release()
	if out[0].Device() != s.device {
		return fmt.Errorf("self-test gave its output on %s for %s", out[0].Device(), s.device)
	}
	home, err := s.lib.New(Float32, 3, 1)
	if err != nil {
		return err
	}
	defer home.Release()
	if err := Copy(home, out[0]); err != nil {
		return err
	}
	return expect(home, 1, 2, 3)
}

// expect compares a CPU tensor with a column of numbers.
func expect(v *Value, want ...float32) error {
	got, err := Data[float32](v)
	if err != nil {
		return err
	}
	if shape := v.Shape(); !slices.Equal(shape, []int64{int64(len(want)), 1}) || !slices.Equal(got, want) {
		return fmt.Errorf("self-test gave %v %v for %v", shape, got, want)
	}
	return nil
}
