package nn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/onnx"
)

// inlineLimit is the size of weights, in bytes, up to which a model file holds
// them itself. The format's messages end at 2 GB.
const inlineLimit = 1 << 30

// Export writes what f builds, with the weights inside, as an ONNX model that
// any runtime can run. Weights of more than 1 GB go to a second file, path plus
// ".data". Metadata becomes the model's, in order. Files are written aside and
// renamed.
func Export(path string, w *Weights, f func(b *Build), metadata ...onnx.Property) error {
	return export(path, w, f, metadata, inlineLimit)
}

func export(path string, w *Weights, f func(b *Build), metadata []onnx.Property, limit int) error {
	g, err := graph.Build(func(g *graph.Graph) { f(newBuild(Runtime{}, g, w.params)) })
	if err != nil {
		return err
	}
	weights := map[string]onnx.Tensor{}
	var data []byte
	outside := 4*w.params.Size() > limit
	for _, v := range g.Params() {
		x, err := w.Get(v.Name())
		if err != nil {
			return err
		}
		t := onnx.Tensor{Name: v.Name(), DType: onnx.Float32}
		for _, d := range v.Shape() {
			n, _ := d.Static()
			t.Dims = append(t.Dims, int64(n))
		}
		raw := make([]byte, 0, 4*len(x))
		for _, e := range x {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(e))
		}
		if outside {
			t.External = &onnx.External{Location: filepath.Base(path) + ".data", Offset: int64(len(data)), Length: int64(len(raw))}
			data = append(data, raw...)
		} else {
			t.Raw = raw
		}
		weights[v.Name()] = t
	}
	m := g.Model(weights)
	m.Metadata = metadata
	b, err := m.Marshal()
	if err != nil {
		return err
	}
	if outside {
		if err := writeAside(path+".data", data); err != nil {
			return fmt.Errorf("nn: export: %w", err)
		}
	}
	if err := writeAside(path, b); err != nil {
		return fmt.Errorf("nn: export: %w", err)
	}
	return nil
}

// writeAside writes a file under another name and renames it.
func writeAside(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // does nothing after the rename
	_, err = tmp.Write(b)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
