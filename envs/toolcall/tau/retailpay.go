package tau

import "stepgym/envs/toolcall/py"

// isGiftCard reports whether a payment method is a gift card.
func isGiftCard(method *py.Dict) bool { return py.EqualStr(at(method, kSource), "gift_card") }

// transaction is an entry of the payment history of an order.
func transaction(kind py.Str, amount, method py.Value) *py.Dict {
	return py.Of(py.KV(py.Str("transaction_type"), kind), py.KV(kAmount, amount), py.KV(kPaymentMethod, method))
}

// addBalance adds an amount to the balance of a gift card and rounds it to
// cents; sub takes it away.
func addBalance(card *py.Dict, amount py.Value, sub bool) {
	change := py.AddAssign
	if sub {
		change = py.SubAssign
	}
	card.Set(kBalance, change(at(card, kBalance), amount))
	card.Set(kBalance, py.Round(at(card, kBalance), py.Int(2)))
}

func cancelPendingOrder(s *State, a []py.Value) py.Value {
	order, no := s.pending(a[0], "cancelled")
	if no != nil {
		return no
	}
	reason := a[1]
	if !py.EqualStr(reason, "no longer needed") && !py.EqualStr(reason, "ordered by mistake") {
		return failure("invalid reason")
	}
	var refunds []py.Value
	for _, payment := range py.Iter(at(order, kPaymentHistory)) {
		method := py.Index(payment, kPaymentMethod)
		amount := py.Index(payment, kAmount)
		refunds = append(refunds, transaction("refund", amount, method))
		if py.Contains(method, py.Str("gift_card")) {
			addBalance(s.changeMethod(at(order, kUserID), method), amount, false)
		}
	}
	order = s.change(orders, a[0])
	order.Set(kStatus, py.Str("cancelled"))
	order.Set(py.Str("cancel_reason"), reason)
	history := s.list(order, kPaymentHistory, "extend")
	history.Items = append(history.Items, refunds...)
	return s.dumps(order)
}

func modifyPendingPayment(s *State, a []py.Value) py.Value {
	order, no := s.pending(a[0], "modified")
	if no != nil {
		return no
	}
	user, id := at(order, kUserID), a[1]
	if !s.methods(user).Has(id) {
		return failure("payment method not found")
	}
	history := at(order, kPaymentHistory)
	if py.Len(history) > 1 || !py.EqualStr(py.Index(py.Index(history, py.Int(0)), py.Str("transaction_type")), "payment") {
		return failure("there should be exactly one payment for a pending order")
	}
	first := py.Index(history, py.Int(0))
	old := py.Index(first, kPaymentMethod)
	if py.Equal(old, id) {
		return failure("the new payment method should be different from the current one")
	}
	amount := py.Index(first, kAmount)
	method := s.methods(user).MustGet(id).(*py.Dict)
	if isGiftCard(method) && py.Less(at(method, kBalance), amount) {
		return failure("insufficient gift card balance to pay for the order")
	}
	order = s.change(orders, a[0])
	l := s.list(order, kPaymentHistory, "extend")
	l.Items = append(l.Items, transaction("payment", amount, id), transaction("refund", amount, old))
	if isGiftCard(method) {
		addBalance(s.changeMethod(user, id), amount, true)
	}
	if py.Contains(old, py.Str("gift_card")) {
		addBalance(s.changeMethod(user, old), amount, false)
	}
	return s.dumps(order)
}
