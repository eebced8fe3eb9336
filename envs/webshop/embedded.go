package webshop

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"stepgym/envs/webshop/generate"
	"stepgym/envs/webshop/search"
)

// openEmbedded opens the generated catalogue.
func openEmbedded(c Config) (*Env, error) {
	catalog, err := NewCatalog(generate.Catalogue(c.Products, c.GeneratorSeed), c.catalogOptions())
	if err != nil {
		return nil, err
	}
	return own(catalog, c, "")
}

// openFolder opens the catalogue in c.Data: a folder, plain or packed, or a
// file of one.
func openFolder(c Config) (*Env, error) {
	catalog, err := LoadCatalog(c.Data, c.catalogOptions())
	if err != nil {
		return nil, err
	}
	index := ""
	if file, ok := IsPacked(c.Data); ok {
		index = filepath.Join(filepath.Dir(file), IndexName)
	}
	return own(catalog, c, index)
}

// own makes an Env that closes its catalogue. index is the file of the search
// index, if there can be one.
func own(catalog *Catalog, c Config, index string) (*Env, error) {
	engine, err := openEngine(catalog, index)
	if err == nil && catalog.NumGoals() == 0 {
		err = fmt.Errorf("webshop: the catalogue has no %s goals; see config key \"goals\"", c.Goals)
	}
	if err != nil {
		return nil, errors.Join(err, catalog.Close())
	}
	return &Env{
		world: newWorld(c, catalog, engine),
		close: func() error { return errors.Join(engine.index.Close(), catalog.Close()) },
	}, nil
}

// openEngine maps the index in a file, or makes one in memory where there is no
// file or only some of its products are loaded.
func openEngine(catalog *Catalog, path string) (*engine, error) {
	if path == "" {
		return newEngine(catalog)
	}
	index, err := search.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return newEngine(catalog)
	case err != nil:
		return nil, fmt.Errorf("webshop: %w; pack the catalogue again", err)
	case index.Label() == indexLabel(catalog):
		return &engine{index: index}, nil
	}
	if err := index.Close(); err != nil {
		return nil, fmt.Errorf("webshop: %w", err)
	}
	if catalog.Options().NumProducts > 0 {
		return newEngine(catalog)
	}
	return nil, fmt.Errorf("webshop: %s is the index of another catalogue; pack the catalogue again", path)
}
