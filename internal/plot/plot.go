// Package plot draws learning curves as SVG, without any library: several curves
// of one label, such as the seeds of a method, become a line and a band.
package plot

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// Point is a share of successes Y, in percent, after X steps or seconds.
type Point struct{ X, Y float64 }

// Curve is a line through points with rising X; it has at least one.
type Curve []Point

// At returns the value at x: on the line between two points, and beyond the last
// one that of the last.
func (c Curve) At(x float64) float64 {
	for i := 1; i < len(c); i++ {
		if a, b := c[i-1], c[i]; x <= b.X {
			if a.X == b.X {
				return b.Y
			}
			return a.Y + (b.Y-a.Y)*(x-a.X)/(b.X-a.X)
		}
	}
	return c[len(c)-1].Y
}

// Series is the curves of one label, at least one: the line is their mean, the
// band their range.
type Series struct {
	Label  string
	Curves []Curve
}

// end is where the shortest curve of the series ends.
func (s Series) end() float64 {
	end := s.Curves[0][len(s.Curves[0])-1].X
	for _, c := range s.Curves {
		end = min(end, c[len(c)-1].X)
	}
	return end
}

// Plot is a picture of series, against environment steps or seconds of training.
type Plot struct {
	Series  []Series
	Seconds bool
}

// Measures of the picture, in its own units.
const (
	width, lowest              = 860.0, 420.0 // it is higher where the labels need more
	left, right, upper, bottom = 60.0, 240.0, 20.0, 50.0
	line                       = 22.0 // of a label
	samples                    = 120
)

var colours = []string{"#1f6feb", "#d1495b", "#2e8b57", "#8a5cd1", "#c77700", "#4a4a4a", "#00a0a0", "#aa5500", "#e377c2", "#9acd32", "#17306b", "#7f7f00"}

// SVG returns the picture as an SVG document. Equal plots give equal bytes.
func (p Plot) SVG() string {
	top, height := 1.0, max(lowest, upper+bottom+line*float64(len(p.Series)))
	for _, s := range p.Series {
		top = max(top, s.end())
	}
	px := func(v float64) float64 { return left + (width-left-right)*v/top }
	py := func(v float64) float64 { return upper + (height-upper-bottom)*(1-v/100) }
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"%g\" height=\"%g\" fill=\"#fff\"/>\n", width, height, width, height)
	for v := 0.0; v <= 100; v += 20 {
		fmt.Fprintf(&b, "<path d=\"M%g %.1fH%g\" stroke=\"#ddd\"/><text x=\"%g\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%g %%</text>\n", left, py(v), width-right, left-8, py(v)+4, v)
	}
	for k := range 5 {
		v := top * float64(k) / 4
		fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\" fill=\"#555\">%s</text>\n", px(v), height-bottom+20, p.tick(v))
	}
	unit := "environment steps"
	if p.Seconds {
		unit = "time of training"
	}
	fmt.Fprintf(&b, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\" fill=\"#555\">%s</text>\n", (left+width-right)/2, height-8, unit)
	for i, s := range p.Series {
		s.draw(&b, px, py, colours[i%len(colours)], i/len(colours), upper+line*float64(i))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (p Plot) tick(v float64) string {
	if p.Seconds {
		return fmt.Sprintf("%.1f min", v/60)
	}
	if v < 10_000 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.0fk", v/1000)
}

// draw writes the series: a band from the lowest to the highest curve, their
// mean, dashed the more the later round of colours it is of, and the label at
// height y.
func (s Series) draw(b *strings.Builder, px, py func(float64) float64, colour string, round int, y float64) {
	dash := ""
	if round > 0 {
		dash = fmt.Sprintf(" stroke-dasharray=\"%d 3\"", max(2, 9-3*round))
	}
	var mean, high, low []string
	for k := range samples + 1 {
		x := s.end() * float64(k) / samples
		var vs []float64
		sum := 0.0
		for _, c := range s.Curves {
			vs = append(vs, c.At(x))
			sum += c.At(x)
		}
		mean = append(mean, fmt.Sprintf("%.1f,%.1f", px(x), py(sum/float64(len(vs)))))
		high = append(high, fmt.Sprintf("%.1f,%.1f", px(x), py(slices.Max(vs))))
		low = append(low, fmt.Sprintf("%.1f,%.1f", px(x), py(slices.Min(vs))))
	}
	if len(s.Curves) > 1 {
		slices.Reverse(low)
		fmt.Fprintf(b, "<polygon points=\"%s %s\" fill=\"%s\" opacity=\"0.15\"/>\n", strings.Join(high, " "), strings.Join(low, " "), colour)
	}
	fmt.Fprintf(b, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>\n", strings.Join(mean, " "), colour, dash)
	fmt.Fprintf(b, "<path d=\"M%g %gh16\" stroke=\"%s\" stroke-width=\"4\"%s/><text x=\"%g\" y=\"%g\" fill=\"#222\">%s</text>\n",
		width-right+14, y+2, colour, dash, width-right+36, y+6, html.EscapeString(s.Label))
}
