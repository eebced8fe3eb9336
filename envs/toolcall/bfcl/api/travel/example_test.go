package travel_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/travel"
	"stepgym/envs/toolcall/py"
)

func ExampleClass() {
	kit := toolcall.NewKit(travel.Class())
	x := kit.New([]toolcall.State{travel.Load(py.D(), nil)})
	fmt.Println(x.Run("get_nearest_airport_by_city(location='Tokyo')").Text)
	fmt.Println(x.Run("get_flight_cost('ORD', 'LAX', '2027-05-01', 'first')").Text)
	// Output:
	// {"nearest_airport": "HND"}
	// {"travel_cost_list": [900.0]}
}
