package ors

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// send returns what the SDK understands of a result, and the length of the
// longest chunk in characters.
func send(text string) (got string, most int) {
	w := httptest.NewRecorder()
	st := newStream(w)
	st.result(text)
	st.flush()
	events := parse(w.Body.String())
	for i, e := range events {
		if last := i == len(events)-1; (e.name == "end") != last || (e.name == "chunk") == last {
			return "", -1
		}
		got += e.data
		most = max(most, utf8.RuneCountInString(e.data))
	}
	return got, most
}

// TestChunks sends long results. What the client puts together is the same JSON.
func TestChunks(t *testing.T) {
	const head = `{"text":"`
	for name, text := range map[string]string{
		"short":              "x",
		"one chunk":          strings.Repeat("x", chunk-len(head)-2),
		"one and a bit":      strings.Repeat("x", chunk-len(head)-1),
		"wide":               strings.Repeat("ä€😀", 3*chunk),
		"space at a border":  strings.Repeat("x", chunk-len(head)) + "  y",
		"wide space":         strings.Repeat("x", chunk-len(head)) + "\u3000y",
		"nothing but spaces": strings.Repeat(" ", 3*chunk),
		"odd spaces":         strings.Repeat("\u00a0\u2028\u0085\u1680", chunk),
	} {
		b := compact(map[string]string{"text": text})
		got, most := send(b)
		var back struct{ Text string }
		if err := json.Unmarshal([]byte(got), &back); err != nil || back.Text != text {
			t.Errorf("%s: %v: %d bytes came, not the %d of %.20q", name, err, len(back.Text), len(text), text)
		}
		if most > chunk+len(`\u3000`)-1 {
			t.Errorf("%s: a chunk of %d characters", name, most)
		}
	}
}

// TestStream checks the stream to the byte.
func TestStream(t *testing.T) {
	w := httptest.NewRecorder()
	st := newStream(w)
	st.event("task_id", "x")
	st.flush()
	st.ping()
	st.event("error", "a\nb\r\nc\rd")
	st.event("end", "")
	st.flush()
	want := "event: task_id\r\ndata: x\r\n\r\n: ping\r\n\r\nevent: error\r\ndata: a\r\ndata: b\r\ndata: c\r\ndata: d\r\n\r\nevent: end\r\ndata: \r\n\r\n"
	if d := cmp.Diff(w.Body.String(), want); d != "" {
		t.Errorf("got - want +\n%s", d)
	}
	h := w.Header()
	if h.Get("Content-Type") != "text/event-stream; charset=utf-8" || h.Get("Cache-Control") != "no-cache" || h.Get("X-Accel-Buffering") != "no" {
		t.Errorf("headers %v", h)
	}
}

// FuzzStream sends any text as a part of a result.
func FuzzStream(f *testing.F) {
	f.Add("x", 5000)
	f.Add(" \u3000", 4096)
	f.Add("\xff\n\\\"", 4087)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if len(text) == 0 || n < 0 || n > 100_000/len(text) {
			return
		}
		b := compact(map[string]string{"text": strings.Repeat(text, n)})
		got, most := send(b)
		var want, back any
		if err := json.Unmarshal([]byte(b), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(got), &back); err != nil || most < 0 {
			t.Fatalf("%v: %.200q", err, got)
		}
		if d := cmp.Diff(back, want); d != "" {
			t.Errorf("got - want +\n%s", d)
		}
	})
}
