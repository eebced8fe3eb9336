package tau

import (
	"encoding/json"
	"strings"

	"stepgym/envs"
	"stepgym/envs/toolcall"
)

// schemas returns the tools as an agent is told of them.
//
// Differs: the descriptions are our own.
func schemas(c *toolcall.Class) []envs.ToolSchema {
	out := make([]envs.ToolSchema, len(c.Methods()))
	for i, m := range c.Methods() {
		params, required := map[string]any{}, make([]string, len(m.Params))
		for j, p := range m.Params {
			params[p.Name], required[j] = typeOf(p.Name), p.Name
		}
		b, err := json.Marshal(map[string]any{"type": "object", "properties": params, "required": required})
		if err != nil {
			panic(err) // maps of texts
		}
		out[i] = envs.ToolSchema{Name: m.Name, Description: describe(m.Name), Params: b}
	}
	return out
}

// typeOf returns the schema of an argument.
func typeOf(param string) map[string]any {
	text := map[string]any{"type": "string"}
	switch param {
	case "item_ids", "new_item_ids":
		return map[string]any{"type": "array", "items": text}
	case "total_baggages", "nonfree_baggages":
		return map[string]any{"type": "integer"}
	case "amount":
		return map[string]any{"type": "number"}
	case "cabin":
		return map[string]any{"type": "string", "enum": []string{"basic_economy", "economy", "business"}}
	case "flight_type":
		return map[string]any{"type": "string", "enum": []string{"one_way", "round_trip"}}
	case "insurance":
		return map[string]any{"type": "string", "enum": []string{"yes", "no"}}
	case "reason":
		return map[string]any{"type": "string", "enum": []string{"no longer needed", "ordered by mistake"}}
	}
	if keys := nestedKeys(param); keys != nil {
		fields := map[string]any{}
		for _, k := range keys {
			fields[k] = typeOf(k)
		}
		return map[string]any{"type": "array", "items": map[string]any{"type": "object", "properties": fields, "required": keys}}
	}
	return text
}

// describe says what a tool does.
func describe(name string) string {
	switch name {
	case "calculate":
		return "Works out an arithmetic expression of numbers, + - * / and parentheses."
	case "think":
		return "Notes a thought. Nothing changes and nothing is looked up."
	case Transfer:
		return "Hands the customer over to a person, with a summary. This ends the conversation."
	case "cancel_pending_order":
		return "Cancels an order that is still pending and refunds it. Ask the customer first."
	case "exchange_delivered_order_items":
		return "Exchanges items of a delivered order for other variants of the same products, once. Ask the customer first."
	case "return_delivered_order_items":
		return "Returns items of a delivered order, once. Ask the customer first."
	case "modify_pending_order_items":
		return "Changes items of a pending order to other variants of the same products, once. Ask the customer first."
	case "modify_pending_order_payment":
		return "Has a pending order paid in another way. Ask the customer first."
	case "modify_pending_order_address", "modify_user_address":
		return "Changes the address of a pending order or of a customer. Ask the customer first."
	case "book_reservation":
		return "Books flights for passengers; payments must add up to the price."
	case "cancel_reservation":
		return "Cancels a reservation as a whole."
	case "send_certificate":
		return "Gives a customer a certificate of an amount."
	case "search_onestop_flight":
		return "Lists pairs of flights between two airports on a date (YYYY-MM-DD)."
	case "search_direct_flight":
		return "Lists flights between two airports on a date (YYYY-MM-DD)."
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ") + "."
}
