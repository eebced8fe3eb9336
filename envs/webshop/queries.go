package webshop

import (
	"slices"
	"strings"

	"stepgym/envs"
	"stepgym/internal/python"
)

// searchForms are the forms of the search page: the search bar with the queries
// that the instruction suggests.
func searchForms(instruction string, compat bool) []envs.Form {
	form := envs.Form{Template: "search[<query>]", Kind: "search"}
	for _, q := range Queries(instruction) {
		text := "search[" + q + "]"
		if _, arg, ok := parseAction(text, compat); !ok || arg != q {
			continue
		}
		form.Candidates = append(form.Candidates, &envs.Choice{Action: envs.Action{Text: text}, Kind: "search", Desc: q})
	}
	return []envs.Form{form}
}

// Queries returns searches that follow from the words of an instruction alone,
// for an agent that cannot write text. In this order, repeats left out:
//
//  1. the whole instruction
//  2. without "find me" and the price
//  3. the core: 2 without the options
//  4. the core and the option values without their names
//  5. the kind of product, as far as the words tell
//  6. the head: the core up to its first "with" or "for"
//  7. 5, 3 and the option values
//  8. 5 twice and the option values
//
// They are lower-case and hold no brackets. Option values stay in because the
// search engine indexes them.
func Queries(instruction string) []string {
	var out []string
	for _, q := range queryParts(instruction) {
		if q != "" && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// queryParts are the queries with their repeats.
func queryParts(instruction string) [8]string {
	full := plainWords(instruction)
	plain := dropLead(dropPrice(full))
	core, values := cutOptions(plain)
	head := untilAny(core, " with ", " for ", " that ", " which ")
	kind := productKind(head)
	return [8]string{
		full, plain, core, joinWords(core, values), kind, head,
		joinWords(kind, core, values), joinWords(kind, kind, values),
	}
}

// joinWords joins texts, some of which may be empty.
func joinWords(texts ...string) string {
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}

// plainWords lower-cases the instruction, folds white space, and removes what an
// action's argument cannot hold or what a search takes for a command.
func plainWords(instruction string) string {
	text := strings.NewReplacer("[", " ", "]", " ").Replace(python.Lower(instruction))
	words := strings.Fields(text)
	if len(words) > 0 && slices.Contains([]string{"<r>", "<a>", "<c>", "<q>"}, words[0]) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// dropPrice cuts the price clause, which ends every instruction that has one.
func dropPrice(text string) string {
	i := strings.LastIndex(text, "price lower than ")
	if i < 0 {
		return text
	}
	return strings.TrimRight(strings.TrimSuffix(text[:i], "and "), ", ")
}

// leads are ways to begin an instruction that say nothing of the product.
var leads = []string{
	"find me ", "please ", "hello, ", "place order for ", "i'm looking for ", "i am looking for ", "looking for ", "i'm interested in ",
	"i am interested in ", "i would like to buy ", "i'd like to buy ", "i want to buy ", "i need to buy ",
	"i would like ", "i'd like ", "i'm in need of ", "i am in need of ", "i want to find ", "i need to find ",
	"i want ", "i need ", "help me find ", "can you find me ", "can you find ", "show me ", "get me ", "buy me ",
	"buy ", "find ", "a ", "an ", "some ", "the ",
}

// dropLead cuts such beginnings.
func dropLead(text string) string {
	for again := true; again; {
		again = false
		for _, l := range leads {
			if rest, ok := strings.CutPrefix(text, l); ok && rest != "" {
				text, again = rest, true
			}
		}
	}
	return text
}

// cutOptions splits "core with name: value, and name: value" into the core and
// the values, joined by spaces.
func cutOptions(text string) (core, values string) {
	colon := strings.Index(text, ": ")
	if colon < 0 {
		return text, ""
	}
	with := strings.LastIndex(text[:colon], " with ")
	if with < 0 {
		return text, ""
	}
	var list []string
	for _, clause := range strings.Split(text[with+len(" with "):], ", and ") {
		if _, value, ok := strings.Cut(clause, ": "); ok {
			clause = value
		}
		list = append(list, clause)
	}
	return text[:with], strings.Join(list, " ")
}

// untilAny returns text up to the first of the marks.
func untilAny(text string, marks ...string) string {
	for _, m := range marks {
		if i := strings.Index(text, m); i > 0 {
			text = text[:i]
		}
	}
	return text
}

// productKind guesses which words of "attribute, attribute kind" name the kind
// of product: those of the last part, without the two that an attribute mostly
// has. A part like "tees & blouses" belongs to the one before it.
func productKind(head string) string {
	parts := strings.Split(head, ", ")
	last := strings.Fields(parts[len(parts)-1])
	if len(parts) > 1 && len(last) > 1 && last[1] == "&" {
		last = slices.Concat(strings.Fields(parts[len(parts)-2]), last)
	}
	if len(last) > 2 {
		last = last[2:]
	}
	return strings.Join(last, " ")
}
