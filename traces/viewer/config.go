package viewer

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"stepgym/traces"
)

func nan() float64 { return math.NaN() }

// compareRow is one setting in several runs.
type compareRow struct {
	Key     string            `json:"key"`
	Values  []json.RawMessage `json:"values"`            // null where it is missing
	Missing []bool            `json:"missing,omitempty"` // there if some run lacks it
	Differs bool              `json:"differs"`
}

// maxCompared is how many runs are compared at most.
const maxCompared = 20

func (v *Viewer) getCompare(q *http.Request) (any, error) {
	names := q.URL.Query()["run"]
	if len(names) == 0 || len(names) > maxCompared {
		return nil, badRequest("give run, one to %d times", maxCompared)
	}
	settings := make([]map[string]json.RawMessage, len(names))
	for i, name := range names {
		v.mu.Lock()
		r := v.find(name)
		v.mu.Unlock()
		if r == nil {
			return nil, notFound("there is no run %q; api/runs lists them", name)
		}
		x, err := r.index()
		if err != nil {
			return nil, err
		}
		settings[i] = settingsOf(x.Manifest())
	}
	return struct {
		Runs []string     `json:"runs"`
		Rows []compareRow `json:"rows"`
	}{names, compare(settings)}, nil
}

// headKeys are the settings that come first.
var headKeys = [...]string{"command", "env", "policy", "version", "seed", "created"}

// settingsOf returns all that a manifest says, by path.
func settingsOf(m traces.Manifest) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	flatten(out, "", gjson.ParseBytes(m.Config))
	config := m.Config
	m.Config = nil
	head, err := json.Marshal(m)
	if err == nil {
		for _, key := range headKeys {
			if v := gjson.GetBytes(head, key); v.Exists() {
				if own := gjson.GetBytes(config, key); own.Exists() && own.Raw != v.Raw { // the config has one of its own
					out["config."+key] = out[key]
				}
				out[key] = json.RawMessage(v.Raw)
			}
		}
	}
	return out
}

// flatten enters what is in v below path. Lists are values.
func flatten(out map[string]json.RawMessage, path string, v gjson.Result) {
	if !v.IsObject() {
		if path != "" && v.Raw != "" {
			out[path] = json.RawMessage(v.Raw)
		}
		return
	}
	empty := true
	v.ForEach(func(k, v gjson.Result) bool {
		empty = false
		flatten(out, join(path, k.String()), v)
		return true
	})
	if empty && path != "" {
		out[path] = json.RawMessage("{}")
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// compare lays settings side by side.
func compare(settings []map[string]json.RawMessage) []compareRow {
	all := map[string]bool{}
	for _, s := range settings {
		for key := range s {
			all[key] = true
		}
	}
	rank := func(key string) int {
		if i := slices.Index(headKeys[:], key); i >= 0 {
			return i
		}
		return len(headKeys)
	}
	keys := slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	rows := []compareRow{}
	for _, key := range keys {
		row := compareRow{Key: key}
		missing, some := make([]bool, len(settings)), false
		for i, s := range settings {
			value, ok := s[key]
			if !ok {
				value, missing[i], some = json.RawMessage("null"), true, true
			}
			row.Values = append(row.Values, value)
			row.Differs = row.Differs || string(value) != string(row.Values[0]) || missing[i] != missing[0]
		}
		if some {
			row.Missing = missing
		}
		rows = append(rows, row)
	}
	return rows
}
