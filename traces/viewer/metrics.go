package viewer

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"stepgym/traces/index"
)

// table is the lines of metrics of one kind.
type table struct {
	Kind    string           `json:"kind"`
	Rows    int              `json:"rows"`
	X       []string         `json:"x"` // columns to draw the others over, the best first
	Columns map[string][]num `json:"columns"`

	names []string // of the columns, by first appearance
}

// xAxes are the columns that may be drawn over, the best first.
var xAxes = [...]string{"iteration", "total_steps", "total_episodes", "elapsed_s", "version"}

// maxPoints bounds the rows of an answer.
const (
	defaultPoints = 2000
	maxPoints     = 20_000
)

func (v *Viewer) getMetrics(r *run, q *http.Request) (any, error) {
	points, err := intOf(q, "points", defaultPoints, 1, maxPoints)
	if err != nil {
		return nil, err
	}
	view, err := r.view()
	if err != nil {
		return nil, err
	}
	tables, total, err := readMetrics(r.dir)
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		t.thin(points)
	}
	return struct {
		Version int      `json:"version"`
		Total   int      `json:"total"`
		Kinds   []*table `json:"kinds"`
	}{view.Version, total, tables}, nil
}

// metricsFile is the file of a run folder with its metrics.
const metricsFile = "metrics.jsonl"

// readMetrics reads the metrics of a run folder into tables, in the order of
// their first lines.
func readMetrics(dir string) (tables []*table, total int, err error) {
	tables = []*table{}
	at := map[string]*table{}
	_, err = eachMetric(dir, func(v gjson.Result) {
		total++
		kind := v.Get("kind").String()
		t := at[kind]
		if t == nil {
			t = &table{Kind: kind, Columns: map[string][]num{}}
			at[kind] = t
			tables = append(tables, t)
		}
		t.add(v)
	})
	return tables, total, err
}

// eachMetric calls fn for each line of metrics. Lines that are no JSON objects,
// and a last line without end, are left out and returned.
func eachMetric(dir string, fn func(v gjson.Result)) (faults []index.Fault, err error) {
	f, err := os.Open(filepath.Join(dir, metricsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("viewer: read metrics: %w", err)
	}
	defer f.Close() // only read from
	in, offset := bufio.NewReaderSize(f, 1<<16), int64(0)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		fault := func(why string) {
			faults = append(faults, index.Fault{File: metricsFile, Line: n, Offset: offset, Why: why})
		}
		switch {
		case err == nil && gjson.ValidBytes(line) && gjson.ParseBytes(line).IsObject():
			fn(gjson.ParseBytes(line))
		case err == nil:
			fault("the line is no JSON object")
		case !errors.Is(err, io.EOF):
			return faults, fmt.Errorf("viewer: read metrics: %w", err)
		default:
			if len(line) > 0 {
				fault("the last line has no end")
			}
			return faults, nil
		}
		offset += int64(len(line))
	}
}

// metricFaults returns what is wrong with the metrics; they are read again when
// their size has changed.
func (r *run) metricFaults() []index.Fault {
	info, err := os.Stat(filepath.Join(r.dir, metricsFile))
	if err != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.metrics.size != info.Size() {
		faults, err := eachMetric(r.dir, func(gjson.Result) {})
		if err != nil {
			faults = append(faults, index.Fault{File: metricsFile, Why: err.Error()})
		}
		r.metrics = checked{info.Size(), faults}
	}
	return r.metrics.faults
}

// checked is a file of metrics that was looked through.
type checked struct {
	size   int64
	faults []index.Fault
}

// add appends a line.
func (t *table) add(v gjson.Result) {
	t.Rows++
	t.enter("", v)
	for name, column := range t.Columns {
		for len(column) < t.Rows {
			column = append(column, num(math.NaN()))
		}
		t.Columns[name] = column
	}
	t.X = t.X[:0]
	for _, x := range xAxes {
		if _, ok := t.Columns[x]; ok {
			t.X = append(t.X, x)
		}
	}
}

// maxColumns bounds the columns of a table: a line may come from anywhere.
const maxColumns = 500

// enter enters the numbers below path into the last row.
func (t *table) enter(path string, v gjson.Result) {
	switch {
	case v.IsObject():
		v.ForEach(func(k, v gjson.Result) bool {
			t.enter(join(path, k.String()), v)
			return true
		})
		return
	case v.Type != gjson.Number && v.Type != gjson.True && v.Type != gjson.False:
		return
	}
	column, ok := t.Columns[path]
	if !ok {
		if len(t.names) >= maxColumns {
			return
		}
		t.names = append(t.names, path)
	}
	for len(column) < t.Rows {
		column = append(column, num(math.NaN()))
	}
	column[t.Rows-1] = num(v.Float())
	t.Columns[path] = column
}

// thin leaves out rows so that about n are left, the first and the last among
// them.
func (t *table) thin(n int) {
	if t.Rows <= n {
		return
	}
	every := (t.Rows + n - 1) / n
	for name, column := range t.Columns {
		var kept []num
		for i := 0; i < len(column)-1; i += every {
			kept = append(kept, column[i])
		}
		t.Columns[name] = append(kept, column[len(column)-1])
	}
	t.Rows = (t.Rows-2)/every + 2
}

// intOf reads a number from the query.
func intOf(q *http.Request, key string, usual, low, high int) (int, error) {
	text := q.URL.Query().Get(key)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, badRequest("%s is %q, want a number from %d to %d", key, text, low, high)
	}
	return n, nil
}

// boolOf reads a switch from the query.
func boolOf(q *http.Request, key string) (bool, error) {
	switch text := q.URL.Query().Get(key); text {
	case "", "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	default:
		return false, badRequest("%s is %q, want 1 or 0", key, text)
	}
}

// oneOf reads one of some words from the query; the first is the usual one.
func oneOf(q *http.Request, key string, words ...string) (string, error) {
	text := q.URL.Query().Get(key)
	if text == "" {
		return words[0], nil
	}
	if !slices.Contains(words, text) {
		return "", badRequest("%s is %q, want one of %q", key, text, words)
	}
	return text, nil
}
