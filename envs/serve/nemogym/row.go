package nemogym

import (
	"math"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// row is the body of a request: a row of the data set, which agents pass on
// whole, and what an agent adds to it.
type row struct {
	in     gjson.Result
	raw    []byte
	faults []fault
}

// readRow reads a row. It answers itself, and returns nil, if the body does not
// arrive or is no object with the fields that are wanted.
func readRow(w http.ResponseWriter, r *http.Request, want ...string) *row {
	b, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return nil
	}
	rw := parseRow(b, want...)
	if len(rw.faults) > 0 {
		writeFaults(w, rw.faults)
		return nil
	}
	return rw
}

func parseRow(b []byte, want ...string) *row {
	rw := &row{raw: b}
	if !gjson.ValidBytes(b) {
		rw.add("json_invalid", "JSON decode error")
		return rw
	}
	rw.in = gjson.ParseBytes(b)
	if !rw.in.IsObject() {
		rw.add("model_attributes_type", "Input should be a valid dictionary or object to extract fields from")
		return rw
	}
	for _, name := range want {
		switch v := rw.in.Get(name); {
		case !v.Exists():
			rw.add("missing", "Field required", name)
		case !v.IsObject():
			rw.add("model_attributes_type", "Input should be a valid dictionary or object to extract fields from", name)
		}
	}
	return rw
}

func (rw *row) add(kind, msg string, at ...string) {
	rw.faults = append(rw.faults, fault{kind, append([]string{"body"}, at...), msg})
}

// field returns a field of the row or of its verifier_metadata, where data sets
// keep what is the environment's business.
func (rw *row) field(name string) gjson.Result {
	if v := rw.in.Get(name); v.Exists() && v.Type != gjson.Null {
		return v
	}
	return rw.in.Get("verifier_metadata." + name)
}

// start returns the start that a row asks for: task_id, or split with index, or
// seed, or nothing.
func (rw *row) start() session.Start {
	var s session.Start
	s.Task = rw.text("task_id")
	s.Split = rw.text("split")
	if n, ok := rw.integer("index"); ok {
		i := int(n)
		s.Index = &i
	}
	if n, ok := rw.integer("seed"); ok {
		seed := uint64(n)
		s.Seed = &seed
	}
	if n, ok := rw.integer("max_turns"); ok {
		s.MaxTurns = int(n)
	}
	if t := rw.in.Get("_ng_task_index"); t.Type == gjson.Number {
		s.Client = strconv.FormatInt(t.Int(), 10) + "/" + strconv.FormatInt(rw.in.Get("_ng_rollout_index").Int(), 10)
	}
	return s
}

func (rw *row) text(name string) string {
	v := rw.field(name)
	if v.Exists() && v.Type != gjson.Null && v.Type != gjson.String {
		rw.add("string_type", "Input should be a valid string", name)
	}
	return v.Str
}

func (rw *row) integer(name string) (int64, bool) {
	v := rw.field(name)
	if !v.Exists() || v.Type == gjson.Null {
		return 0, false
	}
	n, err := strconv.ParseInt(v.Raw, 10, 64)
	if v.Type != gjson.Number || err != nil || n < 0 || n > math.MaxInt {
		rw.add("int_type", "Input should be a valid integer of at least 0", name)
		return 0, false
	}
	return n, true
}
