package traces

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"stepgym/internal/atomicfile"
)

// Format is the version of the run folder that this package writes.
const Format = 1

var (
	// ErrExists is wrapped by Create for a folder that already holds a run.
	ErrExists = errors.New("traces: the folder already holds a run")
	// ErrNoRun is wrapped by Open for a folder that holds none.
	ErrNoRun = errors.New("traces: the folder holds no run")
	// ErrLocked is wrapped by Create and OpenForAppend while somebody writes.
	ErrLocked = errors.New("traces: another process is writing this run")
	// ErrReadOnly is returned by writes to a run that Open opened, or that is
	// closed.
	ErrReadOnly = errors.New("traces: the run is not open for writing")
	// ErrNoTrajectory is wrapped by Load for an ID that the run does not have.
	ErrNoTrajectory = errors.New("traces: no such trajectory")
)

// Manifest is what run.json says: how the run came to be. It is written once.
type Manifest struct {
	Format  int             `json:"format"`            // 0 means Format
	Command string          `json:"command,omitempty"` // "train", "eval", "rollout", ...
	Version string          `json:"version,omitempty"` // of the program
	Env     string          `json:"env,omitempty"`     // envs.Spec.ID()
	Policy  string          `json:"policy,omitempty"`
	Seed    uint64          `json:"seed"`
	Created time.Time       `json:"created,omitzero"`
	Config  json.RawMessage `json:"config,omitempty"` // all of it, resolved
}

// Options configures how a run is written. The zero value is ready to use.
type Options struct {
	// SegmentBytes is the size at which an episodes file is closed, compressed
	// and followed by the next; 0 means 16 MiB.
	SegmentBytes int64

	// SealAside compresses closed files in a goroutine of the run, which Close
	// waits for, so that no Append is held up by it.
	SealAside bool
}

// Run is a run folder. All methods are safe for concurrent use; one process
// at a time may have it open for writing, any number may read meanwhile.
//
//	run.json               how the run came to be
//	episodes-000001.jsonl  finished episodes, one a line, append-only
//	episodes-000000.jsonl.zst and .idx  a sealed file, and its derived index
//	metrics.jsonl          one line an iteration, append-only
//	checkpoints/           belongs to the learner
//	lock                   held by the writer
//
// A line is written by one call of write, so a process that is killed loses
// the line in flight and nothing else. A last line without its end is dropped
// when the run is opened for writing, and is not seen by readers.
type Run struct {
	dir      string
	manifest Manifest
	options  Options

	mu       sync.Mutex // guards what follows
	lock     *os.File   // nil when read-only
	segment  int        // number of the episodes file that is open for writing
	episodes *lineFile
	metrics  *lineFile
	repairs  []string
	aside    aside

	buffers sync.Pool // *bytes.Buffer, for lines

	scanMu sync.Mutex // guards the index, so that listing does not hold up writing
	scan   scanner
}

// Create makes a new run in dir, which may exist but must not hold a run, and
// opens it for writing.
func Create(dir string, m Manifest, o Options) (*Run, error) {
	if m.Format == 0 {
		m.Format = Format
	}
	if m.Format != Format {
		return nil, fmt.Errorf("traces: create run %s: format %d, this program writes %d", dir, m.Format, Format)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("traces: create run %s: %w", dir, err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "checkpoints"), 0o777); err != nil {
		return nil, fmt.Errorf("traces: create run: %w", err)
	}
	r := &Run{dir: dir, manifest: m, options: o}
	if err := r.acquire(); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "run.json")
	if _, err := os.Stat(path); err == nil {
		r.lock.Close()
		return nil, fmt.Errorf("%w: %s; name another folder, or resume the run", ErrExists, dir)
	}
	if err := atomicfile.Write(path, append(text, '\n'), 0o666); err != nil {
		r.lock.Close()
		return nil, fmt.Errorf("traces: create run: %w", err)
	}
	return r, r.openFiles()
}

// Open opens the run in dir for reading, while it is being written or later.
func Open(dir string) (*Run, error) {
	path := filepath.Join(dir, "run.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, fmt.Errorf("%w: %s has no run.json", ErrNoRun, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("traces: open run: %w", err)
	}
	r := &Run{dir: dir}
	if err := json.Unmarshal(text, &r.manifest); err != nil {
		return nil, fmt.Errorf("traces: read %s: it was cut off or changed: %w", path, err)
	}
	if r.manifest.Format != Format {
		return nil, fmt.Errorf("traces: read %s: format %d, this program reads %d", path, r.manifest.Format, Format)
	}
	return r, nil
}

// OpenForAppend opens the run in dir for reading and writing. What a killed
// writer left half done is put right; see [Run.Repairs].
func OpenForAppend(dir string, o Options) (*Run, error) {
	r, err := Open(dir)
	if err != nil {
		return nil, err
	}
	r.options = o
	if err := r.acquire(); err != nil {
		return nil, err
	}
	return r, r.openFiles()
}

// acquire takes the lock of the folder.
func (r *Run) acquire() error {
	path := filepath.Join(r.dir, "lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("traces: lock run: %w", err)
	}
	if err := tryLock(f); err != nil {
		holder, _ := os.ReadFile(path)
		f.Close()
		if !errors.Is(err, ErrLocked) {
			return fmt.Errorf("traces: lock run %s: %w", r.dir, err)
		}
		return fmt.Errorf("%w: %s (process %s); wait for it or stop it", ErrLocked, r.dir, bytes.TrimSpace(holder))
	}
	// The number in the file is for people; the lock is the system's, and it is
	// gone when its holder is, however that ended.
	if err := f.Truncate(0); err == nil {
		fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	r.lock = f
	return nil
}

// openFiles opens the files that are appended to. On an error the lock is
// released.
func (r *Run) openFiles() (err error) {
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if err := r.tidySegments(); err != nil {
		return err
	}
	if r.episodes, err = r.openLines(segmentName(r.segment)); err != nil {
		return err
	}
	r.metrics, err = r.openLines("metrics.jsonl")
	return err
}

func (r *Run) openLines(name string) (*lineFile, error) {
	f, torn, err := openLines(filepath.Join(r.dir, name))
	if err != nil {
		return nil, err
	}
	if torn > 0 {
		r.repairs = append(r.repairs, fmt.Sprintf("%s: dropped %d bytes of a last line without end", name, torn))
	}
	return f, nil
}

// Dir returns the folder of the run.
func (r *Run) Dir() string { return r.dir }

// Manifest returns what run.json says.
func (r *Run) Manifest() Manifest { return r.manifest }

// Checkpoint returns the path of the checkpoint called name ("last", "best").
// What is there belongs to the learner that saved it.
func (r *Run) Checkpoint(name string) string {
	return filepath.Join(r.dir, "checkpoints", name)
}

// Repairs says, in words for people, what was put right since the run was
// opened. It is empty for a run that was closed in order.
func (r *Run) Repairs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.repairs...)
}

// Append writes a finished trajectory. After an error, such as a full disk,
// the file is what it was before and Append may be tried again.
func (r *Run) Append(t *Trajectory) error {
	if t.ID == "" {
		return errors.New("traces: append: the trajectory has no ID")
	}
	b, _ := r.buffers.Get().(*bytes.Buffer)
	if b == nil {
		b = new(bytes.Buffer)
	}
	b.Reset()
	defer r.buffers.Put(b)
	if err := encodeInto(b, t); err != nil {
		return fmt.Errorf("traces: append trajectory %q: %w", t.ID, err)
	}
	line := b.Bytes()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.episodes == nil {
		return ErrReadOnly
	}
	if err := r.episodes.append(line); err != nil {
		return fmt.Errorf("traces: append trajectory %q: %w", t.ID, err)
	}
	if r.episodes.size >= r.segmentBytes() {
		r.rotate()
	}
	return nil
}

// Sync forces what was written to disk. A killed process loses nothing
// without it, a power cut may.
func (r *Run) Sync() error {
	r.mu.Lock()
	r.aside.wait(&r.mu, &r.aside.unsynced)
	episodes, metrics := r.episodes, r.metrics
	r.mu.Unlock()
	if episodes == nil || metrics == nil {
		return ErrReadOnly
	}
	// Appends go on meanwhile: forcing can take long.
	err := episodes.sync()
	if errors.Is(err, fs.ErrClosed) { // by a new segment, or by Close: they force the old file themselves
		r.mu.Lock()
		r.aside.wait(&r.mu, &r.aside.unsynced)
		r.mu.Unlock()
		err = nil
	}
	if merr := metrics.sync(); !errors.Is(merr, fs.ErrClosed) {
		err = errors.Join(err, merr)
	}
	return err
}

// Close ends the use of the run. Closing twice is a no-op.
func (r *Run) Close() error {
	r.mu.Lock()
	files, lock := []*lineFile{r.episodes, r.metrics}, r.lock
	r.episodes, r.metrics, r.lock = nil, nil, nil
	var errs []error
	for _, f := range files {
		if f != nil {
			errs = append(errs, f.sync(), f.close())
		}
	}
	r.aside.wait(&r.mu, &r.aside.sealing)
	r.mu.Unlock()
	if lock != nil { // it is held until nothing writes to the folder
		errs = append(errs, lock.Close())
	}
	return errors.Join(errs...)
}

func (r *Run) segmentBytes() int64 {
	if r.options.SegmentBytes > 0 {
		return r.options.SegmentBytes
	}
	return 16 << 20
}

// encodeLine returns v as one line of JSON with its newline.
func encodeLine(v any) ([]byte, error) {
	var b bytes.Buffer
	err := encodeInto(&b, v)
	return b.Bytes(), err
}

// encodeInto appends v to b as one line of JSON with its newline.
func encodeInto(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
