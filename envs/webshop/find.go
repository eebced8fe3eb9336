package webshop

// FindProducts returns the ASINs of the products that a search finds, best
// first, at most k. It is the search engine alone: the words in angle brackets
// that pages treat as commands are words here. More than 1,024 different words
// are an error that wraps search.ErrTooManyTerms.
func (e *Env) FindProducts(query string, k int) ([]string, error) {
	ids, err := e.world.engine.Find(query, k)
	if err != nil {
		return nil, err
	}
	asins := make([]string, len(ids))
	for i, id := range ids {
		asins[i] = e.world.catalog.Product(int(id)).ASIN
	}
	return asins, nil
}
