package tau

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// retailTools returns the tools of the shop.
func retailTools() []tool {
	address := []toolcall.Param{
		toolcall.P("address1"), toolcall.P("address2"), toolcall.P("city"),
		toolcall.P("state"), toolcall.P("country"), toolcall.P("zip"),
	}
	order, user, method := toolcall.P("order_id"), toolcall.P("user_id"), toolcall.P("payment_method_id")
	items, others := toolcall.P("item_ids"), toolcall.P("new_item_ids")
	return []tool{
		{"Calculate", toolcall.Def("calculate", calculate, toolcall.P("expression"))},
		{"CancelPendingOrder", toolcall.Def("cancel_pending_order", cancelPendingOrder, order, toolcall.P("reason"))},
		{"ExchangeDeliveredOrderItems", toolcall.Def("exchange_delivered_order_items", exchangeDeliveredItems, order, items, others, method)},
		{"FindUserIdByEmail", toolcall.Def("find_user_id_by_email", findUserByEmail, toolcall.P("email"))},
		{"FindUserIdByNameZip", toolcall.Def("find_user_id_by_name_zip", findUserByName, toolcall.P("first_name"), toolcall.P("last_name"), toolcall.P("zip"))},
		{"GetOrderDetails", toolcall.Def("get_order_details", details(orders, "order not found"), order)},
		{"GetProductDetails", toolcall.Def("get_product_details", details(products, "product not found"), toolcall.P("product_id"))},
		{"GetUserDetails", toolcall.Def("get_user_details", details(users, "user not found"), user)},
		{"ListAllProductTypes", toolcall.Def("list_all_product_types", listProductTypes)},
		{"ModifyPendingOrderAddress", toolcall.Def("modify_pending_order_address", modifyOrderAddress, append([]toolcall.Param{order}, address...)...)},
		{"ModifyPendingOrderItems", toolcall.Def("modify_pending_order_items", modifyPendingItems, order, items, others, method)},
		{"ModifyPendingOrderPayment", toolcall.Def("modify_pending_order_payment", modifyPendingPayment, order, method)},
		{"ModifyUserAddress", toolcall.Def("modify_user_address", modifyUserAddress, append([]toolcall.Param{user}, address...)...)},
		{"ReturnDeliveredOrderItems", toolcall.Def("return_delivered_order_items", returnDeliveredItems, order, items, method)},
		{"Think", toolcall.Def("think", think, toolcall.P("thought"))},
		{"TransferToHumanAgents", toolcall.Def(Transfer, transfer, toolcall.P("summary"))},
	}
}

// details returns the tool that shows a record of a table.
func details(table int, missing string) func(s *State, a []py.Value) py.Value {
	no := failure(missing)
	return func(s *State, a []py.Value) py.Value {
		r, ok := s.find(table, a[0])
		if !ok {
			return no
		}
		return s.dumps(r)
	}
}

func think(*State, []py.Value) py.Value { return py.Str("") }

func transfer(*State, []py.Value) py.Value { return py.Str("Transfer successful") }

func listProductTypes(s *State, _ []py.Value) py.Value { return s.data.productTypes }

// findUserByEmail looks emails up in an index: no tool changes them.
func findUserByEmail(s *State, a []py.Value) py.Value {
	if s.data.tables[users].Len() > 0 {
		if id, ok := s.data.emails[py.Lower(py.StrAttr(a[0], "lower"))]; ok {
			return id
		}
	}
	return failure("user not found")
}

// findUserByName looks first names up in an index; the zip code is one that tools
// change.
func findUserByName(s *State, a []py.Value) py.Value {
	if s.data.tables[users].Len() > 0 {
		last, lowered := "", false
		for _, p := range s.data.people[py.Lower(py.StrAttr(a[0], "lower"))] {
			if !lowered {
				last, lowered = py.Lower(py.StrAttr(a[1], "lower")), true
			}
			if p.last == last && py.Equal(py.Index(at(s.must(users, p.id), kAddress), kZip), a[2]) {
				return p.id
			}
		}
	}
	return failure("user not found")
}

// address returns an address of six arguments.
func address(a []py.Value) *py.Dict {
	return py.Of(
		py.KV(py.Str("address1"), a[0]), py.KV(py.Str("address2"), a[1]), py.KV(py.Str("city"), a[2]),
		py.KV(py.Str("state"), a[3]), py.KV(py.Str("country"), a[4]), py.KV(kZip, a[5]),
	)
}

func modifyUserAddress(s *State, a []py.Value) py.Value {
	if _, ok := s.find(users, a[0]); !ok {
		return failure("user not found")
	}
	u := s.change(users, a[0])
	u.Set(kAddress, address(a[1:]))
	return s.dumps(u)
}

func modifyOrderAddress(s *State, a []py.Value) py.Value {
	if _, no := s.pending(a[0], "modified"); no != nil {
		return no
	}
	o := s.change(orders, a[0])
	o.Set(kAddress, address(a[1:]))
	return s.dumps(o)
}

// pending returns a pending order, or the answer that there is none or that it
// cannot be what is said.
func (s *State) pending(id py.Value, what string) (order *py.Dict, no py.Value) {
	order, ok := s.find(orders, id)
	switch {
	case !ok:
		return nil, failure("order not found")
	case !py.EqualStr(at(order, kStatus), "pending"):
		return nil, failure("non-pending order cannot be " + what)
	}
	return order, nil
}

// delivered is pending for an order that has been delivered.
func (s *State) delivered(id py.Value, what string) (order *py.Dict, no py.Value) {
	order, ok := s.find(orders, id)
	switch {
	case !ok:
		return nil, failure("order not found")
	case !py.EqualStr(at(order, kStatus), "delivered"):
		return nil, failure("non-delivered order cannot be " + what)
	}
	return order, nil
}
