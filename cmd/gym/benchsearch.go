package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"stepgym/envs/webshop"
)

// searchBench is what "gym bench search" prints. Times are wall time.
type searchBench struct {
	Products    int     `json:"products"`
	Queries     int     `json:"queries"`
	LoadSeconds float64 `json:"load_seconds"`
	P50         float64 `json:"p50_ms"`
	P90         float64 `json:"p90_ms"`
	P99         float64 `json:"p99_ms"`
	Max         float64 `json:"max_ms"`
	RSSBytes    int64   `json:"rss_bytes"`
	CPU         string  `json:"cpu"`
}

func newBenchSearch() *cobra.Command {
	var config string
	var queries int
	var asJSON bool
	c := &cobra.Command{
		Use:   "search",
		Short: "Latency of WebShop's search",
		Long: `Measure WebShop's search engine, one query at a time, with the instructions of different
tasks as queries, after a tenth of them to warm up. No cache of results is in the way.`,
		Example: `  gym data webshop --products 1000000 --packed --out large
  gym bench search --config '{"data": "large"}' --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if queries < 10 {
				return misused(errors.New("--queries must be at least 10"))
			}
			start := time.Now()
			shop, err := openShop(c, config)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, shop.Close()) }()
			r := searchBench{Products: shop.Catalog().Len(), LoadSeconds: time.Since(start).Seconds(), CPU: cpuName()}
			if err := r.measure(shop, queries); err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), r)
			}
			fmt.Fprintf(c.OutOrStdout(), "%d products, %d queries, %s: p50 %.3f ms, p90 %.3f, p99 %.3f, max %.3f; %.2f s to load, %.0f MB resident\n",
				r.Products, r.Queries, r.CPU, r.P50, r.P90, r.P99, r.Max, r.LoadSeconds, float64(r.RSSBytes)/1e6)
			return nil
		},
	}
	fl := c.Flags()
	fl.StringVar(&config, "config", "", "configuration of the shop: a JSON object or a file")
	fl.IntVar(&queries, "queries", 2000, "number of queries")
	fl.BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (r *searchBench) measure(shop *webshop.Env, n int) error {
	var ms []float64
	warm, i := n/10, 0
	for t, err := range shop.Tasks("all") {
		if err != nil {
			return err
		}
		start := time.Now()
		if _, err := shop.FindProducts(t.Goal, 50); err != nil {
			return err
		}
		if i++; i > warm {
			ms = append(ms, time.Since(start).Seconds()*1e3)
		}
		if i == n+warm {
			break
		}
	}
	if len(ms) == 0 {
		return errors.New("the catalogue has too few tasks")
	}
	slices.Sort(ms)
	at := func(q float64) float64 { return ms[int(q*float64(len(ms)-1))] }
	r.Queries, r.P50, r.P90, r.P99, r.Max, r.RSSBytes = len(ms), at(.5), at(.9), at(.99), at(1), rss()
	return nil
}
