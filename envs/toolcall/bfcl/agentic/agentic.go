// Package agentic judges BFCL's agentic categories, of which the memory ones
// are played here: whether the last message that is no call names one of the
// possible answers. It is the original's agentic checker (package bfcl-eval
// 2026.3.23) with its error types and texts.
package agentic

import (
	"strings"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// The types of errors that the original's checker tells.
const (
	ErrorInference = "agentic:inference_error"
	ErrorNoMessage = "agentic:no_last_message"
	ErrorNotFound  = "agentic:answer_not_found"
)

// Verdict is what the checker says. Type and Message are empty where it is
// valid, and the original's texts where it is not.
type Verdict struct {
	Valid   bool
	Type    string
	Message string
}

// Decoder reads what a model said in one step as calls. An error, or no calls,
// means that it was a message.
type Decoder func(said py.Value) (calls []string, err error)

// Judge judges the result of an entry, [[what was said, step by step]]. The
// message that counts is the last that decode does not read as calls.
//
// Quirk: where that is empty there is none, even if an earlier one was not.
func Judge(result py.Value, answers []string, decode Decoder) Verdict {
	turns, ok := result.(*py.List)
	if !ok || len(turns.Items) != 1 {
		return inference()
	}
	var steps []py.Value
	if _, raised := py.Try(func() py.Value { steps = py.Iter(turns.Items[0]); return nil }); raised != nil {
		return inference() // Differs: the original ends with an exception
	}
	var last py.Value
	for _, said := range steps {
		calls, err := decode(said)
		if err != nil || len(calls) == 0 || len(calls) == 1 && calls[0] == "" {
			last = said
		}
	}
	if last == nil || !py.Truth(last) {
		return Verdict{Type: ErrorNoMessage, Message: "Cannot find the last chat message that is not a function call."}
	}
	if list, ok := last.(*py.List); ok {
		last = list.Items[0]
	}
	if !Answers(py.ToStr(last), answers) {
		return Verdict{Type: ErrorNotFound, Message: "None of the expected answers were found in the model response."}
	}
	return Verdict{Valid: true}
}

func inference() Verdict {
	return Verdict{Type: ErrorInference, Message: "Error during inference phase. Model did not output a list of model responses."}
}

// Answers reports whether a message has one of the possible answers in it as
// whole words, in any case and whatever of ,./-_*^() is in either.
func Answers(message string, possible []string) bool {
	message = standard(message)
	for _, p := range possible {
		if hasWords(message, standard(p)) {
			return true
		}
	}
	return false
}

// standard returns text as it is compared: without the characters ,./-_*^(),
// in lower case, with double quotes for single ones.
func standard(s string) string {
	if strings.ContainsAny(s, ",./-_*^()") {
		var b strings.Builder
		b.Grow(len(s))
		for i := range len(s) {
			switch s[i] {
			case ',', '.', '/', '-', '_', '*', '^', '(', ')':
			default:
				b.WriteByte(s[i])
			}
		}
		s = b.String()
	}
	return strings.ReplaceAll(python.Lower(s), "'", `"`)
}

// hasWords reports whether \bwords\b matches in text: words, taken literally,
// with a boundary of a word on either side.
func hasWords(text, words string) bool {
	for from := 0; from <= len(text); {
		i := strings.Index(text[from:], words)
		if i < 0 {
			return false
		}
		at := from + i
		if boundary(text, at) && boundary(text, at+len(words)) {
			return true
		}
		_, n := utf8.DecodeRuneInString(text[at:])
		from = at + max(n, 1)
	}
	return false
}

// boundary reports whether a word begins or ends at i.
func boundary(s string, i int) bool {
	before, after := false, false
	if i > 0 {
		r, _ := utf8.DecodeLastRuneInString(s[:i])
		before = python.IsWord(r)
	}
	if i < len(s) {
		r, _ := utf8.DecodeRuneInString(s[i:])
		after = python.IsWord(r)
	}
	return before != after
}
