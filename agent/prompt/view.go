package prompt

import "strings"

// view is what an observation says, apart from the task.
type view struct {
	task string // "" if the text does not say
	now  string // what is seen now
}

// Environments whose observations are taken apart.
const (
	shop      = "webshop"
	household = "alfworld"
)

// viewOf reads the text of an observation.
func viewOf(env, text string) view {
	switch env {
	case shop:
		return shopView(text)
	case household:
		return householdView(text)
	}
	return view{now: strings.TrimSpace(text)}
}

const (
	shopSeparator = " [SEP] "
	shopTask      = "Instruction:"
	householdTask = "Your task is to: "
)

// shopView takes the instruction off a page of WebShop and quotes the rest part
// by part, so that it is seen where one text ends. A page without an instruction,
// or in another form, stays as it is.
func shopView(text string) view {
	parts := strings.Split(text, shopSeparator)
	for i, p := range parts[:min(2, len(parts))] {
		if p != shopTask || i+1 >= len(parts) {
			continue
		}
		v := view{task: oneLine(parts[i+1])}
		var b strings.Builder
		for j, part := range parts[i+2:] {
			if j > 0 {
				b.WriteString(shopSeparator)
			}
			b.WriteString("'" + part + "'")
		}
		v.now = b.String()
		return v
	}
	return view{now: strings.TrimSpace(text)}
}

// householdView finds the task in the first observation of ALFWorld, which stays
// part of what is seen.
func householdView(text string) view {
	v := view{now: strings.TrimSpace(text)}
	if _, task, ok := strings.Cut(text, householdTask); ok {
		v.task = oneLine(task)
	}
	return v
}

// oneLine joins the words of text by single spaces.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
