package cursor

import (
	"encoding/binary"
	"errors"
	"testing"
)

var errBad = errors.New("bad")

func TestCursor(t *testing.T) {
	b := binary.LittleEndian.AppendUint64(nil, 1<<60)
	b = binary.AppendUvarint(b, 300)
	b = append(binary.AppendUvarint(b, 3), "abc"...)
	c := New(b, errBad)
	if n := c.Fixed(); n != 1<<60 {
		t.Errorf("Fixed: got %d", n)
	}
	if n := c.Number(300); n != 300 {
		t.Errorf("Number: got %d", n)
	}
	if s := string(c.Bytes()); s != "abc" {
		t.Errorf("Bytes: got %q", s)
	}
	if err := c.End(); err != nil {
		t.Error(err)
	}
	for n := range len(b) { // cut off anywhere
		c := New(b[:n], errBad)
		c.Fixed()
		c.Number(300)
		c.Bytes()
		if err := c.End(); !errors.Is(err, errBad) {
			t.Errorf("cut to %d bytes: got %v", n, err)
		}
	}
}

func TestCursorFaults(t *testing.T) {
	for name, c := range map[string]*Cursor{"beyond the limit": New([]byte{200, 1}, errBad), "left over": New([]byte{1, 2}, errBad)} {
		if n := c.Number(100); name == "beyond the limit" && n != 0 {
			t.Errorf("%s: got %d", name, n)
		}
		if err := c.End(); !errors.Is(err, errBad) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	c := New(make([]byte, 8), errBad)
	c.Fail()
	if c.Fixed() != 0 || c.Bytes() != nil || c.Err() == nil {
		t.Error("a cursor went on after a fault")
	}
}
