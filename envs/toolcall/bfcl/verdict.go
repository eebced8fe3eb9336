package bfcl

import "fmt"

// The types of errors that the original's checker tells of multi-turn entries.
const (
	ErrorInference  = "multi_turn:inference_error"
	ErrorTerminated = "multi_turn:force_terminated"
	ErrorEmptyTurn  = "multi_turn:empty_turn_model_response"
	ErrorState      = "multi_turn:instance_state_mismatch"
	ErrorResponse   = "multi_turn:execution_response_mismatch"
)

// Verdict is what a checker says of one entry. Type and Message are empty
// where it is valid, and the original's texts where it is not.
type Verdict struct {
	Valid   bool
	Type    string
	Message string

	// Turn is the first turn that failed; the number of turns if none did.
	Turn int

	// Class and Attrs say which attributes of which class differ, for
	// ErrorState. Missing are the results of the ground truth that the model
	// never got, for ErrorResponse.
	Class   string
	Attrs   []string
	Missing []string
}

func emptyTurn(turn int) *Verdict {
	return &Verdict{Turn: turn, Type: ErrorEmptyTurn, Message: fmt.Sprintf("Model response list is empty for turn %d", turn)}
}

func stateMismatch(turn int, class string, attrs []string) *Verdict {
	return &Verdict{
		Turn: turn, Type: ErrorState, Class: class, Attrs: attrs,
		Message: fmt.Sprintf("Model instance for %s does not match the state with ground truth instance.", class),
	}
}

func responseMismatch(turn int, missing []string) *Verdict {
	return &Verdict{
		Turn: turn, Type: ErrorResponse, Missing: missing,
		Message: fmt.Sprintf("Model response execution results so far does not contain all the ground truth response execution results for turn %d.", turn),
	}
}

func terminated(turns, want int) *Verdict {
	return &Verdict{
		Turn: min(turns, want), Type: ErrorTerminated,
		Message: fmt.Sprintf("Model was force-terminated during inference phase. The length of the model result turns (%d) does not match the length of the ground truth turns (%d).", turns, want),
	}
}

// NotAList is the verdict on a result that is no list of turns.
func NotAList() *Verdict {
	return &Verdict{Type: ErrorInference, Message: "Error during inference phase. Model did not output a list of model responses."}
}
