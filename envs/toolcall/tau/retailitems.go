package tau

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// count is v.count(x) for a list or a str.
func count(v, x py.Value) int {
	if s, ok := v.(py.Str); ok {
		return strings.Count(string(s), py.StrAttr(x, "count"))
	}
	return countIn(py.ListAttr(v, "count").Items, x)
}

func countIn(items []py.Value, x py.Value) int {
	n := 0
	for _, it := range items {
		if py.Same(it, x) {
			n++
		}
	}
	return n
}

// itemIDs returns the ids of the items of an order.
func itemIDs(order *py.Dict) []py.Value {
	items := py.Iter(at(order, kItems))
	ids := make([]py.Value, len(items))
	for i, it := range items {
		ids[i] = py.Index(it, kItemID)
	}
	return ids
}

// lacks returns the first of ids that an order has not as often as it is in ids,
// nil if it has all.
func lacks(order *py.Dict, ids py.Value) py.Value {
	all := itemIDs(order)
	for _, id := range py.Iter(ids) {
		if count(ids, id) > countIn(all, id) {
			return id
		}
	}
	return nil
}

// itemAt returns the place of the first item of an order that has an id.
func itemAt(order *py.Dict, id py.Value) int {
	for i, other := range itemIDs(order) {
		if py.Equal(other, id) {
			return i
		}
	}
	py.Raise("IndexError", "list index out of range")
	return -1
}

// priceChange is what it costs to have new items in place of old ones of an
// order, or the answer why that cannot be.
func (s *State) priceChange(order *py.Dict, old, others py.Value) (diff, no py.Value) {
	if id := lacks(order, old); id != nil {
		return nil, failure(py.Format(id) + " not found")
	}
	if py.Len(old) != py.Len(others) {
		return nil, failure("the number of items to be exchanged should match")
	}
	diff = py.Int(0)
	ids := py.Iter(others)
	for i, id := range py.Iter(old) {
		item := py.Index(at(order, kItems), py.Int(itemAt(order, id)))
		variants := s.variants(py.Index(item, kProductID))
		if !variants.Has(ids[i]) || !py.Truth(py.Index(variants.MustGet(ids[i]), kAvailable)) {
			return nil, failure("new item " + py.Format(ids[i]) + " not found or available")
		}
		price := py.Index(item, kPrice)
		diff = py.AddAssign(diff, py.Sub(py.Index(variants.MustGet(ids[i]), kPrice), price))
	}
	return diff, nil
}

// variants returns the variants of a product.
func (s *State) variants(product py.Value) *py.Dict {
	return at(s.must(products, product), kVariants).(*py.Dict)
}

func exchangeDeliveredItems(s *State, a []py.Value) py.Value {
	order, no := s.delivered(a[0], "exchanged")
	if no != nil {
		return no
	}
	old, others, id := a[1], a[2], a[3]
	diff, no := s.priceChange(order, old, others)
	if no != nil {
		return no
	}
	diff = py.Round(diff, py.Int(2))
	methods := s.methods(at(order, kUserID))
	if !methods.Has(id) {
		return failure("payment method not found")
	}
	method := methods.MustGet(id).(*py.Dict)
	if isGiftCard(method) && py.Less(at(method, kBalance), diff) {
		return failure("insufficient gift card balance to pay for the price difference")
	}
	order = s.change(orders, a[0])
	order.Set(kStatus, py.Str("exchange requested"))
	order.Set(py.Str("exchange_items"), sorted(old))
	order.Set(py.Str("exchange_new_items"), sorted(others))
	order.Set(py.Str("exchange_payment_method_id"), id)
	order.Set(py.Str("exchange_price_difference"), diff)
	return s.dumps(order)
}

// sorted is sorted(v).
func sorted(v py.Value) py.Value { return py.NewList(py.Sorted(py.Iter(v))...) }

func returnDeliveredItems(s *State, a []py.Value) py.Value {
	order, no := s.delivered(a[0], "returned")
	if no != nil {
		return no
	}
	ids, id := a[1], a[2]
	if !s.methods(at(order, kUserID)).Has(id) {
		return failure("payment method not found")
	}
	if !py.Contains(id, py.Str("gift_card")) &&
		!py.Equal(id, py.Index(py.Index(at(order, kPaymentHistory), py.Int(0)), kPaymentMethod)) {
		return failure("payment method should be either the original payment method or a gift card")
	}
	if lacks(order, ids) != nil {
		return failure("some item not found")
	}
	order = s.change(orders, a[0])
	order.Set(kStatus, py.Str("return requested"))
	order.Set(py.Str("return_items"), sorted(ids))
	order.Set(py.Str("return_payment_method_id"), id)
	return s.dumps(order)
}

func modifyPendingItems(s *State, a []py.Value) py.Value {
	order, no := s.pending(a[0], "modified")
	if no != nil {
		return no
	}
	old, others, id := a[1], a[2], a[3]
	diff, no := s.priceChange(order, old, others)
	if no != nil {
		return no
	}
	user := at(order, kUserID)
	if !s.methods(user).Has(id) {
		return failure("payment method not found")
	}
	method := s.methods(user).MustGet(id).(*py.Dict)
	if isGiftCard(method) && py.Less(at(method, kBalance), diff) {
		return failure("insufficient gift card balance to pay for the new item")
	}
	kind := py.Str("refund")
	if py.Greater(diff, py.Int(0)) {
		kind = "payment"
	}
	order = s.change(orders, a[0])
	s.list(order, kPaymentHistory, "append").Append(transaction(kind, py.Abs(diff), id))
	if isGiftCard(method) {
		addBalance(s.changeMethod(user, id), diff, true)
	}
	ids := py.Iter(others)
	for i, was := range py.Iter(old) {
		s.replaceItem(order, itemAt(order, was), ids[i])
	}
	order.Set(kStatus, py.Str("pending (item modified)"))
	return s.dumps(order)
}

// replaceItem makes the item at a place of an order, which is the state's own,
// another variant of its product.
func (s *State) replaceItem(order *py.Dict, place int, id py.Value) {
	items := s.list(order, kItems, "append")
	item := items.Items[place].(*py.Dict).Own(s.owner)
	items.Items[place] = item
	item.Set(kItemID, id)
	variant := s.variants(at(item, kProductID)).MustGet(id)
	item.Set(kPrice, py.Index(variant, kPrice))
	item.Set(kOptions, py.Index(variant, kOptions))
}
