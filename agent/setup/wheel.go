package setup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Bounds on what is read out of a wheel.
const (
	mostRecord = 64 << 20 // bytes of the RECORD file
	mostEntry  = 8 << 30  // bytes of one file
)

// record is what a wheel's RECORD says of one file.
type record struct {
	sha256 string // hexadecimal
	size   string // decimal
}

// parseRecord reads a RECORD: lines of path, "sha256=" with the digest in URL-safe
// base64 without padding, and size. Files without a digest, like RECORD itself,
// are left out.
func parseRecord(r io.Reader) (map[string]record, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = 3
	records := map[string]record{}
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read RECORD: %w", err)
		}
		if fields[1] == "" {
			continue
		}
		text, ok := strings.CutPrefix(fields[1], "sha256=")
		if !ok {
			continue
		}
		sum, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil || len(sum) != sha256.Size {
			return nil, fmt.Errorf("read RECORD: %s has the digest %q, which is not one", fields[0], text)
		}
		records[fields[0]] = record{hex.EncodeToString(sum), fields[2]}
	}
}

// wheel is an opened wheel: a zip file with a list of digests in it.
type wheel struct {
	zip     *zip.ReadCloser
	name    string // the wheel's file name
	records map[string]record
}

// openWheel opens a wheel and reads its RECORD.
func openWheel(file string) (*wheel, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, fmt.Errorf("setup: open wheel %s: %w: it may be cut off; fetch it again", file, err)
	}
	w := &wheel{zip: z, name: filepath.Base(file)}
	if w.records, err = w.readRecord(); err != nil {
		z.Close()
		return nil, fmt.Errorf("setup: wheel %s: %w", file, err)
	}
	return w, nil
}

func (w *wheel) readRecord() (map[string]record, error) {
	for _, f := range w.zip.File {
		if path.Base(f.Name) != "RECORD" || !strings.HasSuffix(path.Dir(f.Name), ".dist-info") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return parseRecord(io.LimitReader(r, mostRecord))
	}
	return nil, errors.New("there is no RECORD with its digests")
}

func (w *wheel) Close() error { return w.zip.Close() }

// extract writes one entry to the file to, checks its digest and size against
// RECORD, and returns what it wrote. The wheel's own permissions are not taken over.
func (w *wheel) extract(ctx context.Context, entry *zip.File, to string) (File, error) {
	want, ok := w.records[entry.Name]
	if !ok {
		return File{}, fmt.Errorf("setup: wheel %s: RECORD has no digest of %s", w.name, entry.Name)
	}
	if entry.UncompressedSize64 > mostEntry {
		return File{}, fmt.Errorf("setup: wheel %s: %s is larger than %d bytes", w.name, entry.Name, int64(mostEntry))
	}
	r, err := entry.Open()
	if err != nil {
		return File{}, fmt.Errorf("setup: wheel %s: %s: %w", w.name, entry.Name, err)
	}
	defer r.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return File{}, fmt.Errorf("setup: extract: %w", err)
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return File{}, fmt.Errorf("setup: wheel %s: %s is there twice", w.name, filepath.Base(to))
	}
	if err != nil {
		return File{}, fmt.Errorf("setup: extract: %w", err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, h), contextReader{ctx, io.LimitReader(r, mostEntry)})
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return File{}, fmt.Errorf("setup: wheel %s: extract %s: %w", w.name, entry.Name, err)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if sum != want.sha256 || fmt.Sprint(n) != want.size {
		return File{}, fmt.Errorf("setup: wheel %s: %s has the digest %s and %d bytes, but RECORD says %s and %s: the wheel is damaged or was changed",
			w.name, entry.Name, sum, n, want.sha256, want.size)
	}
	return File{Size: n, SHA256: sum}, nil
}

// contextReader ends reading when the context ends.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (c contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, context.Cause(c.ctx)
	}
	return c.r.Read(p)
}
