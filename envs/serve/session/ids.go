package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
)

// ids makes names such as "k3f9x0ct-2s-7dm2vq4hxa": a word for the process, a
// number in base 36, and a tag that only this process can compute. A name is
// therefore unique across restarts and cannot be guessed, its number finds what
// it stands for without hashing, and a name that is no longer in use can be told
// from one that never was.
type ids struct {
	process string
	key     [sha256.Size]byte
}

// Lengths of the parts of a name.
const (
	processLen = 8
	tagLen     = 10
)

var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

func newIDs() *ids {
	g := new(ids)
	rand.Read(g.key[:]) // never fails
	var b [5]byte
	rand.Read(b[:])
	g.process = alphabet.EncodeToString(b[:])
	return g
}

// name returns the name of number n.
func (g *ids) name(n uint64) string {
	digits := strconv.FormatUint(n, 36)
	return g.process + "-" + digits + "-" + g.tag(digits)
}

// tag returns 50 bits that prove that digits came from name.
func (g *ids) tag(digits string) string {
	m := hmac.New(sha256.New, g.key[:])
	m.Write([]byte(digits))
	return alphabet.EncodeToString(m.Sum(nil)[:10])[:tagLen]
}

// number returns the number in a name of this process. It does not check the
// tag: who finds a session by the number compares its name.
func (g *ids) number(name string) (uint64, bool) {
	from, to := processLen+1, len(name)-tagLen-1
	if to <= from || name[:processLen] != g.process || name[from-1] != '-' || name[to] != '-' {
		return 0, false
	}
	n, err := strconv.ParseUint(name[from:to], 36, 64)
	return n, err == nil
}

// made reports whether name was returned by name at some time.
func (g *ids) made(name string) bool {
	n, ok := g.number(name)
	return ok && hmac.Equal([]byte(g.name(n)), []byte(name))
}
