package games

import (
	"path/filepath"
	"slices"
	"strings"
)

// Splits returns the names of the published splits, in the order in which they
// are listed everywhere.
func Splits() []string { return []string{"train", "valid_train", "valid_seen", "valid_unseen"} }

// splitRank is the place of a split in the order of games.
func splitRank(split string) int {
	if i := slices.Index(Splits(), split); i >= 0 {
		return i
	}
	return len(Splits())
}

// place derives the ID and the split of a game from the path of its folder: rel
// below root, with slashes. The ID is rel, and the split the last name in it
// that a split has. If there is none, but root ends in one or lies just below
// one, the ID begins there. If rel is empty it is the end of root.
func place(root, rel string) (id, split string) {
	parts := names(rel)
	for _, p := range slices.Backward(parts) {
		if slices.Contains(Splits(), p) {
			return strings.Join(parts, "/"), p
		}
	}
	above := names(filepath.ToSlash(root))
	above = above[max(0, len(above)-3):]
	for i, p := range slices.Backward(above) {
		if slices.Contains(Splits(), p) {
			return strings.Join(append(slices.Clone(above[i:]), parts...), "/"), p
		}
	}
	if len(parts) == 0 {
		return strings.Join(above[max(0, len(above)-2):], "/"), ""
	}
	return strings.Join(parts, "/"), ""
}

// names returns the names of a path with slashes, without empty ones and dots.
func names(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(p string) bool { return p == "" || p == "." })
}

// splitOfName returns the split that the name of a packed file tells:
// "valid_seen.jsonl.xz" and "games-valid_seen.jsonl" are "valid_seen".
func splitOfName(name string) string {
	stem, _, _ := strings.Cut(filepath.Base(name), ".")
	for _, s := range slices.Backward(Splits()) { // valid_train before train
		if strings.HasSuffix(stem, s) {
			return s
		}
	}
	return ""
}
