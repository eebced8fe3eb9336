package webshop_test

import (
	"fmt"

	"stepgym/envs/webshop"
)

// Buying what is wanted, as wanted, gets the full reward; another product of
// the shop mostly does not.
func ExampleCatalog_Reward() {
	c, err := webshop.LoadCatalog("testdata/synth59", webshop.DefaultCatalogOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	g := c.Goal(10)
	fmt.Println(g.Instruction)
	at, _ := c.ByASIN(g.ASIN)
	p := c.Product(at)
	fmt.Println(c.Reward(g, p, g.Options, p.Price).Score)
	other := c.Product((at + 20) % c.Len())
	r := c.Reward(g, other, nil, other.Price)
	fmt.Printf("%.3f: %d of %d attributes, %d of %d options, price %v, type %v\n",
		r.Score, r.AttrMatches, len(g.Attributes), r.OptionMatches, len(g.Options), r.Price, r.Type)
	// Output:
	// Find me machine washable, solid wood table lamps with non slip with color: midnight, and size: 2' x 3', and price lower than 70.00 dollars
	// 1
	// 0.083: 0 of 3 attributes, 0 of 2 options, price true, type 0.5
}

func ExampleCatalog_Split() {
	c, err := webshop.LoadCatalog("testdata/synth59", webshop.DefaultCatalogOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range webshop.Splits() {
		goals, err := c.Split(webshop.SplitOptions{}, name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, len(goals))
	}
	// Output:
	// train 482
	// dev 39
	// test 1
	// all 522
}

func ExampleTokenSetRatio() {
	fmt.Println(webshop.TokenSetRatio("machine washable", "Washable, machine-made"))
	fmt.Println(webshop.TokenSetRatio("army green", "('color', 'army green')"))
	fmt.Println(webshop.TokenSetRatio("red", "blue"))
	// Output:
	// 100
	// 100
	// 29
}
