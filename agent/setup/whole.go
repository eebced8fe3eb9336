package setup

import (
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// whole is an error if the library at path is an ELF file (64 bits, little
// endian) that ends before its program headers say: to open it would end the
// process with a bus error. Whatever else is wrong with a library the system's
// loader reports. It does not use elf.NewFile, which wants the section headers
// at the end of the file, and those are gone first.
func whole(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() // only read from
	stat, err := f.Stat()
	if err != nil {
		return err
	}
	var head elf.Header64
	if err := binary.Read(f, binary.LittleEndian, &head); err != nil || string(head.Ident[:4]) != elf.ELFMAG ||
		elf.Class(head.Ident[elf.EI_CLASS]) != elf.ELFCLASS64 || elf.Data(head.Ident[elf.EI_DATA]) != elf.ELFDATA2LSB {
		return nil // for the loader to judge
	}
	need := head.Phoff + uint64(head.Phnum)*uint64(binary.Size(elf.Prog64{}))
	table := io.NewSectionReader(f, int64(head.Phoff), stat.Size())
	for range head.Phnum {
		var p elf.Prog64
		if err := binary.Read(table, binary.LittleEndian, &p); err != nil {
			break // need says that it is missing
		}
		if elf.ProgType(p.Type) == elf.PT_LOAD {
			need = max(need, p.Off+p.Filesz)
		}
	}
	if uint64(stat.Size()) < need {
		return fmt.Errorf("%s is cut off: it has %d bytes and needs at least %d: fetch it again", path, stat.Size(), need)
	}
	return nil
}
