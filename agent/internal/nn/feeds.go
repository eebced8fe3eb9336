package nn

import (
	"fmt"
	"slices"

	"stepgym/agent/internal/ort"
)

// Feeds are the inputs of runs by name. It is made to be reused: an input that
// is set again in the same shape keeps its memory. It is used by one goroutine.
type Feeds struct {
	rt   Runtime
	list []feed
	err  error
}

type feed struct {
	name  string
	shape []int
	value *ort.Value
}

// NewFeeds returns an empty set of inputs.
func NewFeeds(rt Runtime) *Feeds { return &Feeds{rt: rt, err: rt.check()} }

// F32 sets a float32 input of the given shape and returns its elements, row by
// row, for the caller to fill: they are the input's own memory and hold what
// they held before, or zeros. They are valid until the name is set in another
// shape. After an error, which the next Run returns, the slice is of ordinary
// memory.
func (f *Feeds) F32(name string, shape ...int) []float32 {
	return set[float32](f, name, ort.Float32, shape)
}

// I64 is F32 for an int64 input.
func (f *Feeds) I64(name string, shape ...int) []int64 {
	return set[int64](f, name, ort.Int64, shape)
}

// Bool is F32 for a bool input.
func (f *Feeds) Bool(name string, shape ...int) []bool {
	return set[bool](f, name, ort.Bool, shape)
}

// Scalar sets a float32 input without dimensions.
func (f *Feeds) Scalar(name string, x float64) { f.F32(name)[0] = float32(x) }

// set is the body of the setters.
func set[T ort.Element](f *Feeds, name string, t ort.ElementType, shape []int) []T {
	x, err := get[T](f, name, t, shape)
	if err == nil {
		return x
	}
	if f.err == nil {
		f.err = fmt.Errorf("nn: feed %s: %w", name, err)
	}
	n := 1
	for _, d := range shape {
		n *= max(d, 0)
	}
	return make([]T, n)
}

func get[T ort.Element](f *Feeds, name string, t ort.ElementType, shape []int) ([]T, error) {
	if f.err != nil {
		return nil, f.err
	}
	i := slices.IndexFunc(f.list, func(d feed) bool { return d.name == name })
	if i < 0 {
		i = len(f.list)
		f.list = append(f.list, feed{name: name})
	}
	d := &f.list[i]
	if d.value == nil || d.value.Type() != t || !slices.Equal(d.shape, shape) {
		d.value.Release()
		d.value = nil
		dims := make([]int64, len(shape))
		for j, n := range shape {
			dims[j] = int64(n)
		}
		v, err := f.rt.Lib.New(t, dims...)
		if err != nil {
			return nil, err
		}
		d.value, d.shape = v, slices.Clone(shape)
	}
	return ort.Data[T](d.value)
}

// find returns the tensor of that name, nil if it was not set.
func (f *Feeds) find(name string) *ort.Value {
	for i := range f.list {
		if f.list[i].name == name {
			return f.list[i].value
		}
	}
	return nil
}

// Close frees the inputs.
func (f *Feeds) Close() {
	for _, d := range f.list {
		d.value.Release()
	}
	f.list = nil
}
