package v1

import (
	"bytes"
	"net/http"
	"strconv"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// chunk is how much of an answer is put together before it is sent.
const chunk = 1 << 20

// write answers with the items. A long answer is sent in parts.
func (b *batch) write(w http.ResponseWriter) {
	out := append(b.buf[:0], `{"items":[`...)
	sent := false
	k := 0 // the next of b.items
	for i := range b.n {
		if i > 0 {
			out = append(out, ',')
		}
		if k < len(b.at) && int(b.at[k]) == i {
			out = b.appendStepped(out, k)
			k++
		} else {
			out = appendFailed(out, b.ids[i], b.bad[i])
		}
		if len(out) >= chunk {
			if !sent {
				w.Header().Set("Content-Type", "application/json")
				sent = true
			}
			if _, err := w.Write(out); err != nil {
				return // the client has left
			}
			out = out[:0]
		}
	}
	out = append(out, "]}\n"...)
	b.buf = out
	if sent {
		w.Write(out) //nolint:errcheck // the client has left
		return
	}
	writeBody(w, http.StatusOK, out)
}

// writeBody answers with JSON.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has left
}

// appendStepped appends what came of item k.
func (b *batch) appendStepped(out []byte, k int) []byte {
	it, o := &b.items[k], &b.out[k]
	if o.Err != nil {
		return appendFailed(out, it.Session, o.Err)
	}
	if b.autoreset != resetNone && b.known[k] != nil {
		return append(append(out, b.known[k]...), `,"replayed":true}`...)
	}
	start := len(out)
	out = appendItem(out, it.Session, &o.Answer, b.fields)
	if b.autoreset != resetNone && (b.next[k] != nil || b.lost[k] != nil) {
		out = b.appendNext(out, k, start)
		if m := b.held[k]; b.lost[k] == nil && it.StepID != "" {
			m.stepID, m.action, m.answer = it.StepID, it.Action.String(), bytes.Clone(out[start:])
		}
	}
	if o.Replayed {
		out = comma(out, start)
		out = append(out, `"replayed":true`...)
	}
	return append(out, '}')
}

// comma appends a comma if the object that begins at start has a field.
func comma(out []byte, start int) []byte {
	if len(out) > start+1 {
		return append(out, ',')
	}
	return out
}

// appendNext appends the episode that autoreset started.
func (b *batch) appendNext(out []byte, k, start int) []byte {
	out = append(comma(out, start), `"next":`...)
	if err := b.lost[k]; err != nil {
		return appendFailed(out, b.items[k].Session, err)
	}
	i := b.out[k].Session.Info()
	return appendEpisode(out, &i, b.next[k], b.fields)
}

// stepOne answers POST /v1/episodes/{id}/step.
func (p *place) stepOne(r *http.Request) ([]byte, error) {
	s, err := p.site.Host.Get(serve.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	var in struct {
		Action *Action `json:"action"`
		StepID string  `json:"step_id"`
		Show
	}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	f, err := in.fields()
	if err == nil && in.Action == nil {
		err = invalid(`action is missing, want a text or {"calls": [...]}`)
	}
	var a session.Answer
	if err == nil {
		a, err = s.Step(r.Context(), in.Action.Action, in.StepID)
	}
	if err != nil {
		return nil, err
	}
	out := appendItem(nil, s.ID(), &a, f)
	if a.Replayed {
		out = append(comma(out, 0), `"replayed":true`...)
	}
	return append(out, '}'), nil
}
