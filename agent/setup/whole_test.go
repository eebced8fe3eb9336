package setup

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// elfFile returns the start of an ELF library with one loaded part of size
// bytes at offset 1000.
func elfFile(t testing.TB, size uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	head := elf.Header64{Phoff: 64, Phnum: 1}
	copy(head.Ident[:], elf.ELFMAG)
	head.Ident[elf.EI_CLASS], head.Ident[elf.EI_DATA] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB)
	for _, v := range []any{head, elf.Prog64{Type: uint32(elf.PT_LOAD), Off: 1000, Filesz: size}} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestWhole cuts a library at every length.
func TestWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), libraryName())
	data := append(elfFile(t, 200), make([]byte, 1200)...)
	for n := range len(data) {
		if err := os.WriteFile(path, data[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		err := whole(path)
		if bad := n >= 64 && n < 1200; bad != (err != nil) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
	if err := os.Truncate(path, 300); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GYM_ORT_LIB", path)
	if _, err := Find(Options{}); err == nil || !strings.Contains(err.Error(), "GYM_ORT_LIB: "+path+" is cut off") {
		t.Errorf("got %v", err)
	}
}

func FuzzWhole(f *testing.F) {
	f.Add(elfFile(f, 200))
	f.Add([]byte("\x7fELF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "lib.so")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		_ = whole(path) // must come back
	})
}
