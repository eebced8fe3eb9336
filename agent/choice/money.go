package choice

import (
	"math"
	"strconv"
	"strings"
)

// A limit is what a goal allows to spend.
type limit struct {
	known bool
	max   float64
}

// A price is the amount or the range of amounts in a text.
type price struct {
	known   bool
	low, up float64 // up == low for a single amount
}

// limitWords are the phrases that put an upper limit in front of an amount.
var limitWords = []string{
	"lower than", "less than", "cheaper than", "no more than", "not more than", "at most", "up to",
	"under", "below", "within", "maximum", "max", "budget of", "not exceeding",
}

// parseLimit finds the first upper limit on money in a goal: one of limitWords
// and then an amount that is marked as money by a "$" in front, by "dollars"
// or the like behind, or by the word price or cost before the phrase.
func parseLimit(text string) limit {
	low := strings.ToLower(text)
	best, found := len(low), limit{}
	for _, w := range limitWords {
		for from := 0; ; {
			i := strings.Index(low[from:], w)
			if i < 0 || from+i >= best {
				break
			}
			i += from
			from = i + len(w)
			if i > 0 && inWord(rune(low[i-1])) {
				continue
			}
			if v, ok := limitAt(low, i, from); ok {
				best, found = i, limit{true, v}
				break
			}
		}
	}
	return found
}

// limitAt reads the amount behind a limit phrase low[start:end].
func limitAt(low string, start, end int) (float64, bool) {
	rest := strings.TrimLeft(low[end:], " :")
	marked := strings.HasPrefix(rest, "$")
	v, n := amount(strings.TrimPrefix(rest, "$"))
	if n == 0 {
		return 0, false
	}
	if !marked {
		tail := strings.TrimLeft(strings.TrimPrefix(rest, "$")[n:], " ")
		for _, unit := range []string{"dollar", "usd", "buck", "$"} {
			marked = marked || strings.HasPrefix(tail, unit)
		}
		before := low[max(0, start-16):start]
		marked = marked || strings.Contains(before, "price") || strings.Contains(before, "cost")
	}
	return v, marked
}

// parsePrice finds the amounts marked by "$" in a text: the first one, and the
// second one if there are two.
func parsePrice(text string) price {
	var p price
	for {
		i := strings.IndexByte(text, '$')
		if i < 0 {
			return p
		}
		text = text[i+1:]
		v, n := amount(text)
		switch {
		case n == 0:
		case !p.known:
			p = price{true, v, v}
		default:
			p.up = v
			return p
		}
		text = text[n:]
	}
}

// amount reads the number at the start of text ("1,049.00") and returns it
// with its length; 0, 0 if there is none.
func amount(text string) (float64, int) {
	n, point := 0, false
	for n < len(text) {
		c := text[n]
		next := n+1 < len(text) && isDigit(text[n+1])
		switch {
		case isDigit(c):
		case c == ',' && n > 0 && next && !point:
		case c == '.' && next && !point:
			point = true
		default:
			return parseAmount(text[:n])
		}
		n++
	}
	return parseAmount(text)
}

func parseAmount(digits string) (float64, int) {
	if digits == "" {
		return 0, 0
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, 0
	}
	return v, len(digits)
}

// over reports whether p is known to be more than the limit allows: its lowest
// amount is.
func (l limit) over(p price) bool { return l.known && p.known && p.low > l.max }
