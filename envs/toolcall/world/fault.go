package world

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// maxFaults bounds the faults that one refusal tells of.
const maxFaults = 8

// faults says what is wrong with arguments, for the agent to read: where, what,
// and what is allowed, in an order that does not depend on chance. known are
// the names of the tool's arguments.
func faults(err error, known []string) string {
	v, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return err.Error()
	}
	var all []string
	collect(v, known, &all)
	slices.Sort(all)
	all = slices.Compact(all)
	if n := len(all); n > maxFaults {
		all = append(all[:maxFaults], "and "+strconv.Itoa(n-maxFaults)+" more")
	}
	return strings.Join(all, "; ")
}

// collect gathers the faults that have no further cause.
func collect(v *jsonschema.ValidationError, known []string, all *[]string) {
	for _, cause := range v.Causes {
		collect(cause, known, all)
	}
	if len(v.Causes) > 0 {
		return
	}
	where := place(v.InstanceLocation)
	switch k := v.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			*all = append(*all, "the argument "+join2(where, name)+" is missing")
		}
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			text := "there is no argument " + short(join2(where, name))
			if where == "" {
				text += allowed(known)
			}
			*all = append(*all, text)
		}
	default:
		if where == "" {
			where = "the arguments"
		}
		*all = append(*all, where+": "+says(v.ErrorKind))
	}
}

// says tells what is wrong with one value.
func says(k jsonschema.ErrorKind) string {
	if k, ok := k.(*kind.Type); ok {
		return "it is " + article(k.Got) + ", but must be " + article(strings.Join(k.Want, " or "))
	}
	one := &jsonschema.ValidationError{ErrorKind: k}
	text := one.BasicOutput().Error.String()
	const most = 500
	if len(text) > most {
		text = text[:most] + "..."
	}
	return text
}

func article(noun string) string {
	switch {
	case noun == "null":
		return noun
	case strings.Contains("aeiou", noun[:1]):
		return "an " + noun
	}
	return "a " + noun
}

func allowed(known []string) string {
	if len(known) == 0 {
		return "; the tool takes none"
	}
	return "; there are " + strings.Join(known, ", ")
}

// place writes the path of a value as one would in code: "lines[2].count".
func place(path []string) string {
	var b strings.Builder
	for _, p := range path {
		if _, err := strconv.ParseUint(p, 10, 32); err == nil && b.Len() > 0 {
			b.WriteString("[" + p + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(short(p))
	}
	return b.String()
}
