package webshop

import (
	"strings"

	"stepgym/internal/python"
)

// separator stands between the texts of mode "text".
const separator = " [SEP] "

// textTail joins the nodes, each with a separator before it: what follows the
// head of a page in mode "text".
func textTail(nodes []node) string {
	n := 0
	for _, d := range nodes {
		n += len(separator) + len(d.text)
	}
	var b strings.Builder
	b.Grow(n)
	for _, d := range nodes {
		b.WriteString(separator)
		b.WriteString(python.Strip(d.text))
	}
	return b.String()
}

// textHead is the beginning of a page in mode "text", without a separator at
// its end.
func textHead(at place, instruction string) (before, text string) {
	before = "Instruction:"
	if at == placeSearch {
		before = "WebShop" + separator + "Instruction:"
	}
	nodes := appendNode(nil, nodeText, instruction)
	if len(nodes) == 0 {
		return before, ""
	}
	if at == placeSearch {
		return "WebShop" + separator + "Instruction:" + separator, python.Strip(nodes[0].text)
	}
	return "Instruction:" + separator, python.Strip(nodes[0].text)
}
