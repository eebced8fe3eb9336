package trading_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/trading"
	"stepgym/envs/toolcall/py"
)

func Example() {
	state := trading.Load(py.D("authenticated", py.Bool(true)), nil)
	x := toolcall.NewKit(trading.Class()).New([]toolcall.State{state})
	for _, call := range []string{
		"place_order(order_type='Buy', symbol='ZETA', price=22, amount=10)",
		"get_order_details(order_id='12446')",
		"filter_stocks_by_price(['ZETA', 'NEPT', 'AAPL'], 20, 100)",
		"place_order('Buy', 'ZETA', [], 10)",
	} {
		fmt.Println(x.Run(call).Text)
	}
	// Output:
	// {"order_id": 12446, "order_type": "Buy", "status": "Pending", "price": 22.0, "amount": 10}
	// {"error": "Order with ID 12446 not found.Here is the list of orders_id: [12345, 12446]"}
	// {"filtered_stocks": ["ZETA", "NEPT"]}
	// Error during execution: '<=' not supported between instances of 'list' and 'int'
}
