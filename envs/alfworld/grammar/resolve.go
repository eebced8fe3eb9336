package grammar

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds on how far calls of rules unfold: how deep, and into how many pieces.
const (
	maxCalls  = 100
	maxPieces = 100_000
)

// call is the call of a rule and where it stands.
type call struct {
	key, name string
	at        int
}

// resolve finds the rule of every call, and looks for rules that call
// themselves or unfold without bound.
func (p *parser) resolve() error {
	for _, c := range p.calls {
		if p.out.Rules[c.key] == nil {
			return p.fault(c.at, "there is no rule %q%s", c.key, p.others(c.name))
		}
	}
	u := &unfolding{rules: p.out.Rules, size: make(map[string]int)}
	for _, c := range p.calls {
		if _, msg := u.rule(c.key, 0); msg != "" {
			return p.fault(c.at, "%s", msg)
		}
	}
	return nil
}

// others tells of rules that a call may have meant.
func (p *parser) others(name string) string {
	var keys []string
	for k, r := range p.out.Rules {
		if r.Name == name {
			keys = append(keys, fmt.Sprintf("%q", k))
		}
	}
	if keys == nil {
		return ""
	}
	slices.Sort(keys)
	return ", but " + strings.Join(keys, ", ") + ": a call names the parameters as the rule does"
}

// each calls f for every call in a piece.
func each(piece *Piece, f func(call *Piece)) {
	if piece.Op == Call {
		f(piece)
	}
	for i := range piece.Expr {
		for t := &piece.Expr[i]; t != nil; t = t.Or {
			if t.Call != nil {
				f(t.Call)
			}
		}
	}
	for i := range piece.Items {
		each(&piece.Items[i], f)
	}
}

// unfolding counts into how many pieces rules unfold.
type unfolding struct {
	rules map[string]*Rule
	size  map[string]int // -1 while it is counted
}

// rule returns the pieces of a rule with those of the rules that it calls, or
// what is wrong.
func (u *unfolding) rule(key string, depth int) (n int, msg string) {
	if n, ok := u.size[key]; ok {
		if n < 0 {
			return 0, "rule \"" + key + "\" calls itself"
		}
		return n, ""
	}
	if depth > maxCalls {
		return 0, "rules call each other too deep, at \"" + key + "\""
	}
	u.size[key] = -1
	n = 1
	for _, a := range u.rules[key].Alternatives {
		for i := range a.Text {
			n++
			each(&a.Text[i], func(c *Piece) {
				if msg != "" {
					return
				}
				var m int
				m, msg = u.rule(c.Rule, depth+1)
				n += m
			})
		}
	}
	if msg == "" && n > maxPieces {
		msg = "rule \"" + key + "\" unfolds into too many pieces"
	}
	u.size[key] = n
	return n, msg
}
