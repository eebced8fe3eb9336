package viewer

import (
	"net/http"
	"strconv"

	"stepgym/traces/index"
)

// filterOf reads a filter from the query.
func filterOf(q *http.Request) (index.Filter, error) {
	v := q.URL.Query()
	f := index.Filter{
		Class: v["class"], Split: v["split"], Type: v["type"], Family: v["family"], Task: v["task"], Group: v["group"],
		Policy: v["policy"], Text: v.Get("q"), In: index.Where(v.Get("in")),
	}
	for _, o := range v["outcome"] {
		known := false
		for _, k := range index.Outcomes() {
			known = known || k == index.Outcome(o)
		}
		if !known {
			return f, badRequest("outcome is %q, want one of %q", o, index.Outcomes())
		}
		f.Outcome = append(f.Outcome, index.Outcome(o))
	}
	var err error
	if f.Forks, err = oneOf(q, "forks", "", "only", "none"); err != nil {
		return f, err
	}
	for key, to := range map[string]**int{"iteration_from": &f.From, "iteration_to": &f.To} {
		if text := v.Get(key); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return f, badRequest("%s is %q, want a number", key, text)
			}
			*to = &n
		}
	}
	if !f.In.Valid() {
		return f, badRequest("in is %q, want all, observation or action", f.In)
	}
	return f, nil
}

// page is a part of a list.
type page struct {
	by            string
	descending    bool
	offset, limit int
}

// maxRows is how many rows an answer has at most.
const maxRows = 1000

func pageOf(q *http.Request, by string, descending bool, limit int) (page, error) {
	p := page{by: by, descending: descending}
	v := q.URL.Query()
	if s := v.Get("sort"); s != "" {
		p.by, p.descending = s, false
	}
	var err error
	if v.Has("desc") {
		if p.descending, err = boolOf(q, "desc"); err != nil {
			return p, err
		}
	}
	if p.offset, err = intOf(q, "offset", 0, 0, 1<<31-1); err != nil {
		return p, err
	}
	p.limit, err = intOf(q, "limit", limit, 1, maxRows)
	return p, err
}

// of cuts the page out of a list of n.
func (p page) of(n int) (from, to int) {
	from = min(p.offset, n)
	return from, min(from+p.limit, n)
}
