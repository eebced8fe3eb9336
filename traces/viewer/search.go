package viewer

import (
	"net/http"
	"strconv"
	"time"

	"stepgym/traces/index"
)

// hitRow is a place where a text was found.
type hitRow struct {
	ID     string `json:"id"`
	N      int    `json:"n"`
	Step   int    `json:"step"`
	Where  string `json:"where"`
	Before string `json:"before"`
	Match  string `json:"match"`
	After  string `json:"after"`
}

// searchBudget is how long one request looks.
const searchBudget = 1500 * time.Millisecond

func getSearch(r *run, q *http.Request) (any, error) {
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	text := f.Text
	f.Text = ""
	limit, err := intOf(q, "limit", 50, 1, maxRows)
	if err != nil {
		return nil, err
	}
	from, err := intOf(q, "cursor", 0, 0, 1<<31-1)
	if err != nil {
		return nil, err
	}
	v, err := r.view()
	if err != nil {
		return nil, err
	}
	rows, err := v.Ordered(q.Context(), f, index.SortTime, false)
	if err != nil {
		return nil, err
	}
	found, err := v.Search(q.Context(), text, f.In, rows, from, limit, searchBudget)
	if err != nil {
		return nil, err
	}
	hits := make([]hitRow, len(found.Hits))
	for i, h := range found.Hits {
		hits[i] = hitRow{v.Rows[h.Row].ID, h.Row, h.Step, h.Where, h.Before, h.Match, h.After}
	}
	out := struct {
		Version int      `json:"version"`
		Hits    []hitRow `json:"hits"`
		Scanned int      `json:"scanned"`
		Total   int      `json:"total"`
		Done    bool     `json:"done"`
		Cursor  string   `json:"cursor,omitempty"`
	}{Version: v.Version, Hits: hits, Scanned: found.Scanned, Total: len(rows), Done: found.Done}
	if !found.Done {
		out.Cursor = strconv.Itoa(found.Scanned)
	}
	return out, nil
}
