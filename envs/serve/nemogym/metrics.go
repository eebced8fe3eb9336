package nemogym

import (
	"math"
	"net/http"
	"slices"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
)

// Keys of NeMo Gym's own fields.
const (
	taskIndex    = "_ng_task_index"
	rolloutIndex = "_ng_rollout_index"
)

// aggregated is the answer of /aggregate_metrics. Metrics are named
// "STATISTIC/FIELD".
type aggregated struct {
	Groups []map[string]any `json:"group_level_metrics"` // one for each task, in the order of their index
	Agent  map[string]any   `json:"agent_metrics"`       // over everything
	Key    map[string]any   `json:"key_metrics"`         // the means among them
}

// aggregate serves /aggregate_metrics: statistics of the numbers in the answers
// of /verify, as NeMo Gym's own servers compute them. It needs no session.
func aggregate(w http.ResponseWriter, r *http.Request) {
	in := readRow(w, r)
	if in == nil {
		return
	}
	list := in.in.Get("verify_responses")
	if !list.IsArray() {
		writeFaults(w, []fault{{"list_type", []string{"body", "verify_responses"}, "Input should be a valid list"}})
		return
	}
	serve.WriteJSON(w, http.StatusOK, summarize(list.Array()))
}

// summarize computes the metrics of answers of /verify.
func summarize(answers []gjson.Result) aggregated {
	out := aggregated{Groups: []map[string]any{}, Agent: map[string]any{}, Key: map[string]any{}}
	if len(answers) == 0 {
		return out
	}
	var all columns
	groups := map[int64]*columns{}
	var order []int64
	for _, a := range answers {
		task := a.Get(taskIndex).Int()
		g := groups[task]
		if g == nil {
			g = new(columns)
			groups[task] = g
			order = append(order, task)
		}
		for _, from := range []gjson.Result{a, a.Get("response.usage")} {
			if !from.IsObject() {
				continue
			}
			from.ForEach(func(k, v gjson.Result) bool {
				if x, ok := numeric(v); ok && k.Str != taskIndex && k.Str != rolloutIndex {
					all.add(k.Str, x)
					g.add(k.Str, x)
				}
				return true
			})
		}
	}
	slices.Sort(order)
	for _, task := range order {
		m := groups[task].metrics()
		m["sample"] = map[string]any{"agent_ref": map[string]string{"name": "agent"}}
		m[taskIndex] = task
		out.Groups = append(out.Groups, m)
	}
	out.Agent = all.metrics()
	for _, c := range all.list {
		out.Key["mean/"+c.name] = out.Agent["mean/"+c.name]
	}
	return out
}

// numeric returns a number or truth value as a number.
func numeric(v gjson.Result) (float64, bool) {
	switch v.Type {
	case gjson.True:
		return 1, true
	case gjson.False:
		return 0, true
	case gjson.Number:
		return v.Num, !math.IsInf(v.Num, 0)
	}
	return 0, false
}

// columns are the numbers of each field, in the order of first appearance.
type columns struct{ list []*column }

type column struct {
	name   string
	values []float64
}

func (c *columns) add(name string, x float64) {
	for _, col := range c.list {
		if col.name == name {
			col.values = append(col.values, x)
			return
		}
	}
	c.list = append(c.list, &column{name, []float64{x}})
}

// metrics returns mean, max, min, median and the standard deviation of samples
// for each field. The deviation of one value is not defined: it is 0 where no
// field of the group has one, and left out elsewhere.
func (c *columns) metrics() map[string]any {
	out := map[string]any{}
	none := true
	for _, col := range c.list {
		none = none && len(col.values) < 2
	}
	for _, col := range c.list {
		x := slices.Sorted(slices.Values(col.values))
		n := len(x)
		sum := 0.0
		for _, v := range col.values {
			sum += v
		}
		mean := sum / float64(n)
		out["mean/"+col.name], out["max/"+col.name], out["min/"+col.name] = mean, x[n-1], x[0]
		out["median/"+col.name] = x[(n-1)/2]/2 + x[n/2]/2
		switch {
		case n > 1:
			square := 0.0
			for _, v := range x {
				square += (v - mean) * (v - mean)
			}
			out["std/"+col.name] = math.Sqrt(square / float64(n-1))
		case none:
			out["std/"+col.name] = 0.0
		}
	}
	for name, v := range out { // of numbers near the largest there are
		if x, ok := v.(float64); ok && (math.IsInf(x, 0) || math.IsNaN(x)) {
			delete(out, name)
		}
	}
	return out
}
