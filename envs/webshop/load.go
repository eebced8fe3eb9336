package webshop

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"stepgym/envs/webshop/schema"
	"stepgym/internal/python"
)

// dummyAttribute is what a product without an entry in the attribute file has.
const dummyAttribute = "DUMMY_ATTR"

// LoadCatalog reads the catalogue at path, a folder or an items file, and
// makes what the options say of it. See [schema.Find] for the files it looks
// for; a packed catalogue, see [OpenPacked], goes before them.
func LoadCatalog(path string, o CatalogOptions) (*Catalog, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	if file, ok := IsPacked(path); ok {
		return OpenPacked(file, o)
	}
	d, err := schema.ReadDir(path, schema.ReadOptions{NumItems: o.NumProducts, Human: o.human()})
	if err != nil {
		return nil, fmt.Errorf("webshop: load %s: %w", path, err)
	}
	c, err := NewCatalog(d, o)
	if err != nil {
		return nil, fmt.Errorf("%w (in %s)", err, path)
	}
	return c, nil
}

// usable reports whether the original keeps an item with this ASIN.
func usable(asin string) bool {
	return asin != "nan" && utf8.RuneCountInString(asin) <= 10
}

// cleanProduct makes a product of an item; price and nouns are left open.
//
// Differs: the original cannot load an item without pictures, or one that the
// attribute file lacks when goals are synthetic. Here the first has no picture
// and the second no goal.
func cleanProduct(it *schema.Item, a schema.Attributes) (Product, error) {
	prices, tag, err := parsePricing(it.Pricing)
	if err != nil {
		return Product{}, fmt.Errorf("asin %s: pricing %q %w", it.ASIN, it.Pricing, err)
	}
	p := Product{
		ASIN:        it.ASIN,
		Title:       it.Name,
		Description: it.FullDescription,
		Bullets:     it.Bullets,
		Category:    it.Category,
		Query:       python.Strip(python.Lower(it.Query)),
		Path:        it.ProductCategory,
		Attributes:  a.Attributes,
		Options:     cleanOptions(it.Options),
		PriceTag:    tag,
		Prices:      prices,
	}
	if len(it.Images) > 0 {
		p.Image = it.Images[0]
	}
	if p.Bullets == nil {
		p.Bullets = []string{""}
	}
	if p.Attributes == nil {
		p.Attributes = []string{dummyAttribute}
	}
	return p, nil
}

// cleanOptions returns the options that the shop offers. Names that are equal
// in lower case are one option, at the first one's place with the last one's
// values; names without a list are none.
func cleanOptions(options []schema.Option) []Option {
	var list []Option
	for _, o := range options {
		if o.Values == nil {
			continue
		}
		clean := Option{
			Name:   python.Lower(o.Name),
			Values: make([]string, len(o.Values)),
			Images: make([]string, len(o.Values)),
		}
		for i, v := range o.Values {
			clean.Values[i] = python.Lower(strings.ReplaceAll(python.Strip(v.Value), "/", " | "))
			clean.Images[i] = v.Image
		}
		if at := optionIndex(list, clean.Name); at >= 0 {
			list[at] = clean
		} else {
			list = append(list, clean)
		}
	}
	return list
}

// optionIndex returns the place of the option with this name, or -1.
func optionIndex(options []Option, name string) int {
	for i := range options {
		if options[i].Name == name {
			return i
		}
	}
	return -1
}

// Validate reports all that is wrong with the options.
func (o CatalogOptions) Validate() error {
	var errs []error
	if o.Goals != "" && o.Goals != "synthetic" && o.Goals != "human" {
		errs = append(errs, fmt.Errorf("webshop: goals are %q, want \"synthetic\" or \"human\"", o.Goals))
	}
	if o.NumProducts < 0 {
		errs = append(errs, fmt.Errorf("webshop: number of products is %d, want 0 for all or more", o.NumProducts))
	}
	return errors.Join(errs...)
}

// human reports whether the goals are those written by people.
func (o CatalogOptions) human() bool { return o.Goals == "human" }
