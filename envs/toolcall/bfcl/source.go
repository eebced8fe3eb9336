package bfcl

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// source is where the files of the benchmark are read from.
type source struct {
	name   string // for error texts
	files  fs.FS  // holds BFCL_v4_*.json, possible_answer/, multi_turn_func_doc/
	module fs.FS  // holds long_context.py; nil where there is none
	close  func() error
}

// Where the data and the literals of long_context lie in the package.
const (
	packageData   = "bfcl_eval/data"
	packageModule = "bfcl_eval/eval_checker/multi_turn_eval/func_source_code"
	probe         = "multi_turn_func_doc"
)

// openSource opens a folder or the package's wheel file. The folder is the
// package's data folder, or one that holds the package (site-packages, an
// unpacked wheel), or the package's own.
func openSource(name string) (*source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("bfcl: data: %w", err)
	}
	if !info.IsDir() {
		return openWheel(name)
	}
	s := &source{name: name, close: func() error { return nil }}
	dir := os.DirFS(name)
	for _, at := range []struct{ data, module string }{
		{".", ""},
		{packageData, packageModule},
		{strings.TrimPrefix(packageData, "bfcl_eval/"), strings.TrimPrefix(packageModule, "bfcl_eval/")},
	} {
		if !isDir(dir, path.Join(at.data, probe)) {
			continue
		}
		if err := s.take(dir, at.data, at.module); err != nil {
			return nil, err
		}
		if at.data == "." && isDir(os.DirFS(path.Join(name, "..")), "eval_checker") { // the data folder inside the package
			s.module = os.DirFS(path.Join(name, "..", strings.TrimPrefix(packageModule, "bfcl_eval/")))
		}
		return s, nil
	}
	return nil, fmt.Errorf("bfcl: %s holds no folder %s: give the data folder of the PyPI package bfcl-eval, or its wheel file", name, probe)
}

func openWheel(name string) (*source, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %s is neither a folder nor a wheel: %w", name, err)
	}
	s := &source{name: name, close: z.Close}
	if !isDir(z, path.Join(packageData, probe)) {
		return nil, errors.Join(fmt.Errorf("bfcl: %s is not a wheel of bfcl-eval: it holds no %s/%s", name, packageData, probe), z.Close())
	}
	if err := s.take(z, packageData, packageModule); err != nil {
		return nil, errors.Join(err, z.Close())
	}
	return s, nil
}

func (s *source) take(dir fs.FS, data, module string) (err error) {
	if s.files, err = fs.Sub(dir, data); err == nil && module != "" {
		s.module, err = fs.Sub(dir, module)
	}
	if err != nil {
		return fmt.Errorf("bfcl: %s: %w", s.name, err)
	}
	return nil
}

func isDir(dir fs.FS, name string) bool {
	info, err := fs.Stat(dir, name)
	return err == nil && info.IsDir()
}

// read returns a file, or an error that names it.
func (s *source) read(name string) ([]byte, error) {
	b, err := fs.ReadFile(s.files, name)
	if err != nil {
		return nil, fmt.Errorf("bfcl: %s: %w", s.name, err)
	}
	return b, nil
}
