package search

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zeebo/xxh3"
)

// An index is one run of bytes, the same in memory and in a file: a header and
// eleven sections, each at a multiple of eight bytes. Numbers are little-endian.
//
//	header     magic, version, counts, place and xxh3 checksum of each section,
//	           and last the checksum of the header itself
//	order      int32 a rank: the document's place in the order of Add
//	lengths    byte a rank: code of the document's length; padded to whole chunks
//	lows       uint16 a posting: rank within its chunk of 65,536 documents
//	counts     byte a posting: term frequency, or 255 if that or more
//	large      {posting, frequency uint32}: those of 255 and more, in order
//	names      uint32 a term, and one: where its bytes begin in text
//	text       the bytes of the terms
//	buckets    uint32 a bucket: 1 + term, 0 if empty; hash table of the terms,
//	           a power of two buckets, probed linearly
//	terms      termRecord a term, and one: where its runs begin
//	runs       runRecord a term and chunk: the postings there
//	label      the caller's own words
//
// Documents are numbered by rank, their place in the order of ASINs. Of two
// documents with equal scores the one of lower rank comes first, so a search
// that goes by rank never has to look back at a tie.
const (
	secOrder = iota
	secLengths
	secLows
	secCounts
	secLarge
	secNames
	secText
	secBuckets
	secTerms
	secRuns
	secLabel
	numSections
)

const (
	magic       = "stepgym\x00search\r\n"
	version     = 1
	headerBytes = 512

	chunkShift = 16 // 65,536 documents
	chunkDocs  = 1 << chunkShift

	largeCount = 255 // counts at and beyond this are in secLarge
	maxDocs    = 1 << 30
)

// ErrFormat is wrapped by Open for a file that is no index of this version, or
// is damaged.
var ErrFormat = errors.New("search: not an index file")

// header is the decoded header.
type header struct {
	docs     uint32 // documents
	filled   uint32 // documents with at least one term
	terms    uint32
	runs     uint32
	large    uint32
	buckets  uint32
	postings uint64
	tokens   uint64 // sum of the documents' lengths
	sections [numSections]section
}

// section says where a section lies.
type section struct {
	offset, size uint64
	sum          uint64 // xxh3
}

// termRecord is one term's entry in secTerms. (The records' fields are exported
// for encoding/binary.)
type termRecord struct {
	Run uint32  // first run; the next record has the end
	IDF float32 // inverse document frequency
}

// runRecord is the postings of one term in one chunk.
type runRecord struct {
	Start uint32  // first posting
	Chunk uint16  // which chunk
	Last  uint16  // number of postings less one
	Top   float32 // largest saturation among them
}

// largeRecord is a term frequency that does not fit a byte.
type largeRecord struct {
	Posting, Count uint32
}

// sizes returns the size that the counts give each section; the free ones
// (text, label) are not touched.
func (h *header) sizes() (size [numSections]uint64) {
	size[secOrder] = 4 * uint64(h.docs)
	size[secLengths] = h.chunks() << chunkShift
	size[secLows] = 2 * h.postings
	size[secCounts] = h.postings
	size[secLarge] = 8 * uint64(h.large)
	size[secNames] = 4 * (uint64(h.terms) + 1)
	size[secBuckets] = 4 * uint64(h.buckets)
	size[secTerms] = 8 * (uint64(h.terms) + 1)
	size[secRuns] = 12 * uint64(h.runs)
	return size
}

// chunks returns the number of chunks of documents.
func (h *header) chunks() uint64 { return (uint64(h.docs) + chunkDocs - 1) >> chunkShift }

// encode returns the header's bytes.
func (h *header) encode() []byte {
	p := make([]byte, 0, headerBytes)
	p = append(p, magic...)
	le := binary.LittleEndian
	for _, v := range []uint32{version, h.docs, h.filled, h.terms, h.runs, h.large, h.buckets, 0} {
		p = le.AppendUint32(p, v)
	}
	p = le.AppendUint64(p, h.postings)
	p = le.AppendUint64(p, h.tokens)
	for _, s := range h.sections {
		p = le.AppendUint64(p, s.offset)
		p = le.AppendUint64(p, s.size)
		p = le.AppendUint64(p, s.sum)
	}
	p = p[:headerBytes-8]
	return le.AppendUint64(p, xxh3.Hash(p))
}

// decodeHeader reads and checks the header of an index of size bytes.
func decodeHeader(p []byte, size uint64) (*header, error) {
	if len(p) < len(magic) || string(p[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: it does not begin like one", ErrFormat)
	}
	if len(p) < headerBytes {
		return nil, fmt.Errorf("%w: cut off within the header, after %d bytes", ErrFormat, len(p))
	}
	le := binary.LittleEndian
	if v := le.Uint32(p[len(magic):]); v != version {
		return nil, fmt.Errorf("%w: it has version %d, this program reads version %d: build it anew", ErrFormat, v, version)
	}
	if le.Uint64(p[headerBytes-8:]) != xxh3.Hash(p[:headerBytes-8]) {
		return nil, fmt.Errorf("%w: the header's checksum does not match: the file is damaged, build it anew", ErrFormat)
	}
	h := &header{}
	p = p[len(magic)+4:]
	for _, v := range []*uint32{&h.docs, &h.filled, &h.terms, &h.runs, &h.large, &h.buckets} {
		*v, p = le.Uint32(p), p[4:]
	}
	p = p[4:]
	h.postings, h.tokens, p = le.Uint64(p), le.Uint64(p[8:]), p[16:]
	for i := range h.sections {
		h.sections[i], p = section{le.Uint64(p), le.Uint64(p[8:]), le.Uint64(p[16:])}, p[24:]
	}
	return h, h.check(size)
}

// check reports what in the header contradicts itself or the size of the file.
func (h *header) check(size uint64) error {
	switch {
	case h.docs > maxDocs || h.filled > h.docs:
		return fmt.Errorf("%w: it claims %d documents, %d of them not empty", ErrFormat, h.docs, h.filled)
	case h.postings > 1<<32-1:
		return fmt.Errorf("%w: it claims %d postings", ErrFormat, h.postings)
	case h.buckets&(h.buckets-1) != 0 || h.buckets <= h.terms:
		return fmt.Errorf("%w: it claims %d buckets for %d terms", ErrFormat, h.buckets, h.terms)
	}
	want := h.sizes()
	want[secText], want[secLabel] = h.sections[secText].size, h.sections[secLabel].size
	for i, s := range h.sections {
		if s.size != want[i] || s.offset%8 != 0 {
			return fmt.Errorf("%w: section %d has %d bytes at %d, %d were expected", ErrFormat, i, s.size, s.offset, want[i])
		}
		if s.offset > size || s.size > size-s.offset {
			return fmt.Errorf("%w: cut off: section %d ends at byte %d of %d", ErrFormat, i, s.offset+s.size, size)
		}
	}
	return nil
}
