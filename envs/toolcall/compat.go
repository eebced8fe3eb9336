package toolcall

import (
	"strings"

	"stepgym/envs/toolcall/pycall"
)

// Compat names the quirks of bfcl-eval 2026.3.23 that calls go through before
// they are run: every known name before a parenthesis is given the name of an
// instance, also inside string literals, and the blanks before a parenthesis are
// eaten everywhere.
type Compat struct {
	Model string // name of the model, of which the names of instances are made
}

// Instances are the names of the instances of one kit.
type Instances struct {
	kit   *Kit
	names []string // by class
}

// Instances returns the names that the original gives the instances of an
// entry: suffix is "_eval" for the model's own, and "_ground_truth_eval".
func (c *Compat) Instances(entry, suffix string, k *Kit) *Instances {
	in := &Instances{kit: k, names: make([]string, len(k.classes))}
	replace := strings.NewReplacer("-", "_", ".", "_", "/", "_", ":", "_")
	for i, class := range k.classes {
		in.names[i] = replace.Replace(c.Model + suffix + "_" + entry + "_" + class.Name + "_instance")
	}
	return in
}

// rewrite returns src as the original runs it; plain says that it would only have
// prefixed the name that src calls, which was left as it is.
func (in *Instances) rewrite(src string) (out string, plain bool) {
	if pycall.Plain(src) {
		return src, true
	}
	return pycall.Rewrite(src, func(name string) (string, bool) {
		t, ok := in.kit.byName[name]
		if !ok {
			return "", false
		}
		return in.names[t.class], true
	}), false
}

// target returns the method that instance.name names.
func (in *Instances) target(k *Kit, name string) (target, bool) {
	instance, method, ok := strings.Cut(name, ".")
	if !ok {
		return target{}, false
	}
	for i, n := range in.names {
		if n != instance {
			continue
		}
		t, ok := k.byName[method]
		return t, ok && t.class == i
	}
	return target{}, false
}
