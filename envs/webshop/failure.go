package webshop

import "stepgym/envs"

// Failures names the ways in which a visit to the shop can fail. It implements
// [envs.Classifier] without an open shop.
type Failures struct{}

// Failure classes of the shop, see [Failures].
const (
	failedNearMiss  = "near_miss"
	failedOption    = "wrong_option"
	failedAttribute = "wrong_attribute"
	failedPrice     = "over_price"
	failedItem      = "wrong_item"
	failedUnbought  = "not_bought"
	failedUnopened  = "not_opened"
)

// nearMiss is the score from which a failed purchase counts as a near miss: all
// but one of at least five things are as they were asked for.
const nearMiss = 0.8

// FailureClasses implements [envs.Classifier].
func (Failures) FailureClasses() []envs.FailureClass {
	return []envs.FailureClass{
		{Name: failedNearMiss, Title: "near miss", About: "all but one of five or more wishes were met"},
		{Name: failedOption, Title: "wrong option", About: "bought with an option missing that was asked for"},
		{Name: failedAttribute, Title: "wrong attribute", About: "bought a product of the right kind that lacks what was asked for"},
		{Name: failedPrice, Title: "over price", About: "bought above the price limit"},
		{Name: failedItem, Title: "wrong item", About: "bought a product of another kind"},
		{Name: failedUnbought, Title: "bought nothing", About: "products were opened, but none was bought in time"},
		{Name: failedUnopened, Title: "opened nothing", About: "no product was opened in time"},
	}
}

// ClassifyFailure implements [envs.Classifier]. A purchase is judged by the
// parts of its reward, the gravest first: kind, price, attributes, options.
func (Failures) ClassifyFailure(a *envs.Attempt) string {
	m := a.Metrics
	if kind, bought := m["r_type"]; bought {
		switch {
		case kind < 1:
			return failedItem
		case m["score"] >= nearMiss:
			return failedNearMiss
		case m["r_price"] < 1:
			return failedPrice
		case m["w_att"] > 0 && m["r_att"] < 1:
			return failedAttribute
		case m["w_option"] > 0 && m["r_option"] < 1:
			return failedOption
		}
		return ""
	}
	if !a.Truncated {
		return ""
	}
	opened := onProduct(a.Final.Place)
	for i := range a.Steps {
		opened = opened || onProduct(a.Steps[i].Place)
	}
	if opened {
		return failedUnbought
	}
	return failedUnopened
}

// onProduct reports whether an Observation.Place is of a product's pages.
func onProduct(name string) bool {
	for p := range numPlaces {
		if p.String() == name {
			return p.onItem()
		}
	}
	return false
}

// TaskType implements [envs.Classifier]: the shop's goals are all of one sort.
func (Failures) TaskType(envs.Task) string { return "" }

// FailureClasses implements [envs.Classifier], as [Failures] does.
func (e *Env) FailureClasses() []envs.FailureClass { return Failures{}.FailureClasses() }

// ClassifyFailure implements [envs.Classifier], as [Failures] does.
func (e *Env) ClassifyFailure(a *envs.Attempt) string { return Failures{}.ClassifyFailure(a) }

// TaskType implements [envs.Classifier], as [Failures] does.
func (e *Env) TaskType(t envs.Task) string { return Failures{}.TaskType(t) }
