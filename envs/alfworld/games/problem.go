package games

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// Problem is the text of a problem. Bytes makes a new copy each time.
type Problem interface{ Bytes() ([]byte, error) }

// Text is a Problem as it stands.
type Text string

// Bytes implements Problem.
func (t Text) Bytes() ([]byte, error) { return []byte(t), nil }

// Compressed is a Problem in a zstd frame; see [Compress].
type Compressed []byte

// maxProblem bounds what a problem may take when it is unpacked, in bytes. The
// largest published one has 0.1 MB.
const maxProblem = 64 << 20

// Compress packs the text of a problem, to about a tenth of its size.
func Compress(text []byte) Compressed {
	// Once more, because EncodeAll leaves room at the end.
	return append(Compressed(nil), encoder().EncodeAll(text, nil)...)
}

// Bytes implements Problem. Its error says that memory or file is damaged.
func (c Compressed) Bytes() ([]byte, error) {
	b, err := decoder().DecodeAll(c, nil)
	if err != nil {
		return nil, fmt.Errorf("alfworld: unpack a problem: %w", err)
	}
	return b, nil
}

// The coders of this package are shared: both are safe for concurrent use when
// they work on whole buffers.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder { return must(zstd.NewWriter(nil, zstd.WithEncoderCRC(false))) })
	decoder = sync.OnceValue(func() *zstd.Decoder { return must(zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxProblem))) })
)

// must panics on an error of options that are constants.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
