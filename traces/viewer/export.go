package viewer

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"stepgym/traces"
	"stepgym/traces/export"
	"stepgym/traces/index"
)

// Parquet is the format of a table with one row a step, beside those of package
// export: see [Export].
const Parquet export.Format = "parquet"

// formats lists the formats of [Export].
func formats() []string {
	var out []string
	for _, f := range Formats() {
		out = append(out, string(f))
	}
	return out
}

// Formats lists the formats of [Export].
func Formats() []export.Format { return append(export.Formats(), Parquet) }

// Export writes episodes of a run: their rows in v, in that order. Of the formats
// of package export it writes one document or line after the other, or one with
// all of them (see [export.Format.Whole]); [Parquet] is a table with one row a step
// that "gym credit" and pandas read. An episode that cannot be read is left out and
// passed to skip, whose error ends the export, as does an episode that cannot be
// written.
func Export(ctx context.Context, w io.Writer, v *index.View, rows []int32, f export.Format, skip func(error) error) error {
	if !slices.Contains(Formats(), f) {
		return fmt.Errorf("viewer: there is no format %q, want one of %q", f, Formats())
	}
	if f != Parquet {
		return export.WriteAll(w, f, episodes(ctx, v, rows, skip))
	}
	t := newStepTable(w)
	for e, err := range episodes(ctx, v, byGroup(v, rows), skip) {
		if err == nil {
			err = t.add(e)
		}
		if err != nil {
			return err
		}
	}
	return t.close()
}

// episodes reads rows of v. What cannot be read is passed to skip once, however
// often one goes over them; what could be read before must be readable again.
func episodes(ctx context.Context, v *index.View, rows []int32, skip func(error) error) iter.Seq2[*traces.Trajectory, error] {
	left, again := map[int32]bool{}, false
	return func(yield func(*traces.Trajectory, error) bool) {
		defer func() { again = true }()
		for _, n := range rows {
			if left[n] {
				continue
			}
			err := ctx.Err()
			var e *traces.Trajectory
			if err == nil {
				e, err = v.Load(int(n))
				if err != nil && !again {
					left[n] = true
					if err = skip(err); err == nil {
						continue
					}
				}
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// byGroup puts the rows of a group together, in the order of the first ones.
func byGroup(v *index.View, rows []int32) []int32 {
	at := map[string]int{}
	for _, n := range rows {
		g := v.Rows[n].Group
		if _, ok := at[g]; !ok {
			at[g] = len(at)
		}
	}
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b int32) int { return at[v.Rows[a].Group] - at[v.Rows[b].Group] })
	return out
}

// download is an answer that is a file. Nothing is written before the first
// error is out of the question.
type download struct {
	name, kind string
	write      func(w io.Writer) error
}

// download registers a handler that answers with a file.
func (v *Viewer) download(h func(v *Viewer, r *run, q *http.Request) (*download, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		r, err := v.runOf(q)
		var d *download
		if err == nil {
			d, err = h(v, r, q)
		}
		if err != nil {
			v.fail(w, q, err)
			return
		}
		head := w.Header()
		head.Set("Content-Type", d.kind)
		head.Set("Cache-Control", "no-store")
		head.Set("Content-Disposition", `attachment; filename="`+fileName(d.name)+`"`)
		b := bufio.NewWriterSize(w, 1<<16)
		if err := d.write(b); err != nil {
			v.options.Logger.ErrorContext(q.Context(), "viewer: export", slog.String("path", q.URL.Path), slog.Any("error", err))
			panic(http.ErrAbortHandler) // the client must not take half a file for a whole one
		}
		_ = b.Flush() // a client that has left needs no answer
	}
}

// fileName makes a name that every system takes.
func fileName(s string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, s)
	return name[:min(len(name), 120)]
}

func exportEpisodes(v *Viewer, r *run, q *http.Request) (*download, error) {
	text, err := oneOf(q, "format", formats()...)
	if err != nil {
		return nil, err
	}
	f := export.Format(text)
	filter, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	view, err := r.view()
	if err != nil {
		return nil, err
	}
	name := r.name
	var rows []int32
	if ids := q.URL.Query()["id"]; len(ids) > 0 {
		for _, id := range ids {
			n, err := view.Find(id)
			if err == nil {
				_, err = view.Load(n) // one that is asked for by its name is not left out
			}
			if err != nil {
				return nil, err
			}
			rows = append(rows, int32(n))
		}
		if len(ids) == 1 {
			name += "-" + ids[0]
		}
	} else if rows, err = view.Select(q.Context(), filter); err != nil {
		return nil, err
	}
	ctx := context.WithoutCancel(q.Context()) // a download takes as long as the client listens
	ctx, stop := context.WithCancel(ctx)
	d := &download{name: name + "." + string(f) + ending(f, len(rows)), kind: kindOfFormat(f, len(rows))}
	d.write = func(w io.Writer) error {
		defer stop()
		return Export(ctx, w, view, rows, f, func(err error) error {
			v.options.Logger.WarnContext(ctx, "viewer: export leaves out an episode", slog.Any("error", err))
			return nil
		})
	}
	return d, nil
}

// ending returns the ending of a file with n documents of a format.
func ending(f export.Format, n int) string {
	switch {
	case f == Parquet:
		return ""
	case (n == 1 || f.Whole()) && f.ContentType() == "application/json":
		return ".json"
	}
	return ".jsonl"
}

func kindOfFormat(f export.Format, n int) string {
	switch {
	case f == Parquet:
		return "application/vnd.apache.parquet"
	case n == 1 || f.Whole():
		return f.ContentType()
	}
	return "application/x-ndjson"
}

func exportMetrics(_ *Viewer, r *run, _ *http.Request) (*download, error) {
	if _, err := r.index(); err != nil {
		return nil, err
	}
	tables, _, err := readMetrics(r.dir)
	if err != nil {
		return nil, err
	}
	return &download{r.name + "-metrics.csv", "text/csv; charset=utf-8", func(w io.Writer) error { return writeCSV(w, tables) }}, nil
}

// WriteMetrics writes the metrics of the run folder dir as CSV: a column "kind",
// then one for each number that some line has, nested names joined by dots. The
// lines of a kind stand together, in the order written; what a line lacks is empty.
func WriteMetrics(w io.Writer, dir string) error {
	tables, _, err := readMetrics(dir)
	if err != nil {
		return err
	}
	return writeCSV(w, tables)
}

func writeCSV(w io.Writer, tables []*table) error {
	names := []string{"kind"}
	for _, t := range tables {
		for _, name := range t.names {
			if !slices.Contains(names[1:], name) {
				names = append(names, name)
			}
		}
	}
	c := csv.NewWriter(w)
	if err := c.Write(names); err != nil {
		return fmt.Errorf("viewer: write metrics: %w", err)
	}
	record := make([]string, len(names))
	for _, t := range tables {
		for i := range t.Rows {
			record[0] = t.Kind
			for k, name := range names[1:] {
				record[k+1] = ""
				if column, ok := t.Columns[name]; ok && !math.IsNaN(float64(column[i])) {
					record[k+1] = strconv.FormatFloat(float64(column[i]), 'g', -1, 64)
				}
			}
			if err := c.Write(record); err != nil {
				return fmt.Errorf("viewer: write metrics: %w", err)
			}
		}
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("viewer: write metrics: %w", err)
	}
	return nil
}
