package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// output is standard output. It remembers the first error, so that no command
// succeeds whose output went nowhere, and calls gone when the reader has left.
type output struct {
	*os.File
	gone func()

	mu  sync.Mutex // guards err
	err error
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	n, err := o.File.Write(b)
	if err != nil {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.err == nil {
			o.err = err
		}
		if errors.Is(err, syscall.EPIPE) {
			o.gone()
		}
	}
	return n, err
}

// WriteString implements io.StringWriter; that of the file would be missed.
func (o *output) WriteString(s string) (int, error) { return o.Write([]byte(s)) }

// ReadFrom hides that of the file.
func (o *output) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{o}, r)
}

// Err returns the first error of a write.
func (o *output) Err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// isTerminal reports whether w is a terminal that a person looks at.
func isTerminal(w any) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

// jsonLines writes values as JSON, one a line, without escaping <, > and &.
type jsonLines struct {
	w *bufio.Writer
	e *json.Encoder
}

func newJSONLines(w io.Writer) *jsonLines {
	b := bufio.NewWriterSize(w, 1<<16)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return &jsonLines{b, e}
}

// Write writes v as one line.
func (j *jsonLines) Write(v any) error { return j.e.Encode(v) }

// Flush writes what is buffered.
func (j *jsonLines) Flush() error { return j.w.Flush() }

// printJSON writes v as indented JSON.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// progress shows how far something is: a bar on a terminal, a line now and
// then elsewhere. It writes to standard error, so that data stays clean.
type progress struct {
	w     io.Writer
	what  string
	bar   *progressbar.ProgressBar
	total int
	last  time.Time
}

// newProgress starts a progress display of total parts; total 0 means unknown.
func newProgress(w io.Writer, what string, total int) *progress {
	p := &progress{w: w, what: what, total: total, last: time.Now()}
	if isTerminal(w) {
		n := int64(total)
		if total == 0 {
			n = -1
		}
		p.bar = progressbar.NewOptions64(n,
			progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	}
	return p
}

// Set says that n parts are done.
func (p *progress) Set(n int) {
	if p.bar != nil {
		_ = p.bar.Set(n) // a display that fails is not worth stopping for
		return
	}
	if time.Since(p.last) < 5*time.Second {
		return
	}
	p.last = time.Now()
	if p.total > 0 {
		fmt.Fprintf(p.w, "%s: %d of %d\n", p.what, n, p.total)
	} else {
		fmt.Fprintf(p.w, "%s: %d\n", p.what, n)
	}
}

// Describe changes the text of a bar; elsewhere it does nothing.
func (p *progress) Describe(text string) {
	if p.bar != nil {
		p.bar.Describe(text)
	}
}

// Done removes the bar.
func (p *progress) Done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
