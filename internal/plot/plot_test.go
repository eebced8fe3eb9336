package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestCurveAt(t *testing.T) {
	c := Curve{{0, 10}, {100, 20}, {100, 30}, {300, 50}}
	for _, tt := range []struct{ x, want float64 }{{0, 10}, {50, 15}, {100, 20}, {200, 40}, {300, 50}, {999, 50}} {
		if got := c.At(tt.x); got != tt.want {
			t.Errorf("at %v: %v, want %v", tt.x, got, tt.want)
		}
	}
	if got := (Curve{{5, 7}}).At(3); got != 7 {
		t.Errorf("of a single point: %v", got)
	}
}

// TestSVG draws many series, one of which has not begun, and reads the picture.
func TestSVG(t *testing.T) {
	var p Plot
	for range 30 {
		p.Series = append(p.Series, Series{"a < b & c", []Curve{{{0, 0}, {2000, 100}}, {{0, 0}, {1000, 50}}}})
	}
	for _, q := range []Plot{p, {Series: []Series{{"none yet", []Curve{{{0, 0}}}}}, Seconds: true}, {}} {
		svg := q.SVG()
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Error("a coordinate is no number")
		}
		d, texts := xml.NewDecoder(strings.NewReader(svg)), 0
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := tok.(xml.CharData); ok && string(c) == "a < b & c" {
				texts++
			}
		}
		if len(q.Series) == 30 && texts != 30 {
			t.Errorf("%d labels", texts)
		}
	}
}
