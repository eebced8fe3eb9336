package webshop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/zeebo/xxh3"
)

// A packed catalogue is one file that is mapped and not read, so that a million
// products are there at once. It holds what the data files hold, cleaned; what
// depends on seeds and options is made when it is opened. All numbers are
// little-endian. The file begins with a header of headerSize bytes:
//
//	 0  magic
//	 8  version of the format, 32 bits
//	12  number of sections, 32 bits
//	16  size of the file
//	24  number of products
//	32  flags: 1 if all nouns came with the data
//	40  checksum (xxh3) of the header, itself taken as 0
//	64  for each section: place, length and checksum (xxh3)
//
// The sections follow, each at a multiple of 8. See their constants.

// PackedName is the name of the file of a packed catalogue in its folder.
const PackedName = "catalog.stepgym"

const (
	packedMagic   = "stepgymC"
	packedVersion = 1
	headerSize    = 4096
	tableAt       = 64
	flagNouns     = 1
)

// Sections of a packed catalogue. Wishes are in the order of their products;
// those that people wrote have sections of their own.
const (
	secRecords      = iota // a record a product; see appendRecord
	secRecordAt            // uint64: where each record begins, and the end of the last
	secRow                 // uint32: row of the items file that each product was in, for the limit on rows
	secPrice               // float64: first price of each product
	secPrice2              // float64: second price, NaN if there is none
	secSlots               // uint32: hash table by ASIN: number of the product + 1, or 0
	secQueries             // texts: the different queries
	secQueryAt             // uint32: where the list of each begins, and the end of the last
	secQueryList           // int32: the products of each query
	secCategories          // texts: the different categories
	secCategoryAt          // uint32
	secCategoryList        // int32
	secWishProduct         // int32: product of each synthetic wish
	secWishCombos          // int32: its number of goals
	secWishAttrAt          // uint32: where the list of its attributes begins, and the end of the last
	secWishAttr            // uint32: attributes by number
	secEdges               // int32 pairs: products with a synthetic instruction in common, the later first
	secHumanProduct        // int32: product of each wish of a person
	secHumanEdges          // int32 pairs
	numSections
)

// ErrPacked is wrapped by the error for a file that is no packed catalogue or
// a damaged one.
var ErrPacked = errors.New("not a packed catalogue")

// section is the place of a section in the file.
type section struct{ at, length, checksum uint64 }

// header is the head of a packed catalogue.
type header struct {
	size     uint64
	products uint64
	flags    uint64
	sections [numSections]section
}

// encode returns the bytes of the header.
func (h *header) encode() []byte {
	b := make([]byte, headerSize)
	le := binary.LittleEndian
	copy(b, packedMagic)
	le.PutUint32(b[8:], packedVersion)
	le.PutUint32(b[12:], numSections)
	le.PutUint64(b[16:], h.size)
	le.PutUint64(b[24:], h.products)
	le.PutUint64(b[32:], h.flags)
	for i, s := range h.sections {
		e := b[tableAt+24*i:]
		le.PutUint64(e, s.at)
		le.PutUint64(e[8:], s.length)
		le.PutUint64(e[16:], s.checksum)
	}
	le.PutUint64(b[40:], xxh3.Hash(b))
	return b
}

// decodeHeader reads and checks the header of a file of size bytes.
func decodeHeader(b []byte, size uint64) (*header, error) {
	le := binary.LittleEndian
	if len(b) < headerSize || string(b[:8]) != packedMagic {
		return nil, fmt.Errorf("it does not begin like one: %w", ErrPacked)
	}
	if v := le.Uint32(b[8:]); v != packedVersion {
		return nil, fmt.Errorf("its format has version %d, this program reads version %d: pack the catalogue again: %w", v, packedVersion, ErrPacked)
	}
	check := slices.Clone(b[:headerSize])
	clear(check[40:48])
	if xxh3.Hash(check) != le.Uint64(b[40:]) || le.Uint32(b[12:]) != numSections {
		return nil, fmt.Errorf("its header is damaged: pack the catalogue again: %w", ErrPacked)
	}
	h := &header{size: le.Uint64(b[16:]), products: le.Uint64(b[24:]), flags: le.Uint64(b[32:])}
	if h.size != size {
		return nil, fmt.Errorf("it has %d bytes of %d: copy it again: %w", size, h.size, ErrPacked)
	}
	for i := range h.sections {
		e := b[tableAt+24*i:]
		s := section{le.Uint64(e), le.Uint64(e[8:]), le.Uint64(e[16:])}
		if s.at%8 != 0 || s.at < headerSize || s.at > size || s.length > size-s.at {
			return nil, fmt.Errorf("section %d lies outside the file: %w", i, ErrPacked)
		}
		h.sections[i] = s
	}
	return h, nil
}

// IsPacked reports whether path is a packed catalogue, or a folder with one,
// and returns the path of the file.
func IsPacked(path string) (file string, ok bool) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = filepath.Join(path, PackedName)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	var magic [8]byte
	if n, _ := f.Read(magic[:]); n < len(magic) || string(magic[:]) != packedMagic {
		return "", false
	}
	return path, true
}

// OpenPacked opens the packed catalogue in a file and makes what the options
// say of it. The result equals that of the data files it was packed from, but
// for copies of products and goals being made when they are asked for. It must
// be closed.
//
// All but the texts is checked against checksums here; [VerifyPacked] checks
// the texts too. Damaged texts give wrong or empty products, nothing worse.
func OpenPacked(path string, o CatalogOptions) (*Catalog, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	p, err := mapPacked(path)
	if err != nil {
		return nil, fmt.Errorf("webshop: open %s: %w", path, err)
	}
	c := &Catalog{options: o, shelf: p, nounsData: p.head.flags&flagNouns != 0}
	if err := p.fill(c); err != nil {
		p.close()
		return nil, fmt.Errorf("%w (in %s)", err, path)
	}
	return c, nil
}

// VerifyPacked checks every byte of a packed catalogue against its checksums.
func VerifyPacked(path string) error {
	p, err := mapPacked(path)
	if err != nil {
		return fmt.Errorf("webshop: verify %s: %w", path, err)
	}
	defer p.close()
	if err := p.verify(secRecords); err != nil {
		return fmt.Errorf("webshop: verify %s: %w", path, err)
	}
	return nil
}
