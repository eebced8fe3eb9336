package viewer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/credit"
	"stepgym/credit/wire"
	"stepgym/traces"
	"stepgym/traces/export"
)

func (s *site) file(path string) (name string, body []byte) {
	s.t.Helper()
	a, b := s.do(http.MethodGet, path, nil, nil)
	if a.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s: %s", path, a.Status, b)
	}
	kind, params, err := mime.ParseMediaType(a.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" {
		s.t.Errorf("%s: %q, %v", path, a.Header.Get("Content-Disposition"), err)
	}
	return params["filename"], b
}

func TestExportsAreTheStoredEpisodes(t *testing.T) {
	s := both(t)
	want := stored(t, s.v, "webshop")
	for _, f := range export.Formats() {
		var all bytes.Buffer
		err := export.WriteAll(&all, f, func(yield func(*traces.Trajectory, error) bool) {
			for _, e := range want {
				if !yield(e, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		ending := ".jsonl"
		if f.Whole() {
			ending = ".json"
		}
		name, got := s.file("api/runs/webshop/export?format=" + string(f))
		if !bytes.Equal(got, all.Bytes()) || name != "webshop."+string(f)+ending {
			t.Errorf("%s: %d bytes called %s, want %d", f, len(got), name, all.Len())
		}
	}
	_, one := s.file("api/runs/webshop/export?format=native&id=" + url.QueryEscape(want[5].ID))
	var e traces.Trajectory
	if err := json.Unmarshal(one, &e); err != nil || e.ID != want[5].ID {
		t.Errorf("%v: %s", err, e.ID)
	}
	_, some := s.file("api/runs/webshop/export?format=native&iteration_from=2&iteration_to=2")
	if n := bytes.Count(some, []byte("\n")); n != 4 {
		t.Errorf("%d lines of an iteration with 4 episodes", n)
	}
	s.fails("GET", "api/runs/webshop/export?format=pdf", nil, 400, codeBadRequest, "pdf")
	s.fails("GET", "api/runs/webshop/export?id=x", nil, 404, codeNotFound, "x")
}

// TestTableGivesTheSameCredit reads the exported table by the reader of "gym
// credit": its advantages must be those of the stored groups.
func TestTableGivesTheSameCredit(t *testing.T) {
	s := both(t)
	m, err := credit.New("gigpo/paper", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range []string{"webshop", "alfworld"} {
		name, body := s.file("api/runs/" + run + "/export?format=parquet")
		if name != run+".parquet" {
			t.Errorf("called %s", name)
		}
		var out bytes.Buffer
		groups := wire.Table(bytes.NewReader(body), int64(len(body)))
		if _, err := wire.Run(t.Context(), groups, wire.NewLines(&out), wire.Options{Method: m}); err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(&out)
		for _, g := range traces.Collect(stored(t, s.v, run)) {
			graph, err := traces.NewGraph(g, traces.GraphOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want, err := m.Advantages(graph)
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				ID         string
				Advantages [][]float64
			}
			if err := dec.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(got.Advantages, want, cmpopts.EquateApprox(0, 1e-12)); d != "" || got.ID != g.ID {
				t.Errorf("%s, %s (-got +want):\n%s", got.ID, g.ID, d)
			}
		}
		if dec.More() {
			t.Error("there are more groups in the table")
		}
	}
}

func TestMetricsAsCSV(t *testing.T) {
	s := both(t)
	name, body := s.file("api/runs/webshop/metrics.csv")
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	want := [][]string{
		{"kind", "best", "iteration", "success", "update.loss"},
		{"train", "0", "1", "0.5", "1"},
		{"train", "1", "2", "0.5", "0.5"},
		{"train", "0", "3", "0.5", fmt.Sprint(1.0 / 3)},
	}
	if d := cmp.Diff(rows, want); d != "" || err != nil || name != "webshop-metrics.csv" {
		t.Errorf("%s, %v (-got +want):\n%s", name, err, d)
	}
}

func TestExportLeavesOutWhatCannotBeRead(t *testing.T) {
	s := both(t)
	r := s.v.find("webshop")
	v, err := r.view()
	if err != nil {
		t.Fatal(err)
	}
	if err := Export(t.Context(), io.Discard, v, []int32{0}, "pdf", nil); err == nil {
		t.Error("there is a format pdf")
	}
	name, line := v.Rows[1].File()
	spoil(t, filepath.Join(r.dir, name), line)
	for _, f := range Formats() { // also of one that reads the episodes twice
		left := 0
		var out bytes.Buffer
		err := Export(t.Context(), &out, v, []int32{0, 1, 2}, f, func(error) error { left++; return nil })
		if err != nil || left != 1 {
			t.Errorf("%s: %d episodes were left out, want 1: %v", f, left, err)
		}
		if n := bytes.Count(out.Bytes(), []byte(`"epoch":`)); f == export.Inspect && n != 2 {
			t.Errorf("%d samples of 2", n)
		}
		stop := errors.New("stop")
		if err := Export(t.Context(), io.Discard, v, []int32{0, 1, 2}, f, func(error) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("%s goes on: %v", f, err)
		}
	}
	full := &limited{n: 100}
	if err := Export(t.Context(), full, v, []int32{0, 2}, export.Native, nil); err == nil {
		t.Error("a full disk is no error")
	}
}

// spoil makes a line of a file unreadable.
func spoil(t *testing.T, path string, line int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(b, []byte("\n"))
	lines[line-1][0] = 'x'
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o644); err != nil {
		t.Fatal(err)
	}
}

// limited is a full disk.
type limited struct{ n int }

func (l *limited) Write(b []byte) (int, error) {
	if l.n -= len(b); l.n < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

func TestNumbersThatJSONHasNot(t *testing.T) {
	b, err := json.Marshal([]num{1.5, num(math.NaN()), num(math.Inf(1)), num(math.Inf(-1))})
	if err != nil || string(b) != "[1.5,null,null,null]" {
		t.Errorf("%s, %v", b, err)
	}
}

func TestFileName(t *testing.T) {
	if got := fileName("it1/goal:7/3\r\n\"; x=é" + strings.Repeat("y", 200)); strings.ContainsAny(got, "\r\n\"/; é") || len(got) > 120 {
		t.Errorf("%q", got)
	}
}
