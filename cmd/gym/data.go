package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"stepgym/envs/webshop"
	"stepgym/envs/webshop/generate"
	"stepgym/envs/webshop/schema"
)

func newData() *cobra.Command {
	c := &cobra.Command{
		Use:   "data",
		Short: "Make and examine data",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDataWebshop(), newDataAlfworld(), newDataToolcall())
	return c
}

// webshopFlags say which catalogue to write and how.
type webshopFlags struct {
	products  int
	seed      uint64
	out, from string
	packed    bool
}

func newDataWebshop() *cobra.Command {
	var f webshopFlags
	c := &cobra.Command{
		Use:   "webshop",
		Short: "Generate a WebShop catalogue in the original's schema",
		Long: `Generate a catalogue: items_shuffle.json, items_ins_v2.json, items_human_ins.json and
nouns.json, in the schema of the original WebShop. Equal numbers and seeds give equal
files, and a small catalogue is the beginning of a large one.

With --packed it is written as two files that open at once and are shared by all
processes: for catalogues of 100,000 products and more. --from packs a catalogue that
you have.`,
		Example: `  gym data webshop --products 1000 --seed 1 --out catalogue
  gym data webshop --products 1000000 --packed --out large
  gym data webshop --from my-catalogue --packed --out large
  gym play --env webshop --config '{"data": "catalogue"}'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	fl := c.Flags()
	fl.IntVar(&f.products, "products", 1000, "number of products")
	fl.Uint64Var(&f.seed, "seed", 0, "seed of the catalogue")
	fl.StringVar(&f.out, "out", "", "folder to write into")
	fl.BoolVar(&f.packed, "packed", false, "write the packed form")
	fl.StringVar(&f.from, "from", "", "folder of a catalogue to pack instead of generating one")
	c.AddCommand(newDataSearch(), newDataReward())
	return c
}

func (f *webshopFlags) run(c *cobra.Command) error {
	switch {
	case f.products < 1 || f.out == "":
		return misused(errors.New("give --out, and --products of at least 1"))
	case f.from != "" && !f.packed:
		return misused(errors.New("--from goes with --packed"))
	case f.packed:
		return f.pack(c)
	}
	bar := newProgress(c.ErrOrStderr(), "products", f.products)
	defer bar.Done()
	err := schema.WriteRows(f.out, f.products, generate.New(f.seed).Product, func(n int) error {
		bar.Set(n)
		return c.Context().Err()
	})
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%d products are in %s.\n", f.products, f.out)
	}
	return err
}

// pack writes the packed form of a generated or a given catalogue.
func (f *webshopFlags) pack(c *cobra.Command) error {
	rows, total := webshop.GeneratedRows(f.products, f.seed), f.products
	if f.from != "" {
		rows, total = webshop.DirRows(f.from), 0
	}
	bar := newProgress(c.ErrOrStderr(), "products", total)
	defer bar.Done()
	n, err := webshop.Pack(c.Context(), f.out, rows, func(stage string, done int) {
		bar.Describe(stage)
		bar.Set(done)
	})
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%d products are packed in %s.\n", n, f.out)
	}
	return err
}

// openShop opens the WebShop that --config describes.
func openShop(c *cobra.Command, config string) (*webshop.Env, error) {
	raw, err := readConfig(config, c.InOrStdin())
	if err != nil {
		return nil, err
	}
	env, err := openEnv(c, "webshop", raw)
	if err != nil {
		return nil, err
	}
	return env.(*webshop.Env), nil // which webshop.Open opens
}

func newDataSearch() *cobra.Command {
	var config, in string
	var k int
	var asJSON bool
	c := &cobra.Command{
		Use:     "search",
		Short:   "Search a WebShop catalogue, one query a line",
		Example: `  gym data webshop search --config '{"data": "catalogue"}' --in queries.txt --json`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			shop, err := openShop(c, config)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, shop.Close()) }()
			return searchLines(c, shop, in, k, asJSON)
		},
	}
	fl := c.Flags()
	fl.StringVar(&config, "config", "", "configuration of the shop: a JSON object or a file")
	fl.StringVar(&in, "in", "-", "file with one query a line")
	fl.IntVar(&k, "top", 50, "results a query")
	fl.BoolVar(&asJSON, "json", false, "print JSON, one object a line")
	return c
}

// searchResult is a line of the output of "gym data webshop search".
type searchResult struct {
	Query string   `json:"q"`
	ASINs []string `json:"asins"`
	Error string   `json:"error,omitempty"`
}

func searchLines(c *cobra.Command, shop *webshop.Env, in string, k int, asJSON bool) (err error) {
	if k < 1 {
		return misused(errors.New("--top must be at least 1"))
	}
	queries, err := readActions(in, c.InOrStdin())
	if err != nil {
		return err
	}
	out := newJSONLines(c.OutOrStdout())
	defer func() { err = errors.Join(err, out.Flush()) }()
	for _, q := range queries {
		r := searchResult{Query: q, ASINs: []string{}}
		if asins, err := shop.FindProducts(q, k); err != nil {
			r.Error = err.Error()
		} else if len(asins) > 0 {
			r.ASINs = asins
		}
		if err := writeSearch(out, shop, r, asJSON); err != nil {
			return err
		}
	}
	return nil
}

func writeSearch(out *jsonLines, shop *webshop.Env, r searchResult, asJSON bool) error {
	if asJSON {
		return out.Write(r)
	}
	fmt.Fprintf(out.w, "%s: %d results%s\n", r.Query, len(r.ASINs), r.Error)
	for i, asin := range r.ASINs {
		if at, ok := shop.Catalog().ByASIN(asin); ok {
			p := shop.Catalog().Product(at)
			fmt.Fprintf(out.w, "%4d  %s  %s  %s\n", i+1, asin, p.PriceTag, p.Title)
		}
	}
	return nil
}

func newDataReward() *cobra.Command {
	var config, in string
	c := &cobra.Command{
		Use:   "reward",
		Short: "Score WebShop purchases, one JSON object a line",
		Long: `Score purchases. A row has "asin", "goal" (asin, query, product_category, attributes,
goal_options, price_upper), "options" and perhaps "price"; it comes back with "reward"
and its parts. A row that cannot be scored comes back as {"row", "error"}, and the command
fails after the others.`,
		Example: `  gym data webshop reward --config '{"data": "catalogue"}' --in cases.jsonl --json`,
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			shop, err := openShop(c, config)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, shop.Close()) }()
			return scoreLines(c, shop, in)
		},
	}
	fl := c.Flags()
	fl.StringVar(&config, "config", "", "configuration of the shop: a JSON object or a file")
	fl.StringVar(&in, "in", "-", "JSON lines file of purchases")
	fl.Bool("json", true, "the output is always JSON, one object a line")
	return c
}

func scoreLines(c *cobra.Command, shop *webshop.Env, in string) (err error) {
	out := newJSONLines(c.OutOrStdout())
	defer func() { err = errors.Join(err, out.Flush()) }()
	failed := 0
	err = eachLine(in, c.InOrStdin(), func(i int, line []byte) error {
		scored, err := webshop.EvaluateRewardCase(shop.Catalog(), line)
		if err != nil {
			failed++
			fmt.Fprintf(c.ErrOrStderr(), "%s row %d: %v\n", in, i, err)
			return out.Write(struct {
				Row   int    `json:"row"`
				Error string `json:"error"`
			}{i, err.Error()})
		}
		_, err = out.w.Write(append(scored, '\n'))
		return err
	})
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d rows could not be scored", failed)
	}
	return err
}
