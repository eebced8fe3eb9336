package single

import (
	"stepgym/envs/toolcall/py"
)

// The types of errors that are not the original's checkers' own.
const (
	// ErrorDecode: the text could not be read as calls.
	ErrorDecode = "ast_decoder:decoder_failed"
	// ErrorFormat: the text was read, but as something other than calls.
	ErrorFormat = "ast_decoder:decoder_wrong_output_format"
	// ErrorIrrelevance: there is a call where there should be none.
	ErrorIrrelevance = "irrelevance_error:decoder_success"
	// ErrorRelevance: there is no call where there should be one.
	ErrorRelevance = "relevance_error:decoder_failed"
	// ErrorRaised: the original's checker raises here. It has no such type.
	ErrorRaised = "ast_checker:raised"
)

// Verdict is what the checker says. Type is empty and Errors has no items where
// it is valid. Otherwise Errors are the original's: texts, and for parallel
// calls also a dict for each call that was tried. It is not to be modified.
type Verdict struct {
	Valid  bool
	Type   string
	Errors *py.List
}

func valid() *Verdict { return &Verdict{Valid: true, Errors: py.NewList()} }

func wrong(kind string, errors ...py.Value) *Verdict {
	return &Verdict{Type: kind, Errors: py.NewList(errors...)}
}

func wrongText(kind, text string) *Verdict { return wrong(kind, py.Str(text)) }
