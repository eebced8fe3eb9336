package webshop

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"stepgym/internal/python"
)

// noPrice is what a product without a price costs.
const noPrice = 100.0

// noLimit is the upper price of a goal that names none.
const noLimit = 1e6

// parsePricing reads the price field of an item: its one or two prices and the
// tag that the pages show. An empty field reads as $100.0.
//
// Everything before the first dollar sign is ignored; in what follows each,
// everything but digits and dots is.
func parsePricing(field string) (prices []float64, tag string, err error) {
	if field == "" {
		return []float64{noPrice}, "$100.0", nil
	}
	_, rest, found := strings.Cut(field, "$")
	if !found {
		return nil, "", errors.New(`has no "$"`)
	}
	for piece := range strings.SplitSeq(rest, "$") {
		digits := strings.Map(priceDigit, piece)
		p, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return nil, "", fmt.Errorf("has %q where a number should be", piece)
		}
		prices = append(prices, p)
	}
	b := python.AppendRepr([]byte("$"), prices[0])
	if len(prices) > 1 {
		prices = prices[:2:2]
		b = python.AppendRepr(append(b, " to $"...), prices[1])
	}
	return prices, string(b), nil
}

// priceDigit keeps dots and decimal digits of any script, as ASCII.
func priceDigit(r rune) rune {
	switch {
	case r == '.' || r >= '0' && r <= '9':
		return r
	case r >= 0x80 && unicode.Is(unicode.Nd, r):
		zero := r // runs of decimal digits begin with zero and hold tens
		for unicode.Is(unicode.Nd, zero-1) {
			zero--
		}
		return '0' + (r-zero)%10
	}
	return -1
}

// drawPrice returns the price of a product within its range, if it has one.
func drawPrice(r *python.Rand, prices []float64) float64 {
	if len(prices) == 1 {
		return prices[0]
	}
	return r.Uniform(prices[0], prices[1])
}

// drawUpper draws the upper price of a goal for a product of this price: the
// greater of two different values among the next four multiples of ten that
// exceed it, 990 at most. Without two such values it draws nothing and returns
// noLimit.
func drawUpper(r *python.Rand, price float64) float64 {
	var above []float64
	for i := 1; i < 100 && len(above) < 4; i++ {
		if p := 10 * float64(i); p > price {
			above = append(above, p)
		}
	}
	if len(above) < 2 {
		return noLimit
	}
	s := r.Sample(len(above), 2)
	return above[max(s[0], s[1])]
}

// priceClause is what the instruction says of the upper price.
func priceClause(upper float64) string {
	if upper == noLimit {
		return ""
	}
	return ", and price lower than " + strconv.FormatFloat(upper, 'f', 2, 64) + " dollars"
}
