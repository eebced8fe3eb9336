package search

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"
)

// sampleFile returns the path and the bytes of a small index file.
func sampleFile(t testing.TB) (string, []byte) {
	t.Helper()
	docs := []document{{"B2", "red shoe red"}, {"B1", strings.Repeat("blue ", 300)}, {"B3", "blue boot, size 10"}}
	bd := &Builder{Label: "sample"}
	for _, d := range docs {
		bd.Add(d.ASIN, d.Contents)
	}
	path := filepath.Join(t.TempDir(), "products.index")
	if err := bd.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, p
}

func TestFile(t *testing.T) {
	docs := readLines[document](t, "testdata/documents.jsonl")
	dir := t.TempDir()
	path := filepath.Join(dir, "products.index")
	var files [][]byte
	for _, bd := range []*Builder{{Label: "v7"}, {Label: "v7", TempDir: dir, Memory: 1 << 14}} {
		for _, d := range docs {
			bd.Add(d.ASIN, d.Contents)
		}
		if bd.TempDir != "" && len(bd.spills) < 3 {
			t.Errorf("%d spills", len(bd.spills))
		}
		if err := bd.WriteFile(path); err != nil {
			t.Fatal(err)
		}
		p, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, p)
		if err := bd.WriteFile(path); err == nil {
			t.Error("a spent builder wrote a file")
		}
	}
	if !slices.Equal(files[0], files[1]) {
		t.Error("spilling changed the file")
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
	ix, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	want := build(t, docs)
	if ix.Label() != "v7" || ix.Len() != len(docs) || ix.Terms() != want.Terms() || ix.MeanLength() != want.MeanLength() {
		t.Errorf("label %q, %d documents, %d terms, mean length %v", ix.Label(), ix.Len(), ix.Terms(), ix.MeanLength())
	}
	for _, d := range docs[:20] {
		got, _ := ix.Search(d.Contents, 30)
		hits, _ := want.Search(d.Contents, 30)
		if diff := cmp.Diff(got, hits); diff != "" {
			t.Errorf("Search(%q) (-file +memory):\n%s", d.Contents, diff)
		}
	}
	for range 2 {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWriteFileKeepsWhatWasThere(t *testing.T) {
	path, p := sampleFile(t)
	bd := &Builder{TempDir: filepath.Join(filepath.Dir(path), "absent"), Memory: 1}
	bd.Add("B1", "red shoe")
	if err := bd.WriteFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || !slices.Equal(got, p) {
		t.Errorf("the old file is gone: %v", err)
	}
	if names, _ := filepath.Glob(path + "*"); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestOpenRefuses(t *testing.T) {
	path, p := sampleFile(t)
	later := slices.Clone(p)
	binary.LittleEndian.PutUint32(later[len(magic):], version+1)
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "empty"},
		{"foreign", []byte(`[{"asin": "B1"}]`), "does not begin like one"},
		{"header cut", p[:100], "cut off within the header"},
		{"cut", p[:len(p)-9], "cut off"},
		{"later version", later, "it has version 2, this program reads version 1"},
		{"header damaged", flip(p, len(magic)+5), "the header's checksum"},
		{"section damaged", flip(p, headerBytes+1), "the checksum of section"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, tt.file, 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "absent")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

// flip returns p with one byte changed.
func flip(p []byte, i int) []byte {
	p = slices.Clone(p)
	p[i] ^= 0x40
	return p
}

func TestParseNoticesEveryByteAndCut(t *testing.T) {
	_, p := sampleFile(t)
	padding := map[int]bool{}
	h, err := decodeHeader(p[:headerBytes], uint64(len(p)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range h.sections {
		for i := s.offset + s.size; i%8 != 0; i++ {
			padding[int(i)] = true
		}
	}
	step := 1
	for i := 0; i < len(p); i += step {
		if _, err := parse(flip(p, i)); (err == nil) != padding[i] {
			t.Fatalf("byte %d changed: error %v", i, err)
		}
		if _, err := parse(p[:i]); !errors.Is(err, ErrFormat) {
			t.Fatalf("cut at %d: error %v", i, err)
		}
		if i > headerBytes+16 {
			step = 97 // most of the file is the padded lengths
		}
	}
}

// reseal makes the checksums of p match again, so that what lies behind them is
// tested too.
func reseal(p []byte) []byte {
	p = slices.Clone(p)
	if len(p) < headerBytes {
		return p
	}
	le := binary.LittleEndian
	for i := range numSections {
		entry := p[len(magic)+48+24*i:]
		if off, size := le.Uint64(entry), le.Uint64(entry[8:]); off <= uint64(len(p)) && size <= uint64(len(p))-off {
			le.PutUint64(entry[16:], xxh3.Hash(p[off:off+size]))
		}
	}
	le.PutUint64(p[headerBytes-8:], xxh3.Hash(p[:headerBytes-8]))
	return p
}

// exercise searches an index whose numbers may be nonsense; it must not panic.
func exercise(ix *Index) {
	for _, x := range []*Index{ix, asLarge(ix)} {
		for _, q := range []string{"red shoe", "blue blue blue boot", "size 10 red blue boot shoe", "green"} {
			x.Search(q, 2)
			x.Search(q, 1000)
		}
	}
}

func TestParseSurvivesNonsense(t *testing.T) {
	_, p := sampleFile(t)
	h, err := decodeHeader(p[:headerBytes], uint64(len(p)))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4))
	accepted := 0
	for range 1000 {
		q := slices.Clone(p)
		for range 1 + r.IntN(3) {
			i := r.IntN(headerBytes)
			if s := h.sections[r.IntN(numSections)]; r.IntN(4) > 0 && s.size > 0 {
				i = int(s.offset + r.Uint64N(min(s.size, 64)))
			}
			q[i] = byte(r.Uint32() >> (8 * r.UintN(4)))
		}
		if ix, err := parse(reseal(q)); err == nil {
			accepted++
			exercise(ix)
		} else if !errors.Is(err, ErrFormat) {
			t.Fatalf("error %v", err)
		}
	}
	if accepted < 100 {
		t.Errorf("only %d files got as far as a search", accepted)
	}
}

// FuzzOpen reads arbitrary bytes as an index file, as they are and with their
// checksums put right.
func FuzzOpen(f *testing.F) {
	_, p := sampleFile(f)
	f.Add(p[:headerBytes])
	f.Add([]byte(magic))
	f.Add([]byte{})
	bd := NewBuilder()
	ix, err := bd.Build()
	if err != nil {
		f.Fatal(err)
	}
	exercise(ix)
	f.Fuzz(func(t *testing.T, q []byte) {
		// The sample with its beginning replaced: random bytes alone never
		// are a file of the right size.
		mixed := slices.Clone(p)
		copy(mixed, q)
		for _, file := range [][]byte{q, reseal(q), mixed, reseal(mixed)} {
			if ix, err := parse(file); err == nil {
				exercise(ix)
			} else if !errors.Is(err, ErrFormat) {
				t.Fatalf("error %v", err)
			}
		}
	})
}

func TestViewUnaligned(t *testing.T) {
	p := make([]byte, 8*3+1)
	for i := range p {
		p[i] = byte(i)
	}
	for off := range 2 {
		got := view[runRecord](p[off : off+24])
		var want []runRecord
		for i := off; i+12 <= off+24; i += 12 {
			var r runRecord
			if _, err := binary.Decode(p[i:], binary.LittleEndian, &r); err != nil {
				t.Fatal(err)
			}
			want = append(want, r)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("offset %d (-got +want):\n%s", off, diff)
		}
	}
}
