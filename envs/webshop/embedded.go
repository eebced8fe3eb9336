package webshop

import (
	"errors"
	"fmt"

	"stepgym/envs/webshop/generate"
)

// openEmbedded opens the generated catalogue.
func openEmbedded(c Config) (*Env, error) {
	return openWith(c, func(o CatalogOptions) (*Catalog, error) {
		return NewCatalog(generate.Catalogue(c.Products, c.GeneratorSeed), o)
	})
}

// openFolder opens the catalogue in folder c.Data.
func openFolder(c Config) (*Env, error) {
	return openWith(c, func(o CatalogOptions) (*Catalog, error) { return LoadCatalog(c.Data, o) })
}

// openWith opens an Env that owns the catalogue that load returns.
func openWith(c Config, load func(CatalogOptions) (*Catalog, error)) (*Env, error) {
	catalog, err := load(c.catalogOptions())
	if err != nil {
		return nil, err
	}
	e, err := New(catalog, c)
	if err == nil && catalog.NumGoals() == 0 {
		err = fmt.Errorf("webshop: the catalogue has no %s goals; see config key \"goals\"", c.Goals)
	}
	if err != nil {
		return nil, errors.Join(err, catalog.Close())
	}
	e.close = catalog.Close
	return e, nil
}
