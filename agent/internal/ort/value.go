package ort

import (
	"fmt"
	"math"
	"slices"
	"unsafe"
)

// Value is a tensor in the runtime's memory. Its type, shape and device never
// change. Its methods are safe for concurrent use, its contents are not guarded.
type Value struct {
	h      handle // OrtValue
	lib    *Library
	owner  *handle // what a device tensor's memory belongs to; nil else
	typ    ElementType
	shape  []int64
	count  int // elements
	device Device
	data   unsafe.Pointer // of a CPU tensor that has elements; nil else
}

// New makes a CPU tensor of zeros. No shape makes a scalar; a dimension may be 0.
func (l *Library) New(t ElementType, shape ...int64) (*Value, error) {
	v, err := l.newValue(l.heap, t, shape)
	if err != nil {
		return nil, err
	}
	if v.count > 0 {
		clear(unsafe.Slice((*byte)(v.data), v.Bytes()))
	}
	return v, nil
}

// From makes a CPU tensor with a copy of data, row by row. The product of the
// shape must be len(data); no shape makes a scalar of one element.
func From[T Element](l *Library, data []T, shape ...int64) (*Value, error) {
	n, err := elements(shape)
	if err != nil {
		return nil, err
	}
	if n != len(data) {
		return nil, fmt.Errorf("ort: %d elements do not fill the shape %v", len(data), shape)
	}
	v, err := l.newValue(l.heap, TypeOf[T](), shape)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		copy(unsafe.Slice((*T)(v.data), n), data)
	}
	return v, nil
}

// Data returns the elements of a CPU tensor, row by row. It is the tensor's own
// memory: writing changes the tensor, and after Release it must not be touched.
// T must be the tensor's type; uint16 also serves 16-bit floats.
func Data[T Element](v *Value) ([]T, error) {
	if v == nil || !v.h.take() {
		return nil, fmt.Errorf("ort: tensor: %w", ErrReleased)
	}
	defer v.h.give()
	if want := TypeOf[T](); !v.typ.holds(want) {
		return nil, fmt.Errorf("ort: a tensor of %s cannot be read as %s", v.typ, want)
	}
	if v.device.cuda {
		return nil, fmt.Errorf("ort: the tensor is on %s: copy it to the CPU first", v.device)
	}
	if v.count == 0 {
		return nil, nil
	}
	return unsafe.Slice((*T)(v.data), v.count), nil
}

// Type returns the type of the elements.
func (v *Value) Type() ElementType { return v.typ }

// Shape returns a copy of the dimensions; it is empty for a scalar.
func (v *Value) Shape() []int64 { return slices.Clone(v.shape) }

// Len returns the number of elements.
func (v *Value) Len() int { return v.count }

// Bytes returns the size of all elements.
func (v *Value) Bytes() int { return v.count * v.typ.Size() }

// Device returns where the elements are.
func (v *Value) Device() Device { return v.device }

// Release gives the tensor up. It is freed as soon as no run and no binding
// uses it any more. Releasing again, or a nil Value, does nothing.
func (v *Value) Release() {
	if v != nil {
		v.h.close()
	}
}

// elements returns the product of a shape.
func elements(shape []int64) (int, error) {
	const most = math.MaxInt64 / 16 // leaves room for the size of an element
	n := int64(1)
	for _, d := range shape {
		if d < 0 {
			return 0, fmt.Errorf("ort: shape %v has a negative dimension", shape)
		}
		if d > 0 && n > most/d {
			return 0, fmt.Errorf("ort: shape %v is too large", shape)
		}
		n *= d
	}
	return int(n), nil
}

// newValue makes a tensor with an OrtAllocator, without setting its elements.
func (l *Library) newValue(allocator uintptr, t ElementType, shape []int64) (*Value, error) {
	if t.Size() == 0 {
		return nil, fmt.Errorf("ort: tensors of %s are not supported", t)
	}
	if _, err := elements(shape); err != nil {
		return nil, err
	}
	if !l.env.take() {
		return nil, fmt.Errorf("ort: library: %w", ErrReleased)
	}
	defer l.env.give()
	var p uintptr
	if err := l.try(fnCreateTensorAsOrtValue, allocator, uintptr(unsafe.Pointer(unsafe.SliceData(shape))), uintptr(len(shape)),
		uintptr(t), uintptr(unsafe.Pointer(&p))); err != nil {
		return nil, fmt.Errorf("ort: make tensor of %s %v: %w", t, shape, err)
	}
	return l.adopt(p)
}

// adopt makes a Value of an OrtValue; on an error it frees the OrtValue. The
// caller holds a share of the library.
func (l *Library) adopt(p uintptr) (*Value, error) {
	v := &Value{lib: l}
	if err := v.describe(p); err != nil {
		l.call(fnReleaseValue, p)
		return nil, fmt.Errorf("ort: read tensor: %w", err)
	}
	l.env.keep()
	l.values.Add(1)
	v.h.p, v.h.free = p, v.destroy
	return v, nil
}

// describe fills in type, shape, device and address.
func (v *Value) describe(p uintptr) (err error) {
	l := v.lib
	var isTensor int32
	if err := l.try(fnIsTensor, p, uintptr(unsafe.Pointer(&isTensor))); err != nil {
		return err
	}
	if isTensor == 0 {
		return fmt.Errorf("the model's output is not a tensor")
	}
	var dims, rank uintptr
	if err := l.try(fnGetTensorElementTypeAndShapeDataReference, p, uintptr(unsafe.Pointer(&v.typ)),
		uintptr(unsafe.Pointer(&dims)), uintptr(unsafe.Pointer(&rank))); err != nil {
		return err
	}
	if v.typ.Size() == 0 {
		return fmt.Errorf("tensors of %s are not supported", v.typ)
	}
	if rank > 0 {
		v.shape = slices.Clone(unsafe.Slice((*int64)(pointer(dims)), int(rank)))
	}
	if v.count, err = elements(v.shape); err != nil {
		return err
	}
	if v.device, err = l.deviceOf(p); err != nil {
		return err
	}
	if v.count == 0 || v.device.cuda {
		return nil
	}
	return l.try(fnGetTensorMutableData, p, uintptr(unsafe.Pointer(&v.data)))
}

// destroy frees the tensor and gives back what it held.
func (v *Value) destroy(p uintptr) {
	v.lib.call(fnReleaseValue, p)
	if v.owner != nil {
		v.owner.give()
	}
	v.lib.values.Add(-1)
	v.lib.env.give()
}
