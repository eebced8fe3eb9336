package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// header is what the binding needs to know of onnxruntime_c_api.h.
type header struct {
	version int      // ORT_API_VERSION
	slots   []string // the functions of struct OrtApi, in the order of the struct
}

var (
	versionLine  = regexp.MustCompile(`(?m)^\s*#\s*define\s+ORT_API_VERSION\s+(\d+)`)
	blockComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	lineComment  = regexp.MustCompile(`//[^\n]*`)
	hashLine     = regexp.MustCompile(`(?m)^\s*#[^\n]*$`)
	spaces       = regexp.MustCompile(`\s+`)
)

// members are the ways in which the header declares one member of the struct,
// with the place of its name. prefix goes before the name.
var members = []struct {
	prefix string
	form   *regexp.Regexp
}{
	{"", regexp.MustCompile(`^ORT_API2_STATUS\( ?(\w+) ?[,)]`)},
	{"", regexp.MustCompile(`^ORT_API_T\( ?[\w *]+?, ?(\w+) ?[,)]`)},
	{"Release", regexp.MustCompile(`^ORT_CLASS_RELEASE\( ?(\w+) ?\)`)},
	{"", regexp.MustCompile(`^[\w *]+\( ?ORT_API_CALL ?\* ?(\w+) ?\)`)},
}

// parseHeader reads the text of onnxruntime_c_api.h. Every declaration in
// struct OrtApi must be understood: a skipped one would move all that follow.
func parseHeader(text string) (header, error) {
	var h header
	m := versionLine.FindStringSubmatch(text)
	if m == nil {
		return h, errors.New("gen: the header does not define ORT_API_VERSION: is this onnxruntime_c_api.h?")
	}
	version, err := strconv.Atoi(m[1])
	if err != nil {
		return h, fmt.Errorf("gen: ORT_API_VERSION: %w", err)
	}
	h.version = version
	text = blockComment.ReplaceAllString(text, " ")
	text = lineComment.ReplaceAllString(text, " ")
	text = hashLine.ReplaceAllString(text, " ")
	body, err := structBody(text, "struct OrtApi {")
	if err != nil {
		return h, err
	}
	seen := map[string]bool{}
	for declaration := range strings.SplitSeq(body, ";") {
		declaration = strings.TrimSpace(spaces.ReplaceAllString(declaration, " "))
		if declaration == "" {
			continue
		}
		name := memberName(declaration)
		if name == "" {
			return h, fmt.Errorf("gen: slot %d of struct OrtApi: cannot read %.80q", len(h.slots), declaration)
		}
		if seen[name] {
			return h, fmt.Errorf("gen: slot %d of struct OrtApi: %s is there twice", len(h.slots), name)
		}
		seen[name] = true
		h.slots = append(h.slots, name)
	}
	return h, nil
}

// structBody returns what stands between the braces of the struct that open begins.
func structBody(text, open string) (string, error) {
	start := strings.Index(text, open)
	if start < 0 {
		return "", fmt.Errorf("gen: the header has no %q", open)
	}
	text = text[start+len(open):]
	depth := 1
	for i, c := range text {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return text[:i], nil
			}
		}
	}
	return "", fmt.Errorf("gen: %q is not closed", open)
}

// memberName returns the name that a declaration gives to its slot, or "".
func memberName(declaration string) string {
	for _, m := range members {
		if f := m.form.FindStringSubmatch(declaration); f != nil {
			return m.prefix + f[1]
		}
	}
	return ""
}
