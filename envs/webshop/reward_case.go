package webshop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"stepgym/internal/python"
)

// EvaluateRewardCase computes the reward of a purchase that is written as one
// line of JSON,
//
//	{"asin": "B0...", "goal": {...}, "options": {"size": "small"}, "price": 9.5, ...}
//
// and returns the line with the fields "reward", "info" (the parts, named as in
// the original's verbose report), "num_attr_matches", "num_option_matches" and
// "r_option" (null without options) set; other fields stay as they are. The
// goal has the fields of the original: asin, query, product_category,
// attributes, price_upper and goal_options, which is an object for a synthetic
// goal and a list for a human one. Its asin must be in the catalogue, which
// knows the nouns. The price defaults to the catalogue's.
func EvaluateRewardCase(c *Catalog, line []byte) ([]byte, error) {
	line = bytes.TrimSpace(line)
	if !gjson.ValidBytes(line) {
		return nil, errors.New("webshop: reward case is not JSON")
	}
	row := gjson.ParseBytes(line)
	if !row.IsObject() {
		return nil, errors.New("webshop: reward case is not a JSON object")
	}
	p, g, err := caseOf(c, row)
	if err != nil {
		return nil, fmt.Errorf("webshop: reward case: %w", err)
	}
	price := p.Price
	if v := row.Get("price"); v.Type == gjson.Number {
		price = v.Float()
	}
	r := c.Reward(g, p, caseSettings(row.Get("options")), price)
	return appendCase(row, r), nil
}

// caseOf reads the bought product and the goal of a row.
func caseOf(c *Catalog, row gjson.Result) (*Product, *Goal, error) {
	asin := row.Get("asin").String()
	i, ok := c.ByASIN(asin)
	if !ok {
		return nil, nil, fmt.Errorf("asin %q is not in the catalogue", asin)
	}
	v := row.Get("goal")
	if !v.IsObject() {
		return nil, nil, errors.New("goal is missing or no object")
	}
	j, ok := c.ByASIN(v.Get("asin").String())
	if !ok {
		return nil, nil, fmt.Errorf("the goal's asin %q is not in the catalogue", v.Get("asin").String())
	}
	wanted := c.Product(j)
	g := &Goal{
		Index: -1, ASIN: wanted.ASIN, Category: wanted.Category, Query: wanted.Query, Name: wanted.Title, Path: wanted.Path,
		Nouns: wanted.Nouns, PriceUpper: noLimit, Instruction: v.Get("instruction_text").String(),
	}
	if q := v.Get("query"); q.Exists() {
		g.Query = q.String()
	}
	if q := v.Get("product_category"); q.Exists() {
		g.Path = q.String()
	}
	if q := v.Get("price_upper"); q.Exists() {
		g.PriceUpper = q.Float()
	}
	for _, a := range v.Get("attributes").Array() {
		g.Attributes = append(g.Attributes, a.String())
	}
	options := v.Get("goal_options")
	g.Human = options.IsArray()
	g.Options = caseSettings(options)
	return c.Product(i), g, nil
}

// caseSettings reads options as an object {name: value} or a list of values.
func caseSettings(v gjson.Result) []Setting {
	if !v.IsObject() && !v.IsArray() {
		return nil
	}
	var list []Setting
	v.ForEach(func(k, v gjson.Result) bool {
		s := Setting{k.String(), v.String()}
		for i := range list {
			if s.Name != "" && list[i].Name == s.Name { // like a Python dict
				list[i] = s
				return true
			}
		}
		list = append(list, s)
		return true
	})
	return list
}

// appendCase writes the row again with the reward in it.
func appendCase(row gjson.Result, r Reward) []byte {
	set := []struct {
		name  string
		value []byte
	}{
		{"reward", python.AppendRepr(nil, r.Score)},
		{"info", r.appendInfo(nil)},
		{"num_attr_matches", fmt.Appendf(nil, "%d", r.AttrMatches)},
		{"num_option_matches", fmt.Appendf(nil, "%d", r.OptionMatches)},
		{"r_option", []byte("null")},
	}
	if r.HasOptions {
		set[4].value = python.AppendRepr(nil, r.Options)
	}
	b := []byte{'{'}
	field := func(name string, value []byte) {
		if len(b) > 1 {
			b = append(b, ", "...)
		}
		b = append(append(python.AppendJSONString(b, name), ": "...), value...)
	}
	done := make(map[string]bool)
	row.ForEach(func(k, v gjson.Result) bool {
		value := []byte(v.Raw)
		for _, s := range set {
			if s.name == k.String() {
				value = s.value
				done[s.name] = true
			}
		}
		field(k.String(), value)
		return true
	})
	for _, s := range set {
		if !done[s.name] {
			field(s.name, s.value)
		}
	}
	return append(b, '}')
}

// appendInfo appends the parts as the original's report names them.
func (r Reward) appendInfo(b []byte) []byte {
	num := func(name string, x float64) {
		b = python.AppendRepr(fmt.Appendf(b, "%q: ", name), x)
		b = append(b, ", "...)
	}
	b = append(b, '{')
	num("r_type", r.Type)
	num("r_att", r.Attributes)
	num("w_att", r.AttrWeight)
	b = fmt.Appendf(b, `"query_match": %t, "category_match": %t, `, r.QueryMatch, r.CategoryMatch)
	num("title_score", r.TitleScore)
	if r.HasOptions {
		num("r_option", r.Options)
		num("w_option", r.OptionWeight)
	}
	b = fmt.Appendf(b, `"r_price": %t, `, r.Price)
	num("w_price", r.PriceWeight)
	return append(b[:len(b)-2], '}')
}

// MarshalJSON writes the reward and its parts with the names of the original's
// report, the reward as "reward".
func (r Reward) MarshalJSON() ([]byte, error) {
	b := python.AppendRepr([]byte(`{"reward": `), r.Score)
	info := r.appendInfo(nil)
	b = append(append(b, ", "...), info[1:]...)
	if !json.Valid(b) {
		return nil, errors.New("webshop: a reward is not a number")
	}
	return b, nil
}
