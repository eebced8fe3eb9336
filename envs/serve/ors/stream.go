package ors

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// chunk is how many characters of a result one event holds.
const chunk = 4096

// stream writes server-sent events. Nothing is sent before the first.
type stream struct {
	w     http.ResponseWriter
	begun bool
	buf   []byte
}

func newStream(w http.ResponseWriter) *stream { return &stream{w: w} }

// event adds an event. Each line of the data gets a line of its own.
func (s *stream) event(name, data string) {
	s.buf = append(append(append(s.buf, "event: "...), name...), "\r\n"...)
	data = strings.ReplaceAll(strings.ReplaceAll(data, "\r\n", "\n"), "\r", "\n")
	for line := range strings.SplitSeq(data, "\n") {
		s.buf = append(append(append(s.buf, "data: "...), line...), "\r\n"...)
	}
	s.buf = append(s.buf, "\r\n"...)
}

// ping adds a comment, which keeps the connection alive.
func (s *stream) ping() { s.buf = append(s.buf, ": ping\r\n\r\n"...) }

// result adds a text of compact JSON in chunks, the last of which is named end.
//
// Clients strip white space from the beginning of what they receive. It can only
// be that of a string, and is escaped there.
func (s *stream) result(text string) {
	name := "chunk"
	for name == "chunk" {
		n := 0
		for range chunk {
			if n == len(text) {
				break
			}
			_, size := utf8.DecodeRuneInString(text[n:])
			n += size
		}
		if n == len(text) {
			name = "end"
		}
		s.event(name, escapeFirst(text[:n]))
		text = text[n:]
	}
}

// escapeFirst escapes a white space at the beginning of a part of a JSON text.
func escapeFirst(part string) string {
	r, size := utf8.DecodeRuneInString(part)
	if r > 0xffff || !unicode.IsSpace(r) && !unicode.IsControl(r) {
		return part
	}
	hex := strconv.FormatInt(int64(r), 16)
	return `\u` + strings.Repeat("0", 4-len(hex)) + hex + part[size:]
}

// flush sends what was added. The client may have left.
func (s *stream) flush() {
	if !s.begun {
		s.begun = true
		h := s.w.Header()
		h.Set("Content-Type", "text/event-stream; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Accel-Buffering", "no")
		s.w.WriteHeader(http.StatusOK)
	}
	_, _ = s.w.Write(s.buf) // the client has left
	s.buf = s.buf[:0]
	_ = http.NewResponseController(s.w).Flush() // as above
}
