package games

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/zeebo/xxh3"
)

// Pair is the domain and the grammar that games are played by. Games of one
// [Set] with equal texts share one Pair.
type Pair struct {
	Domain, Grammar File
}

// File is a text and where it was read. The grammar's text has [Unknown] in
// place of a game's sentence, so that all games of one pair have the same.
type File struct{ Source, Text string }

// Unknown stands in a grammar where a game says what its task is.
const Unknown = "UNKNOWN GOAL"

// taskMark precedes the sentence in a grammar.
const taskMark = "Your task is to: "

// cutSentence takes the sentence out of a grammar: it returns the text with
// [Unknown] in its place, and the sentence. A grammar that has no sentence
// comes back as it is.
func cutSentence(grammar string) (blank, sentence string) {
	at := strings.Index(grammar, taskMark)
	if at < 0 {
		return grammar, ""
	}
	at += len(taskMark)
	end := at
	for end < len(grammar) && grammar[end] != '"' && grammar[end] != '\n' {
		if grammar[end] == '\\' {
			end++
		}
		end++
	}
	end = min(end, len(grammar))
	quoted := grammar[at:end]
	if json.Unmarshal([]byte(`"`+quoted+`"`), &sentence) != nil {
		sentence = quoted
	}
	if strings.HasPrefix(sentence, Unknown) {
		sentence = ""
	}
	return grammar[:at] + Unknown + grammar[end:], sentence
}

// pairs keeps one Pair for equal texts. It is not safe for concurrent use.
type pairs map[xxh3.Uint128]*Pair

// of returns the pair with these texts. Its sources are those of the first one.
func (p pairs) of(domain, blankGrammar File) *Pair {
	key := xxh3.HashString128(fmt.Sprint(len(domain.Text), " ", domain.Text, blankGrammar.Text))
	if p[key] == nil {
		p[key] = &Pair{domain, blankGrammar}
	}
	return p[key]
}

// Names of the files of a pair, the usual ones first.
const (
	domainFile  = "alfred.pddl"
	grammarFile = "alfred.twl2"
)

// ErrNoRules is wrapped if a packed file has no domain and grammar near it.
var ErrNoRules = errors.New("there is no domain and grammar for its games")

// findPair reads alfred.pddl and alfred.twl2 for a packed file: from its own
// folder, or a folder "domain" there or in one of the two folders above.
func findPair(packed string) (domain, grammar File, err error) {
	dir := filepath.Dir(packed)
	var tried []string
	for _, d := range []string{dir, filepath.Join(dir, "domain"), filepath.Join(dir, "..", "domain"), filepath.Join(dir, "..", "..", "domain")} {
		domain, grammar, err = ReadPair(d)
		if (domain.Text == "") != (grammar.Text == "") { // half a pair is a mistake
			return domain, grammar, err
		}
		if !errors.Is(err, os.ErrNotExist) {
			return domain, grammar, err
		}
		tried = append(tried, d)
	}
	return File{}, File{}, fmt.Errorf("alfworld: %s: %w: put %s and %s into one of %s", packed, ErrNoRules, domainFile, grammarFile, strings.Join(tried, ", "))
}

// ReadPair reads alfred.pddl and alfred.twl2 from a folder, the grammar with
// [Unknown] in place of the sentence.
func ReadPair(dir string) (domain, grammar File, err error) {
	for name, f := range map[string]*File{domainFile: &domain, grammarFile: &grammar} {
		f.Source = filepath.Join(dir, name)
		b, rerr := os.ReadFile(f.Source)
		if rerr != nil {
			err = errors.Join(err, fmt.Errorf("alfworld: %w", rerr))
		}
		f.Text = string(b)
	}
	grammar.Text, _ = cutSentence(grammar.Text)
	return domain, grammar, err
}
