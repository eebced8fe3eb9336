package search_test

import (
	"fmt"

	"stepgym/envs/webshop/search"
)

func Example() {
	products := []struct{ asin, contents string }{
		{"B000000001", "red running shoes for women, size: 6, 7, 8"},
		{"B000000002", "wooden shoe rack, color: red"},
		{"B000000003", "stainless steel kettle"},
	}
	b := search.NewBuilder()
	for _, p := range products {
		b.Add(p.asin, p.contents)
	}
	ix, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	hits, err := ix.Search("I want red women's shoes", 10)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, h := range hits {
		fmt.Printf("%s %.4f\n", products[h.Doc].asin, h.Score)
	}
	// Output:
	// B000000001 0.9235
	// B000000002 0.5007
}

func ExampleTokens() {
	fmt.Println(search.Tokens("The women’s 3x-large RUNNING shoes, 12.5 oz"))
	// Output: [women 3x larg run shoe 12.5 oz]
}
