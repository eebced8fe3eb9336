package scripted

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"stepgym/agent"
	"stepgym/envs"
)

// shop is a small shop that shows what the real one shows, enough for the
// policies of this package: two pages of results for any query but "nothing".
type shop struct {
	products []article
	limit    int // turns
}

type article struct {
	id, title, price string
	options          []string // "name: value"
	features         string
}

// visit is an episode in a shop.
type visit struct {
	shop
	instruction     string
	place, query    string
	page            int
	open            *article
	chosen          map[string]string
	turns           int
	bought          string
	boughtWith      string
	done, truncated bool
}

func (s shop) visit(instruction string) *visit {
	return &visit{shop: s, instruction: instruction, place: placeSearch, chosen: map[string]string{}}
}

const onPage = 3

func (v *visit) onPage() []article {
	if strings.Contains(v.query, "nothing") {
		return nil
	}
	lo := min(v.page*onPage, len(v.products))
	return v.products[lo:min(lo+onPage, len(v.products))]
}

func (v *visit) Observation() envs.Observation {
	o := envs.Observation{Place: v.place}
	add := func(text, kind, desc, ref, slot string) {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: "click[" + text + "]"}, Kind: kind, Desc: desc, Ref: ref, Slot: slot})
	}
	switch v.place {
	case placeSearch:
		add("search", kindNoop, "", "", "")
		form := envs.Form{Template: "search[<query>]", Kind: kindSearch}
		for _, q := range []string{v.instruction, "plain " + v.instruction, "third"} {
			form.Candidates = append(form.Candidates, &envs.Choice{Action: envs.Action{Text: "search[" + q + "]"}, Kind: kindSearch, Desc: q})
		}
		o.Forms = []envs.Form{form}
	case placeResults:
		add("back to search", kindBack, "", "", "")
		if v.page > 0 {
			add("< prev", kindPrev, "", "", "")
		}
		add("next >", kindNext, "", "", "")
		for _, a := range v.onPage() {
			add(strings.ToLower(a.id), kindOpen, a.title+" "+a.price, a.id, "")
		}
	case placeItem:
		o.Focus = v.open.id
		add("back to search", kindBack, "", "", "")
		add("< prev", kindPrev, "", "", "")
		add("features", kindPage, "", v.open.id, "")
		add("buy now", kindBuy, v.open.title+" "+v.open.price, v.open.id, "")
		for _, x := range v.open.options {
			name, value, _ := strings.Cut(x, ": ")
			add(value, kindOption, x, v.open.id, name)
		}
	case placeFeatures:
		o.Focus, o.Body = v.open.id, v.open.features
		add("< prev", kindPrev, "", "", "")
	}
	return o
}

func (v *visit) step(a envs.Action) {
	c := find(v.Observation(), a)
	v.turns++
	switch c.Kind {
	case kindSearch:
		v.query, v.place, v.page = c.Desc, placeResults, 0
	case kindBack:
		v.place = placeSearch
	case kindNext:
		v.page++
	case kindPrev:
		switch v.place {
		case placeResults:
			v.page--
		case placeItem:
			v.place, v.chosen = placeResults, map[string]string{}
		default:
			v.place = placeItem
		}
	case kindOpen:
		for i := range v.products {
			if v.products[i].id == c.Ref {
				v.open = &v.products[i]
			}
		}
		v.place = placeItem
	case kindPage:
		v.place = placeFeatures
	case kindOption:
		v.chosen[c.Slot] = c.Desc
	case kindBuy:
		v.bought, v.done = v.open.id, true
		for _, x := range v.open.options {
			if name, _, _ := strings.Cut(x, ": "); v.chosen[name] == x {
				v.boughtWith += "+" + x
			}
		}
	default:
		panic("unknown action " + a.Text)
	}
	if v.limit > 0 && v.turns >= v.limit && !v.done {
		v.truncated = true
	}
}

// trace plays p and returns the actions, shortened, and what was bought.
func (v *visit) trace(p agent.Player) string {
	var out []string
	for !v.done && !v.truncated && v.turns < 50 {
		d, err := p.Act(context.Background(), v.Observation())
		if err != nil {
			return err.Error()
		}
		text := strings.TrimSuffix(strings.TrimPrefix(d.Action.Text, "click["), "]")
		if strings.HasPrefix(text, "search[") {
			text = "search " + strconv.Itoa(queryNumber(v.Observation(), d.Action))
		}
		out = append(out, text)
		v.step(d.Action)
	}
	end := "truncated"
	if v.done {
		end = fmt.Sprintf("bought %s%s", v.bought, v.boughtWith)
	}
	return strings.Join(out, ", ") + ": " + end
}

func queryNumber(o envs.Observation, a envs.Action) int {
	for i, c := range o.Forms[0].Candidates {
		if c.Action.Text == a.Text {
			return i
		}
	}
	return -1
}
