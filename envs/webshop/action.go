package webshop

import "strings"

// parseAction splits "name[argument]". It is the original's regular expression
// `(.+)\[(.+)\]`, matched at the start only: what follows the last "]" is
// ignored, the name ends at the last "[" that leaves an argument, and neither
// part can hold a line break. Nothing is trimmed.
//
// Differs without compat: the first "[" ends the name, so that option values
// with brackets in them can be clicked.
func parseAction(text string, compat bool) (name, arg string, ok bool) {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	end := strings.LastIndexByte(text, ']')
	if end < 1 {
		return "", "", false
	}
	open := strings.IndexByte(text[:end-1], '[')
	if compat {
		open = strings.LastIndexByte(text[:end-1], '[')
	}
	if open < 1 {
		return "", "", false
	}
	return text[:open], text[open+1 : end], true
}

// clickable reports whether "click[arg]" reaches the clickable named arg.
func clickable(arg string, compat bool) bool {
	name, got, ok := parseAction("click["+arg+"]", compat)
	return ok && name == "click" && got == arg && arg != "search"
}

// targetKind is what happens when something is clicked.
type targetKind uint8

const (
	targetNothing targetKind = iota // listed, but a click on it is refused
	targetBack                      // "back to search"
	targetPrev
	targetNext
	targetOpen   // a product of the results
	targetOption // an option value
	targetSub    // a sub-page of the item
	targetBuy
)

// String is the target's Choice.Kind.
func (k targetKind) String() string {
	switch k {
	case targetBack:
		return "back"
	case targetPrev:
		return "prev"
	case targetNext:
		return "next"
	case targetOpen:
		return "open"
	case targetOption:
		return "option"
	case targetSub:
		return "page"
	case targetBuy:
		return "buy"
	}
	return "noop"
}

// target is one thing to click.
type target struct {
	arg     string // its text as an action's argument, lower-case
	kind    targetKind
	sub     place // of targetSub
	product int32 // of targetOpen, -1 if the catalogue has none of that name
	option  int32 // of targetOption: place of the option and of its value
	value   int32
}

// routed is what the original does with a click by its text alone, whatever
// was clicked: an option value named "features" opens the sub-page.
func routed(arg string) (targetKind, place, bool) {
	switch arg {
	case "buy now":
		return targetBuy, 0, true
	case "back to search":
		return targetBack, 0, true
	case "< prev":
		return targetPrev, 0, true
	case "description":
		return targetSub, placeDescription, true
	case "features":
		return targetSub, placeFeatures, true
	case "reviews":
		return targetSub, placeReviews, true
	case "attributes":
		return targetSub, placeAttributes, true
	}
	return 0, 0, false
}
