package main

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

type point struct{ x, y float64 }

// curve is a line through points with rising x.
type curve []point

// at returns the value at x, between the first and the last point.
func (c curve) at(x float64) float64 {
	for i := 1; i < len(c); i++ {
		if a, b := c[i-1], c[i]; x <= b.x {
			if a.x == b.x {
				return b.y
			}
			return a.y + (b.y-a.y)*(x-a.x)/(b.x-a.x)
		}
	}
	return c[len(c)-1].y
}

type series struct {
	label  string
	curves []curve
}

// end is where the shortest curve of the series ends.
func (s series) end() float64 {
	end := s.curves[0][len(s.curves[0])-1].x
	for _, c := range s.curves {
		end = min(end, c[len(c)-1].x)
	}
	return end
}

type plot struct {
	series  []series
	seconds bool
}

// Measures of the picture, in its own units.
const (
	width, height              = 860.0, 420.0
	left, right, upper, bottom = 60.0, 200.0, 20.0, 50.0
	samples                    = 120
)

var colours = []string{"#1f6feb", "#d1495b", "#2e8b57", "#8a5cd1", "#c77700", "#4a4a4a", "#00a0a0", "#aa5500", "#e377c2", "#9acd32", "#17306b", "#7f7f00"}

func (p plot) svg() string {
	var top float64
	for _, s := range p.series {
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
	if p.seconds {
		unit = "time of training"
	}
	fmt.Fprintf(&b, "<text x=\"%g\" y=\"%g\" text-anchor=\"middle\" fill=\"#555\">%s</text>\n", (left+width-right)/2, height-8, unit)
	for i, s := range p.series {
		s.draw(&b, px, py, colours[i%len(colours)], upper+22*float64(i))
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (p plot) tick(v float64) string {
	if p.seconds {
		return fmt.Sprintf("%.1f min", v/60)
	}
	return fmt.Sprintf("%.0fk", v/1000)
}

// draw writes the series: a band from the lowest to the highest curve, their
// mean, and the label at height y.
func (s series) draw(b *strings.Builder, px, py func(float64) float64, colour string, y float64) {
	var mean, high, low []string
	for k := range samples + 1 {
		x := s.end() * float64(k) / samples
		var vs []float64
		sum := 0.0
		for _, c := range s.curves {
			vs = append(vs, c.at(x))
			sum += c.at(x)
		}
		mean = append(mean, fmt.Sprintf("%.1f,%.1f", px(x), py(sum/float64(len(vs)))))
		high = append(high, fmt.Sprintf("%.1f,%.1f", px(x), py(slices.Max(vs))))
		low = append(low, fmt.Sprintf("%.1f,%.1f", px(x), py(slices.Min(vs))))
	}
	if len(s.curves) > 1 {
		slices.Reverse(low)
		fmt.Fprintf(b, "<polygon points=\"%s %s\" fill=\"%s\" opacity=\"0.15\"/>\n", strings.Join(high, " "), strings.Join(low, " "), colour)
	}
	fmt.Fprintf(b, "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", strings.Join(mean, " "), colour)
	fmt.Fprintf(b, "<rect x=\"%g\" y=\"%g\" width=\"14\" height=\"4\" fill=\"%s\"/><text x=\"%g\" y=\"%g\" fill=\"#222\">%s</text>\n",
		width-right+14, y, colour, width-right+34, y+6, html.EscapeString(s.label))
}
