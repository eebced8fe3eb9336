package webshop

import (
	"slices"
	"strconv"
	"strings"

	"stepgym/internal/python"
)

// baseURL is where the original's simulated browser finds the shop.
const baseURL = "http://127.0.0.1:3000/"

// url returns the address of the page that the session is on. As in the
// original nothing in it is escaped.
func (s *session) url() string {
	at := s.page.place
	b := append([]byte(baseURL), urlPrefix(at)...)
	b = append(b, s.names()...)
	if at == placeSearch {
		return string(b)
	}
	if at != placeResults {
		b = append(append(b, '/'), s.asin()...)
	}
	if at != placeDone {
		b = append(append(b, '/'), s.urlWords()...)
		b = strconv.AppendInt(append(b, '/'), int64(s.no), 10)
	}
	switch at {
	case placeResults:
		return string(b)
	case placeItem:
		return string(python.AppendJSONDict(append(b, '/'), s.items()))
	case placeDone:
		return string(python.AppendReprDict(append(b, '/'), s.items()))
	}
	name := at.String()
	b = append(append(b, '/'), strings.ToUpper(name[:1])...)
	b = append(append(b, name[1:]...), '/')
	return string(python.AppendReprDict(b, s.items()))
}

// urlPrefix is what precedes the session's name in an address.
func urlPrefix(at place) string {
	switch at {
	case placeSearch:
		return ""
	case placeResults:
		return "search_results/"
	case placeItem:
		return "item_page/"
	case placeDone:
		return "done/"
	}
	return "item_sub_page/"
}

// urlWords is the search as it stands in an address.
func (s *session) urlWords() string { return strings.ReplaceAll(s.words, " ", "+") }

// urlHas reports whether a name that the original looks for in the address is
// part of what the customer or the data put there.
func (s *session) urlHas(name string) bool {
	if strings.Contains(s.words, name) || strings.Contains(s.names(), name) {
		return true
	}
	for _, o := range s.settings() {
		if strings.Contains(o.Name, name) || strings.Contains(o.Value, name) {
			return true
		}
	}
	return false
}

// items are the chosen options in the order in which their names were first
// chosen.
func (s *session) items() []python.Item {
	settings := s.settings()
	items := make([]python.Item, len(settings))
	for i, o := range settings {
		items[i] = python.Item{Key: o.Name, Value: o.Value}
	}
	return items
}

// sortedJSON is json.dumps(options, sort_keys=True) as the done page shows it:
// with what could be taken for markup escaped once more.
func sortedJSON(settings []Setting) string {
	sorted := slices.Clone(settings)
	slices.SortFunc(sorted, func(a, b Setting) int { return strings.Compare(a.Name, b.Name) })
	items := make([]python.Item, len(sorted))
	for i, o := range sorted {
		items[i] = python.Item{Key: o.Name, Value: o.Value}
	}
	text := string(python.AppendJSONDict(nil, items))
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(text)
}
