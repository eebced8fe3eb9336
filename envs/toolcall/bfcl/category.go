package bfcl

import (
	"fmt"
	"slices"
	"strings"

	"stepgym/envs/toolcall/bfcl/single"
)

// SingleTurn are the categories that are one question and one answer.
func SingleTurn() []string { return append(single.Categories(), single.FormatSensitivity) }

// Memory are the categories of questions to a memory.
func Memory() []string { return []string{"memory_kv", "memory_rec_sum"} }

// AllCategories are all categories that are played and judged: the multi-turn
// ones, the single-turn ones, and the memory ones.
func AllCategories() []string { return slices.Concat(Categories(), SingleTurn(), Memory()) }

// unsupported says why entries of a category of the benchmark are neither
// played nor judged; nil where it is none of those.
func unsupported(category string) error {
	switch {
	case strings.HasPrefix(category, "memory_vector"):
		return fmt.Errorf("%s is not supported: it needs a model of sentence embeddings as a service", category)
	case strings.HasPrefix(category, "web_search"):
		return fmt.Errorf("%s is not supported: it needs a live search service", category)
	}
	return nil
}

// both returns the names that are in list and in known, in the order of list.
func both(list, known []string) []string {
	var out []string
	for _, name := range list {
		if slices.Contains(known, name) {
			out = append(out, name)
		}
	}
	return out
}

// CategoryOf returns the category that the id of an entry names.
func CategoryOf(id string) string {
	id, _, _ = strings.Cut(id, ":")
	if i := strings.LastIndexByte(id, '_'); i >= 0 {
		return id[:i]
	}
	return id
}
