package scripted

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"stepgym/envs"
)

// goal is what can be read off a shopping instruction: "find me A, B C with D,
// and color: red, and price lower than 30.00 dollars".
type goal struct {
	text  string  // lower-case
	limit float64 // the price limit; +Inf if none is named
	pairs int     // number of "name: value" asked for
	attrs []string
}

var (
	limitPattern = regexp.MustCompile(`(?:lower|less|cheaper) than \$?(\d+(?:\.\d+)?)|(?:under|below) \$?(\d+(?:\.\d+)?)`)
	pricePattern = regexp.MustCompile(`\$(\d+(?:\.\d+)?)(?: to \$\d+(?:\.\d+)?)?$`)
	clauseStart  = regexp.MustCompile(` (?:with|for) `)
	clauseSplit  = regexp.MustCompile(`, | for | with `)
)

// priceClause starts the part of an instruction that names the limit.
const priceClause = ", and price lower than"

// parseGoal reads an instruction.
func parseGoal(instruction string) goal {
	g := goal{text: strings.ToLower(instruction), limit: math.Inf(1)}
	if m := limitPattern.FindStringSubmatch(g.text); m != nil {
		if v, err := strconv.ParseFloat(m[1]+m[2], 64); err == nil {
			g.limit = v
		}
	}
	body, _, _ := strings.Cut(g.text, priceClause)
	g.pairs = strings.Count(body, ": ")
	g.attrs = attributes(body)
	return g
}

// attributes guesses the attributes asked for: what stands before the options,
// cut at commas, "with" and "for"; of the part that holds the product's
// category, the first two words.
func attributes(body string) []string {
	body = strings.TrimPrefix(body, "find me ")
	if i := strings.Index(body, ": "); i > 0 {
		if j := strings.LastIndex(body[:i], " with "); j > 0 {
			body = body[:j]
		}
	}
	head, tail := body, ""
	if m := clauseStart.FindStringIndex(body); m != nil {
		head, tail = body[:m[0]], body[m[1]:]
	}
	parts := strings.Split(head, ", ")
	out := parts[: len(parts)-1 : len(parts)-1]
	if last := strings.Split(parts[len(parts)-1], " "); len(last) > 2 {
		out = append(out, strings.Join(last[:2], " "))
	}
	for _, x := range clauseSplit.Split(tail, -1) {
		if x != "" {
			out = append(out, x)
		}
	}
	return out
}

// affordable reports whether the price at the end of a description, the lower
// one of a range, is within the limit. No price is within every limit.
func (g *goal) affordable(desc string) bool {
	m := pricePattern.FindStringSubmatch(desc)
	if m == nil {
		return true
	}
	v, err := strconv.ParseFloat(m[1], 64)
	return err != nil || v <= g.limit
}

// wanted returns, of the option choices of o, those that the instruction asks
// for word by word ("name: value" followed by a comma or the end), for every
// option name the longest.
func (g *goal) wanted(o envs.Observation) []*envs.Choice {
	return longest(o, func(c *envs.Choice) string {
		if g.asks(strings.ToLower(c.Desc)) {
			return c.Desc
		}
		return ""
	})
}

// asks reports whether the instruction has the clause.
func (g *goal) asks(clause string) bool {
	if clause == "" {
		return false
	}
	for from := 0; ; {
		i := strings.Index(g.text[from:], clause)
		if i < 0 {
			return false
		}
		end := from + i + len(clause)
		if end == len(g.text) || g.text[end] == ',' {
			return true
		}
		from += i + 1
	}
}

// longest returns, of the option choices of o, for every option name the one
// whose key is longest, the first of equals; choices with an empty key are out.
// The names keep their order.
func longest(o envs.Observation, key func(*envs.Choice) string) []*envs.Choice {
	var out []*envs.Choice
	var keys []int
	at := make(map[string]int)
	for _, c := range ofKind(o, kindOption) {
		n := len(key(c))
		if n == 0 {
			continue
		}
		i, ok := at[c.Slot]
		switch {
		case !ok:
			at[c.Slot] = len(out)
			out, keys = append(out, c), append(keys, n)
		case n > keys[i]:
			out[i], keys[i] = c, n
		}
	}
	return out
}

// unset returns the actions of choices whose setting is not chosen yet.
func unset(wanted []*envs.Choice, chosen map[string]string) []envs.Action {
	var out []envs.Action
	for _, c := range wanted {
		if chosen[c.Slot] != c.Desc {
			out = append(out, c.Action)
		}
	}
	return out
}
