// Package cursor takes apart byte strings made with encoding/binary, such as
// snapshots. Bytes that are too few or absurd end in an error, never in a panic.
package cursor

import "encoding/binary"

// Cursor reads from the front of a byte string. After the first fault
// everything reads as zero. The zero value is not usable.
type Cursor struct {
	rest  []byte
	err   error
	fault error
}

// New returns a cursor over b, which it does not modify. fault is the error for
// bytes that cannot be read.
func New(b []byte, fault error) *Cursor { return &Cursor{rest: b, fault: fault} }

// Err returns the fault, or nil as long as there was none.
func (c *Cursor) Err() error { return c.err }

// Fail notes a fault in what was read.
func (c *Cursor) Fail() { c.err = c.fault }

// End returns the fault of what was read, or of bytes that are left over.
func (c *Cursor) End() error {
	if c.err == nil && len(c.rest) > 0 {
		c.Fail()
	}
	return c.err
}

// Left returns the number of bytes that are not read yet: a bound for the
// entries of a list.
func (c *Cursor) Left() uint64 { return uint64(len(c.rest)) }

// Fixed reads 8 bytes, little end first.
func (c *Cursor) Fixed() uint64 {
	if c.err != nil || len(c.rest) < 8 {
		c.Fail()
		return 0
	}
	n := binary.LittleEndian.Uint64(c.rest)
	c.rest = c.rest[8:]
	return n
}

// Number reads an unsigned varint of at most limit.
func (c *Cursor) Number(limit uint64) int {
	n, size := binary.Uvarint(c.rest)
	if c.err != nil || size <= 0 || n > limit {
		c.Fail()
		return 0
	}
	c.rest = c.rest[size:]
	return int(n)
}

// Bytes reads a length, a varint, and as many bytes. They share memory with the
// byte string.
func (c *Cursor) Bytes() []byte {
	n := c.Number(uint64(len(c.rest)))
	if c.err != nil || n > len(c.rest) {
		c.Fail()
		return nil
	}
	b := c.rest[:n:n]
	c.rest = c.rest[n:]
	return b
}
