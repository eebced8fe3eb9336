package webshop

import "strings"

// history remembers the pages and actions that come before the current page
// where the configuration asks for them (num_prev_obs and num_prev_actions of
// the original). The zero value remembers nothing.
type history struct {
	pages, actions       []string // the last ones, oldest first
	maxPages, maxActions int
}

func newHistory(c Config) history {
	return history{maxPages: c.HistoryObservations, maxActions: c.HistoryActions}
}

// on reports whether anything is to be remembered.
func (h *history) on() bool { return h.maxPages > 0 || h.maxActions > 0 }

// add notes an action and the page that it was taken on.
func (h *history) add(page, action string) {
	h.pages = keepLast(h.pages, page, h.maxPages)
	h.actions = keepLast(h.actions, action, h.maxActions)
}

// keepLast returns a new list, so that copies of h may share the old one.
func keepLast(list []string, s string, n int) []string {
	if n == 0 {
		return nil
	}
	drop := max(0, len(list)+1-n)
	out := make([]string, 0, len(list)+1-drop)
	return append(append(out, list[drop:]...), s)
}

// text puts the history before the current page: going back in time, the i-th
// action and then the i-th page, the oldest text first in the result.
func (h *history) text(current string) string {
	parts := []string{current}
	for i := 1; i <= max(h.maxPages, h.maxActions); i++ {
		if i <= len(h.actions) {
			parts = append(parts, h.actions[len(h.actions)-i])
		}
		if i <= len(h.pages) {
			parts = append(parts, h.pages[len(h.pages)-i])
		}
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, separator)
}
