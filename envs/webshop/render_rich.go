package webshop

import "strings"

// richHead is the beginning of a page in mode "text_rich".
func richHead(at place, instruction string) string {
	text, _ := richTail(headNodes(nil, at, instruction), nil, nil)
	return text
}

// richTail writes the nodes in mode "text_rich", one a line, and returns beside
// them the lines that the original puts in front of the whole page: one for
// each chosen value, the last label first. chosen and visited say which labels
// and links are marked; nil marks none.
func richTail(nodes []node, chosen, visited func(string) bool) (text, front string) {
	var b strings.Builder
	for _, d := range nodes {
		switch d.kind {
		case nodeButton:
			writeAll(&b, "[button] ", d.text, " [button_]\n")
		case nodeLink:
			if visited != nil && visited(d.text) {
				writeAll(&b, "\n[clicked button] ", d.text, " [clicked button_]\n")
			} else {
				writeAll(&b, "\n[button] ", d.text, " [button_]\n")
			}
		case nodeLabel:
			if chosen != nil && chosen(d.text) {
				writeAll(&b, "  [clicked button] ", d.text, " [clicked button_]\n")
				front = "You have clicked " + d.text + ".\n" + front
			} else {
				writeAll(&b, "  [button] ", d.text, " [button_]\n")
			}
		default:
			writeAll(&b, d.text, "\n")
		}
	}
	return b.String(), front
}

func writeAll(b *strings.Builder, texts ...string) {
	for _, t := range texts {
		b.WriteString(t)
	}
}
