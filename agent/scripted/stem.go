package scripted

import "strings"

// endings are what stem cuts off a word, the first that fits.
var endings = []string{"able", "ing", "ed", "es", "s"}

// namesStem reports whether the words of attribute stand in text one after the
// other, endings of words and all that is no letter or digit left out.
func namesStem(text, attribute string) bool {
	return strings.Contains(text, attribute) || strings.Contains(stem(text), stem(attribute))
}

// stem returns the words of text without their endings, lower-case, each between
// spaces.
func stem(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	for i, w := range words {
		for _, e := range endings {
			if len(w) > len(e)+3 && strings.HasSuffix(w, e) {
				words[i] = strings.TrimSuffix(w, e)
				break
			}
		}
	}
	return " " + strings.Join(words, " ") + " "
}
