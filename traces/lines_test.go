package traces

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

// fullDisk is an appendFile in memory with room for some bytes.
type fullDisk struct {
	data       []byte
	room       int
	noTruncate bool
}

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.room-len(d.data))
	d.data = append(d.data, p[:n]...)
	if n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func (d *fullDisk) Truncate(n int64) error {
	if d.noTruncate {
		return syscall.EIO
	}
	d.data = d.data[:n]
	return nil
}

func (d *fullDisk) Sync() error  { return nil }
func (d *fullDisk) Close() error { return nil }

func TestFullDisk(t *testing.T) {
	d := &fullDisk{room: 10}
	l := &lineFile{f: d, path: "x"}
	if err := l.append([]byte("12345\n")); err != nil {
		t.Fatal(err)
	}
	if err := l.append([]byte("67890\n")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v, want ENOSPC", err)
	}
	if string(d.data) != "12345\n" {
		t.Fatalf("the file holds %q after a short write", d.data)
	}
	d.noTruncate = true
	if err := l.append([]byte("67890\n")); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("got %v, want ENOSPC", err)
	}
	if err := l.append([]byte("1\n")); !errors.Is(err, syscall.EIO) {
		t.Fatalf("got %v: a line was appended to a torn one", err)
	}
	d.noTruncate = false
	d.room = 100 // somebody made room
	if err := l.append([]byte("abc\n")); err != nil {
		t.Fatal(err)
	}
	if string(d.data) != "12345\nabc\n" {
		t.Errorf("the file holds %q", d.data)
	}
}

func TestAppendWithoutRoomKeepsTheRun(t *testing.T) {
	r := newRun(t, Options{})
	appendAll(t, r, 0, 2)
	f := r.episodes.f
	r.episodes.f = &shortFile{appendFile: f, room: 100}
	if err := r.Append(sample(2)); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), sample(2).ID) {
		t.Fatalf("got %v, want ENOSPC naming the trajectory", err)
	}
	r.episodes.f = f
	checkRun(t, r.Dir(), 2)
	appendAll(t, r, 2, 3)
	checkRun(t, r.Dir(), 3)
}

// shortFile writes no more than room bytes to a file.
type shortFile struct {
	appendFile
	room int
}

func (s *shortFile) Write(p []byte) (int, error) {
	n, err := s.appendFile.Write(p[:min(len(p), s.room)])
	if err == nil && n < len(p) {
		err = syscall.ENOSPC
	}
	return n, err
}

func TestEachLine(t *testing.T) {
	long := strings.Repeat("x", 3<<20)
	text := "one\n\n" + long + "\nlast\ntorn"
	for name, r := range map[string]*strings.Reader{"whole": strings.NewReader(text)} {
		var got []string
		var at []int64
		end, err := eachLine(iotest.HalfReader(r), 10, func(line []byte, offset int64) {
			got, at = append(got, string(line)), append(at, offset)
		})
		if err != nil || len(got) != 4 || got[0] != "one" || got[1] != "" || got[2] != long || got[3] != "last" {
			t.Fatalf("%s: %d lines, %v", name, len(got), err)
		}
		if at[2] != 15 || end != 10+int64(len(text)-4) {
			t.Errorf("%s: offsets %v, end %d", name, at, end)
		}
	}
	if _, err := eachLine(iotest.ErrReader(syscall.EIO), 0, func([]byte, int64) {}); !errors.Is(err, syscall.EIO) {
		t.Errorf("read error: %v", err)
	}
}

func TestOpenLinesReadsBackwards(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	for _, c := range []struct {
		text string
		want int64
	}{
		{"", 0}, {"\n", 1}, {"abc", 0}, {"a\nb", 2},
		{"a\n" + strings.Repeat("b", 200_000), 2},
		{strings.Repeat("b", 200_000), 0},
		{strings.Repeat("b", 64<<10-1) + "\n" + strings.Repeat("c", 64<<10), 64 << 10},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		l, torn, err := openLines(file)
		if err != nil || l.size != c.want || torn != int64(len(c.text))-c.want {
			t.Errorf("%.10q: size %d, torn %d, %v; want size %d", c.text, l.size, torn, err, c.want)
		}
		l.close()
	}
}

func TestMetrics(t *testing.T) {
	type line struct {
		Iteration int     `json:"iteration"`
		Score     float64 `json:"score"`
	}
	r := newRun(t, Options{})
	if got, err := ReadMetrics[line](r); err != nil || len(got) != 0 {
		t.Fatalf("new run: %v, %v", got, err)
	}
	if err := errors.Join(r.AppendMetrics(line{1, 0.5}), r.AppendMetrics(map[string]any{"iteration": 2, "note": "x"})); err != nil {
		t.Fatal(err)
	}
	if err := r.AppendMetrics(3); err == nil {
		t.Error("a number is stored as a metrics line")
	}
	r.Close()
	file := filepath.Join(r.Dir(), "metrics.jsonl")
	text, _ := os.ReadFile(file)
	os.WriteFile(file, append(text, `{"iteration":3,"sc`...), 0o666)
	got, err := ReadMetrics[line](r)
	if err != nil || len(got) != 2 || got[1].Iteration != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	w, err := OpenForAppend(r.Dir(), Options{})
	if err != nil || len(w.Repairs()) != 1 {
		t.Fatalf("repairs %v, %v", w.Repairs(), err)
	}
	w.AppendMetrics(line{3, 1})
	w.Close()
	if got, err := ReadMetrics[line](r); err != nil || len(got) != 3 || got[2].Score != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	os.WriteFile(file, bytes.Replace(text, []byte("}"), []byte("]"), 1), 0o666)
	var fault *LineError
	if _, err := ReadMetrics[line](r); !errors.As(err, &fault) || fault.Line != 1 || fault.File != "metrics.jsonl" {
		t.Errorf("got %v, want line 1", err)
	}
}
