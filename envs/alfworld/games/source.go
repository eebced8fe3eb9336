package games

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// source is a file that holds games.
type source struct {
	rel    string // below the set's root, with slashes
	split  string // of all its games; "" if its path does not tell
	packed bool
}

// skipped counts what looked like games and was left out.
type skipped struct {
	noTraj int // folders with a game and without traj_data.json
	moved  int // trials with sliced things or movable receptacles
}

// findSources looks through a folder, or takes the file that data names. Its
// order is that of the paths.
func findSources(data string) (root string, list []source, skip skipped, err error) {
	info, err := os.Stat(data)
	if err != nil {
		return "", nil, skip, fmt.Errorf("alfworld: data: %w", err)
	}
	if root, err = filepath.Abs(data); err != nil {
		return "", nil, skip, fmt.Errorf("alfworld: data %s: %w", data, err)
	}
	if !info.IsDir() {
		if !info.Mode().IsRegular() {
			return "", nil, skip, fmt.Errorf("alfworld: data %s: neither a folder nor a file", data)
		}
		s, err := fileSource(root)
		return filepath.Dir(root), []source{s}, skip, err
	}
	err = fs.WalkDir(os.DirFS(root), ".", func(rel string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, file := d.Name(), filepath.Join(root, filepath.FromSlash(rel))
		switch {
		case d.IsDir() || name != gameFile && !isPacked(name) || !isRegular(file):
		case name == gameFile:
			list = appendTrial(list, &skip, root, rel)
		default:
			if s := packedSource(root, rel); s.split != "" || !isOther(file) {
				list = append(list, s)
			}
		}
		return nil
	})
	if err != nil {
		return "", nil, skip, fmt.Errorf("alfworld: data %s: %w", data, err)
	}
	return root, list, skip, nil
}

// fileSource is the source that a path of a file names.
func fileSource(file string) (source, error) {
	dir, base := filepath.Split(file)
	switch {
	case isPacked(base):
		return packedSource(dir, base), nil
	case strings.HasSuffix(base, ".tw-pddl"):
		_, split := place(dir, "")
		return source{rel: base, split: split}, nil
	}
	return source{}, fmt.Errorf("alfworld: data %s: want a folder, a .tw-pddl file, or one of *%s", file, strings.Join(packedEndings(), ", *"))
}

// isRegular reports whether a path is a file or leads to one: nothing waits for
// a pipe. A link that leads nowhere counts, so that it is reported when it is
// read.
func isRegular(file string) bool {
	info, err := os.Stat(file)
	return err != nil || info.Mode().IsRegular()
}

func packedSource(root, rel string) source {
	s := source{rel: rel, packed: true, split: splitOfName(rel)}
	if s.split == "" {
		if dir := path.Dir(rel); dir != "." {
			_, s.split = place(root, dir)
		}
	}
	return s
}

// appendTrial appends a trial's folder by the rules of the original, which wants
// a traj_data.json and leaves out paths with "movable" or "Sliced".
//
// Differs: the original looks for these words in the path of the data, too.
func appendTrial(list []source, skip *skipped, root, rel string) []source {
	dir := path.Dir(rel)
	if isMoved(dir) {
		skip.moved++
		return list
	}
	if dir != "." {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(dir), trajFile)); errors.Is(err, fs.ErrNotExist) {
			skip.noTraj++
			return list
		}
	}
	_, split := place(root, dir)
	return append(list, source{rel: rel, split: split})
}

// isMoved reports whether a path is that of a trial which the original leaves
// out.
func isMoved(path string) bool {
	return strings.Contains(path, "movable") || strings.Contains(path, "Sliced")
}

// isOther reports whether the first line of a file is JSON and no game: a file
// of something else that lies beside the games. One that cannot be read is
// taken for games, so that its fault is reported.
func isOther(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close() // only read from
	in, err := unpack(file, bufio.NewReader(f))
	if err != nil {
		return false
	}
	defer in.Close()
	line, _ := readLine(bufio.NewReaderSize(in, 1<<16)) // what there is of it
	line = bytes.TrimSpace(line)
	_, end, err := findProblem(line)
	return err == nil && end == 0
}
