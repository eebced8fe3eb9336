package ors

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// What the reference server says, word for word.
const (
	noSession    = "X-Session-ID header is required"
	notActive    = "Active environment not found"
	deleted      = "Session deleted"
	exists       = "Session already exists"
	invalidSplit = "Invalid split"
	invalidIndex = "Invalid index"
)

func unknownEnv(name string) string { return "unknown environment " + repr(name) }

// repr quotes a caller's word as Python does, shortened.
func repr(word string) string {
	const most = 80
	if len(word) > most {
		word = word[:most] + "..."
	}
	q := strconv.Quote(word)
	return "'" + strings.ReplaceAll(strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`), "'", `\'`) + "'"
}

// writeDetail answers with an error, as a text or a list of faults.
func writeDetail(w http.ResponseWriter, status int, detail any) {
	serve.WriteJSON(w, status, map[string]any{"detail": detail})
}

// writeError answers with an error of a session.
//
// Differs: the reference server says 404 of a session that was closed. 410 tells
// clients that it is gone for good. Where nothing was done and there may be room
// later, the answer bears the mark "starting": clients then wait for minutes and
// not for seconds.
func writeError(w http.ResponseWriter, err error) {
	e := session.AsError(err)
	serve.SetRetry(w.Header(), e)
	status, detail := serve.Status(e), e.Message
	switch e.Code {
	case session.CodeCapacity, session.CodeQuota, session.CodeBusy:
		w.Header().Set("X-Backend-State", "starting")
	case session.CodeNotFound, session.CodeNotReset:
		status, detail = http.StatusNotFound, notActive
	case session.CodeGone:
		detail = deleted
	case session.CodeNoSplit:
		status, detail = http.StatusBadRequest, invalidSplit
	case session.CodeNoTask:
		status, detail = http.StatusBadRequest, invalidIndex
	}
	writeDetail(w, status, detail)
}

// is reports the code of an error.
func is(err error, code session.Code) bool {
	var e *session.Error
	return errors.As(err, &e) && e.Code == code
}

// block is a piece of text for the model.
type block struct {
	Text   string    `json:"text"`
	Detail *struct{} `json:"detail"`
	Type   string    `json:"type"`
}

// blocksOf returns a block for each text that is not empty, and at least one.
func blocksOf(text, menu string) []block {
	blocks := []block{{Text: text, Type: "text"}}
	switch {
	case menu == "":
	case text == "":
		blocks[0].Text = menu
	default:
		blocks = append(blocks, block{Text: menu, Type: "text"})
	}
	return blocks
}

// success is the answer to a call that was a step.
type success struct {
	OK     bool   `json:"ok"`
	Output output `json:"output"`
}

type output struct {
	Blocks   []block `json:"blocks"`
	Metadata facts   `json:"metadata"`
	Reward   number  `json:"reward"`
	Finished bool    `json:"finished"`
}

// facts are what a trainer may want to know of a step and the model does not see.
type facts struct {
	Episode    string            `json:"episode_id"`
	Step       int               `json:"step"`
	Terminated bool              `json:"terminated"`
	Truncated  bool              `json:"truncated"`
	Invalid    bool              `json:"invalid"`
	Success    bool              `json:"success"`
	Metrics    map[string]number `json:"metrics,omitempty"`
}

// refusal is the answer to a call that was no step.
type refusal struct {
	OK     bool   `json:"ok"`
	Error  string `json:"error"`
	Reason string `json:"reason"`
}

// The reasons of refusals.
const (
	reasonNotFound = "not_found"
	reasonInput    = "input_validation"
	reasonFinished = "episode_finished"
)

// number is written as Python writes a float: 0.0, not 0.
type number float64

// MarshalJSON implements json.Marshaler. What is not finite is null.
func (n number) MarshalJSON() ([]byte, error) {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	b, err := json.Marshal(f)
	if err == nil && !strings.ContainsAny(string(b), ".e") {
		b = append(b, '.', '0')
	}
	return b, err
}

func numbers(m map[string]float64) map[string]number {
	if m == nil {
		return nil
	}
	out := make(map[string]number, len(m))
	for k, v := range m {
		out[k] = number(v)
	}
	return out
}
