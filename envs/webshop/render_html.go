package webshop

import (
	"html"
	"slices"
	"strings"
)

// renderHTML writes page p as a web page: every text that mode text_rich shows,
// in the same order, with buttons, links and radio buttons for what can be
// clicked. Values of form fields are what an action "click[...]" needs.
//
// Differs: the markup is ours. The original's page carries its style sheets and
// layout, which no text mode shows.
func (w *world) renderHTML(p *page, g *Goal, s *session) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>WebShop</title></head>\n<body>\n")
	if p.place == placeDone {
		writeHTML(&b, s.doneNodes(), nil, nil)
	} else {
		writeHTML(&b, headNodes(nil, p.place, g.Instruction), nil, nil)
		writeHTML(&b, w.tailNodes(nil, p), s.settings(), s.visitedNames())
	}
	b.WriteString("</body>\n</html>\n")
	return b.String()
}

// writeHTML writes nodes as elements. settings are the options that are chosen,
// visited the ASINs of the links that were followed.
func writeHTML(b *strings.Builder, nodes []node, settings []Setting, visited []string) {
	option := ""
	for _, d := range nodes {
		text := html.EscapeString(d.text)
		switch d.kind {
		case nodeButton:
			if d.text == buttonSearch {
				b.WriteString("<input type=\"text\" id=\"search_input\" name=\"search_query\" placeholder=\"Search...\">\n")
			}
			writeAll(b, "<button type=\"submit\" name=\"click\" value=\"", strings.ToLower(text), "\">", text, "</button>\n")
		case nodeLink:
			class := "product-link"
			if slices.Contains(visited, d.text) {
				class += " visited"
			}
			writeAll(b, "<a class=\"", class, "\" href=\"#", text, "\">", text, "</a>\n")
		case nodeLabel:
			checked := ""
			if slices.Contains(settings, Setting{Name: option, Value: d.text}) {
				checked = " checked"
			}
			writeAll(b, "<label><input type=\"radio\" name=\"", html.EscapeString(option), "\" value=\"", text, "\"", checked, ">", text, "</label>\n")
		default:
			option = d.text
			writeAll(b, "<p>", text, "</p>\n")
		}
	}
}

// visitedNames are the ASINs of the products visited. A nil session has none.
func (s *session) visitedNames() []string {
	if s == nil {
		return nil
	}
	var names []string
	for _, id := range s.visited {
		names = append(names, s.world.catalog.Product(int(id)).ASIN)
	}
	return names
}
