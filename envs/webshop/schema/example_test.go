package schema_test

import (
	"fmt"
	"os"
	"strings"

	"stepgym/envs/webshop/schema"
)

func ExampleReadItems() {
	file := strings.NewReader(`[{"asin": "B000000001", "name": "Chair", "pricing": "$36.00",
		"customization_options": {"Size": [{"value": "Small"}, {"value": "Large"}], "Color": null}}]`)
	err := schema.ReadItems(file, 0, func(i int, it *schema.Item) error {
		fmt.Println(i, it.ASIN, it.Name, it.Pricing)
		for _, o := range it.Options {
			fmt.Println(o.Name, len(o.Values))
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 B000000001 Chair $36.00
	// Size 2
	// Color 0
}

func ExampleWriteNouns() {
	err := schema.WriteNouns(os.Stdout, map[string][]string{"B000000001": {"garden", "chair"}})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	// "B000000001": ["garden", "chair"]
	// }
}
