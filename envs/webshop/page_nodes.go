package webshop

import (
	"strconv"
	"strings"

	"stepgym/internal/python"
)

// nodeKind is what a piece of a page's text is part of.
type nodeKind uint8

const (
	nodeText nodeKind = iota
	nodeButton
	nodeLink  // the ASIN of a result
	nodeLabel // an option value
)

// node is one piece of text of a page.
type node struct {
	kind nodeKind
	text string
}

// htmlSpace is the white space that the original's HTML parser folds.
const htmlSpace = " \n\t\f\r"

// appendNode appends a node by the rules of the original's HTML parser: no node
// for an empty text, and one space, or a line break that every mode leaves out,
// for a text of nothing but white space.
func appendNode(dst []node, kind nodeKind, text string) []node {
	if strings.Trim(text, htmlSpace) == "" {
		if text == "" || strings.Contains(text, "\n") {
			return dst
		}
		text = " "
	}
	return append(dst, node{kind, text})
}

// The texts of buttons.
const (
	buttonSearch = "Search"
	buttonBack   = "Back to Search"
	buttonPrev   = "< Prev"
	buttonNext   = "Next >"
	buttonBuy    = "Buy Now"
)

// headNodes appends what every page starts with but the last one.
func headNodes(dst []node, at place, instruction string) []node {
	if at == placeSearch {
		dst = append(dst, node{nodeText, "WebShop"}, node{nodeText, "Instruction: "})
		return appendNode(dst, nodeText, instruction)
	}
	dst = append(dst, node{nodeText, "Instruction:"})
	return appendNode(dst, nodeText, instruction)
}

// tailNodes appends what follows the head of page p.
func (w *world) tailNodes(dst []node, p *page) []node {
	dst = w.fixedNodes(dst, p)
	for _, id := range p.ids {
		dst = resultNodes(dst, w.catalog.Product(int(id)))
	}
	return dst
}

// fixedNodes appends what follows the head of page p, without the results.
func (w *world) fixedNodes(dst []node, p *page) []node {
	if p.place == placeSearch {
		return append(dst, node{nodeButton, buttonSearch})
	}
	dst = append(dst, node{nodeButton, buttonBack})
	if p.place == placeResults {
		dst = append(dst, node{nodeText, "Page " + strconv.Itoa(int(p.no)) + " (Total results: " + strconv.Itoa(p.total) + ")"})
		if p.no > 1 {
			dst = append(dst, node{nodeButton, buttonPrev})
		}
		return append(dst, node{nodeButton, buttonNext})
	}
	dst = append(dst, node{nodeButton, buttonPrev})
	product := w.catalog.Product(int(p.product))
	switch p.place {
	case placeItem:
		return w.itemNodes(dst, product)
	case placeDescription:
		return appendNode(dst, nodeText, product.Description)
	case placeFeatures:
		for _, b := range product.Bullets {
			dst = appendNode(dst, nodeText, " "+b)
		}
	case placeAttributes:
		for _, a := range product.Attributes {
			dst = appendNode(dst, nodeText, " "+a)
		}
		dst = appendNode(dst, nodeText, product.Category)
		dst = appendNode(dst, nodeText, product.Query)
		dst = appendNode(dst, nodeText, product.Path)
	}
	return dst // reviews: the data has none
}

// resultNodes appends a product as a list of results shows it.
func resultNodes(dst []node, product *Product) []node {
	dst = appendNode(dst, nodeLink, product.ASIN)
	dst = appendNode(dst, nodeText, product.Title)
	return appendNode(dst, nodeText, product.PriceTag)
}

func (w *world) itemNodes(dst []node, product *Product) []node {
	for _, o := range product.Options {
		dst = appendNode(dst, nodeText, o.Name)
		for _, v := range o.Values {
			dst = appendNode(dst, nodeLabel, v)
		}
	}
	dst = appendNode(dst, nodeText, product.Title)
	dst = append(dst,
		node{nodeText, "Price: " + product.PriceTag},
		node{nodeText, "Rating: N.A."},
		node{nodeButton, "Description"},
		node{nodeButton, "Features"},
		node{nodeButton, "Reviews"})
	if w.config.ShowAttributes {
		dst = append(dst, node{nodeButton, "Attributes"})
	}
	return append(dst, node{nodeButton, buttonBuy})
}

// doneNodes appends the last page, which shows what was bought and the score.
// The original fills the rest in for its own workers and prints None here.
func doneNodes(dst []node, asin string, settings []Setting, score float64) []node {
	const none = "None"
	texts := []string{
		"Thank you for shopping with us!", "Your code: ", none, " (Paste it in your MTurk interface.)",
		"Purchased", "asin", asin, "options", sortedJSON(settings), "attrs", none, "category", none,
		"query", none, "product category", none,
		"Target", "asin", "options", "attrs", "price upper", "instuction text", "category", "product category", "query",
		"Goal ", none, "Reward", "Your score (min 0.0, max 1.0)", python.Repr(score), "Reward Details ", none,
	}
	for _, t := range texts {
		dst = appendNode(dst, nodeText, t)
	}
	return dst
}
