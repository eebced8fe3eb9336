package serve

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"stepgym/envs/serve/session"
)

// Tokens are who may use the server: bearer tokens with a name each. The nil
// Tokens let everybody in, without a name.
type Tokens struct {
	entries []token
	quotas  map[string]session.Quota
}

type token struct {
	name    string
	hash    [sha256.Size]byte
	metrics bool // may read /metrics and nothing else
}

// minToken is the least length of a token: a shorter one can be guessed.
const minToken = 16

// LoadTokens reads a file of tokens; see [ReadTokens].
func LoadTokens(path string) (*Tokens, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("serve: tokens: %w", err)
	}
	defer f.Close() // only read from
	t, err := ReadTokens(f)
	if err != nil {
		return nil, fmt.Errorf("serve: tokens: %s: %w", path, err)
	}
	return t, nil
}

// ReadTokens reads tokens, one a line: a name, the token of at least 16
// characters, and what it may use; # begins a comment. Two tokens may have one
// name, so that one can take the place of the other.
//
//	ann   2f6b1d0c9e8a7f6e  episodes=512 groups=64 steps=20000 bytes=1e8
//	prom  0a1b2c3d4e5f6a7b  metrics
//
// steps and bytes are per second. A token with metrics may read /metrics only.
func ReadTokens(r io.Reader) (*Tokens, error) {
	t := &Tokens{quotas: map[string]session.Quota{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if err := t.add(words); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err) // it does not quote the token
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(t.entries) == 0 {
		return nil, errors.New("there are no tokens; write NAME TOKEN, one a line")
	}
	return t, nil
}

func (t *Tokens) add(words []string) error {
	if len(words) < 2 || len(words[1]) < minToken {
		return fmt.Errorf("want a name and a token of at least %d characters", minToken)
	}
	e := token{name: words[0], hash: sha256.Sum256([]byte(words[1]))}
	for _, old := range t.entries {
		if old.hash == e.hash {
			return fmt.Errorf("%s has the token of %s", e.name, old.name)
		}
	}
	q := t.quotas[e.name]
	for _, word := range words[2:] {
		if word == "metrics" {
			e.metrics = true
			continue
		}
		if err := setQuota(&q, word); err != nil {
			return err
		}
	}
	t.entries, t.quotas[e.name] = append(t.entries, e), q
	return nil
}

// setQuota sets what a word such as "episodes=10" says.
func setQuota(q *session.Quota, word string) error {
	key, value, _ := strings.Cut(word, "=")
	x, err := strconv.ParseFloat(value, 64)
	if err != nil || !(x > 0) || x > 1e15 {
		return fmt.Errorf("%q: want metrics, or episodes, groups, steps or bytes = a number above 0", word)
	}
	switch key {
	case "episodes":
		q.Episodes = max(1, int(x))
	case "groups":
		q.Groups = max(1, int(x))
	case "steps":
		q.StepsPerSecond = x
	case "bytes":
		q.BytesPerSecond = x
	default:
		return fmt.Errorf("%q: there are metrics, episodes, groups, steps and bytes", word)
	}
	return nil
}

// Quota returns what the owner of that name may use.
func (t *Tokens) Quota(owner string) session.Quota {
	if t == nil {
		return session.Quota{}
	}
	return t.quotas[owner]
}

// match returns the token that a request carries. It takes the same time for
// every token, right or wrong.
func (t *Tokens) match(r *http.Request) (token, bool) {
	given := r.Header.Get("X-API-Key")
	if scheme, rest, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "bearer") {
		given = strings.TrimSpace(rest)
	}
	hash := sha256.Sum256([]byte(given))
	found := -1
	for i := range t.entries {
		if subtle.ConstantTimeCompare(hash[:], t.entries[i].hash[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return token{}, false
	}
	return t.entries[found], true
}
