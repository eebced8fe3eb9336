package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"stepgym/traces"
)

// scanGroup reads a group several times as fast as encoding/json, and gives up,
// with false, on all that is not plain: faults of any kind, keys that come twice
// or in capitals, a null in a column. Then the caller asks encoding/json, which knows
// what to make of it. What it does read it reads alike. The strings of the
// group share the memory of text.
func scanGroup(text string) (in traces.Inputs, ok bool) {
	s := scanner{text: text}
	var seen keySet
	s.object(func(key string) {
		switch key {
		case "id":
			seen.once(&s, 0)
			s.scalar(func() { in.ID = s.str() })
		case "trajectories":
			seen.once(&s, 1)
			in.Trajectories = []traces.Input{}
			s.array(func() { in.Trajectories = append(in.Trajectories, s.trajectory()) })
		case "groups", "batches":
			s.bad = true
		default:
			s.skip(key, "id", "trajectories", "groups", "batches")
		}
	})
	s.space()
	return in, !s.bad && s.at == len(s.text)
}

// keySet marks the keys of an object that have come.
type keySet uint32

// once gives up if key k has come before.
func (ks *keySet) once(s *scanner, k int) {
	s.bad = s.bad || *ks&(1<<k) != 0
	*ks |= 1 << k
}

// inputKeys are the keys of a trajectory.
func inputKeys() []string {
	return []string{
		"id", "obs", "next_obs", "final_obs", "actions", "rewards", "n_tokens", "values", "logprobs", "entropy",
		"invalid", "tool_calls", "logratios", "bootstrap", "success", "error", "reward_parts",
	}
}

// trajectory reads one.
func (s *scanner) trajectory() (t traces.Input) {
	var seen keySet
	s.object(func(key string) {
		switch key {
		case "id":
			seen.once(s, 0)
			s.scalar(func() { t.ID = s.str() })
		case "obs":
			seen.once(s, 1)
			t.Obs = list(s, s.str)
		case "next_obs":
			seen.once(s, 2)
			t.NextObs = list(s, s.str)
		case "final_obs":
			seen.once(s, 3)
			s.scalar(func() { o := s.str(); t.FinalObs = &o })
		case "actions":
			seen.once(s, 4)
			t.Actions = list(s, s.str)
		case "rewards":
			seen.once(s, 5)
			t.Rewards = list(s, s.number)
		case "n_tokens":
			seen.once(s, 6)
			t.NTokens = list(s, s.whole)
		case "values":
			seen.once(s, 7)
			t.Values = list(s, s.number)
		case "logprobs":
			seen.once(s, 8)
			t.LogProbs = list(s, s.number)
		case "entropy":
			seen.once(s, 9)
			t.Entropy = list(s, s.number)
		case "invalid":
			seen.once(s, 10)
			t.Invalid = list(s, s.truth)
		case "tool_calls":
			seen.once(s, 11)
			t.ToolCalls = list(s, s.whole)
		case "logratios":
			seen.once(s, 12)
			t.LogRatios = list(s, s.number)
		case "bootstrap":
			seen.once(s, 13)
			s.scalar(func() { t.Bootstrap = s.number() })
		case "success":
			seen.once(s, 14)
			s.scalar(func() { t.Success = s.truth() })
		case "error":
			seen.once(s, 15)
			s.scalar(func() { t.Err = s.str() })
		case "reward_parts":
			seen.once(s, 16)
			s.scalar(func() { t.RewardParts = s.parts() })
		default:
			s.skip(key, inputKeys()...)
		}
	})
	return t
}

// parts reads columns of numbers by name.
func (s *scanner) parts() map[string][]float64 {
	out := map[string][]float64{}
	s.object(func(name string) {
		_, twice := out[name]
		s.bad = s.bad || twice
		out[name] = list(s, s.number)
	})
	return out
}

// scanner reads JSON from left to right. Once bad it stays where it is.
type scanner struct {
	text  string
	at    int
	bad   bool
	steps int // length of the last column
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.bad || s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// take takes the byte c, which has to be next.
func (s *scanner) take(c byte) {
	if s.peek() != c {
		s.bad = true
		return
	}
	s.at++
}

// word takes w if it is next.
func (s *scanner) word(w string) bool {
	s.space()
	if s.bad || !strings.HasPrefix(s.text[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}

// object calls value for each key; it has to read the key's value.
func (s *scanner) object(value func(key string)) {
	s.take('{')
	if s.peek() == '}' {
		s.at++
		return
	}
	for !s.bad {
		s.space()
		key := s.str()
		s.take(':')
		if s.bad {
			return
		}
		value(key)
		if s.peek() != ',' {
			break
		}
		s.at++
	}
	s.take('}')
}

// array calls value for each element; it has to read it.
func (s *scanner) array(value func()) {
	s.take('[')
	if s.peek() == ']' {
		s.at++
		return
	}
	for !s.bad {
		value()
		if s.peek() != ',' {
			break
		}
		s.at++
	}
	s.take(']')
}

// list reads an array of plain values; null is none.
func list[T any](s *scanner, value func() T) []T {
	if s.word("null") {
		return nil
	}
	out := make([]T, 0, s.steps)
	s.array(func() { out = append(out, value()) })
	s.steps = min(len(out), 1<<16)
	return out
}

// scalar calls value unless the next value is null, which leaves things as they are.
func (s *scanner) scalar(value func()) {
	if !s.word("null") {
		value()
	}
}

// str reads a text.
func (s *scanner) str() string {
	s.take('"')
	if s.bad {
		return ""
	}
	if n := strings.IndexByte(s.text[s.at:], '"'); n >= 0 && plain(s.text[s.at:s.at+n]) {
		out := s.text[s.at : s.at+n]
		s.at += n + 1
		return out
	}
	for i := s.at; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			out := s.text[s.at:i]
			s.at = i + 1
			s.bad = s.bad || !utf8.ValidString(out)
			return out
		case c == '\\':
			return s.escaped(i)
		case c < ' ':
			s.bad = true
			return ""
		}
	}
	s.bad = true
	return ""
}

// escaped reads a text whose first escape is at i.
func (s *scanner) escaped(i int) string {
	for ; i < len(s.text) && s.text[i] != '"'; i++ {
		if s.text[i] == '\\' {
			i++
		}
	}
	if i >= len(s.text) {
		s.bad = true
		return ""
	}
	var out string
	s.bad = json.Unmarshal([]byte(s.text[s.at-1:i+1]), &out) != nil
	s.at = i + 1
	return out
}

// plain reports whether a text is ASCII without backslashes and control
// characters: it looks at eight bytes at a time.
func plain(text string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; len(text) >= 8; text = text[8:] {
		w := uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
		slash := w ^ '\\'*ones
		// Taking a byte from a smaller one sets the top bit, if only of that one.
		if (w|(w-' '*ones)|(slash-ones))&tops != 0 {
			return false
		}
	}
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// digits takes at least one digit.
func (s *scanner) digits() {
	from := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	s.bad = s.bad || s.at == from
}

// literal takes a number as JSON writes it.
func (s *scanner) literal() string {
	s.space()
	from := s.at
	s.optional("-")
	zero := s.at < len(s.text) && s.text[s.at] == '0'
	first := s.at
	s.digits()
	s.bad = s.bad || zero && s.at > first+1
	if s.optional(".") {
		s.digits()
	}
	if s.optional("eE") {
		s.optional("+-")
		s.digits()
	}
	return s.text[from:s.at]
}

// optional takes the next byte if it is one of chars.
func (s *scanner) optional(chars string) bool {
	if s.bad || s.at == len(s.text) || strings.IndexByte(chars, s.text[s.at]) < 0 {
		return false
	}
	s.at++
	return true
}

func (s *scanner) number() float64 {
	x, err := strconv.ParseFloat(s.literal(), 64)
	s.bad = s.bad || err != nil
	return x
}

func (s *scanner) whole() int {
	n, err := strconv.Atoi(s.literal())
	s.bad = s.bad || err != nil
	return n
}

func (s *scanner) truth() bool {
	if s.word("true") {
		return true
	}
	s.bad = s.bad || !s.word("false")
	return false
}

// skip leaves out the value of an unknown key, which must not be one of the
// known ones in other letters.
func (s *scanner) skip(key string, known ...string) {
	for _, k := range known {
		s.bad = s.bad || strings.EqualFold(key, k)
	}
	s.space()
	from, depth := s.at, 0
	for ; !s.bad && s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '"':
			for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; s.at++ {
				if s.text[s.at] == '\\' {
					s.at++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				s.valid(from)
				return
			}
		case ',':
			if depth == 0 {
				s.valid(from)
				return
			}
		}
	}
	s.bad = true
}

// valid gives up unless the text from there on to here is a JSON value.
func (s *scanner) valid(from int) {
	s.bad = s.bad || !json.Valid([]byte(s.text[from:s.at]))
}
