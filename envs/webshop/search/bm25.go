package search

import (
	"math"
	"math/bits"
)

// The score of a document is the sum over the query's terms of
//
//	w - w / (1 + tf · inv(dl)),   w = boost · idf
//	idf     = ln(1 + (N - df + 0.5) / (df + 0.5))
//	inv(dl) = 1 / (k1 · (1 - b + b · dl / avgdl))
//
// as Lucene 8.11's BM25Similarity computes it: every operation in single
// precision but for the logarithm and the sum. N counts the documents that have
// a term at all, avgdl is their mean length, dl the length rounded by the
// eight-bit code of [encodeLength], boost the number of times that the query
// has the term. Conversions to float32 are written out wherever a product meets
// a sum, so that no compiler may fuse the two.
const (
	bm25K1 = float32(0.9)
	bm25B  = float32(0.4)
)

// idf returns the inverse document frequency of a term in df of n documents.
func idf(n, df int) float32 {
	return float32(math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5)))
}

// inverses returns inv by length code.
func inverses(avgdl float32) (inv [256]float32) {
	for code := range inv {
		share := float32(bm25B*float32(decodeLength(byte(code)))) / avgdl
		inv[code] = 1 / float32(bm25K1*float32(float32(1-bm25B)+share))
	}
	return inv
}

// saturation returns 1 + tf · inv, what the weight is divided by.
func saturation(tf uint32, inv float32) float32 { return 1 + float32(float32(tf)*inv) }

// score returns the score of a term of weight w; x is its saturation.
func score(w, x float32) float32 { return w - w/x }

// freeLengths is the number of lengths that have a code of their own.
const freeLengths = 24

// encodeLength returns the code of a length: exact below 40, beyond that a
// float of three mantissa bits, rounded down. (Lucene: SmallFloat.intToByte4.)
func encodeLength(n uint32) byte {
	if n < freeLengths {
		return byte(n)
	}
	n -= freeLengths
	width := bits.Len32(n)
	if width < 4 {
		return byte(freeLengths + n)
	}
	shift := width - 4
	return byte(freeLengths + uint32(shift+1)<<3 + n>>shift&7)
}

// decodeLength returns the smallest length that has the code.
func decodeLength(code byte) uint32 {
	if code < freeLengths {
		return uint32(code)
	}
	f := uint32(code) - freeLengths
	if f < 8 {
		return freeLengths + f
	}
	return freeLengths + (f&7|8)<<(f>>3-1)
}
