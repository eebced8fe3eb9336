package pddl

import "slices"

// ParseProblem reads the text of a problem file. source names it in messages.
// Faults are of type *[Error]. Nothing of text is kept.
func ParseProblem(source string, text []byte) (*Problem, error) {
	return NewNames().ParseProblem(source, text)
}

// ParseProblem is like the function of that name and keeps its names in n.
func (n *Names) ParseProblem(source string, text []byte) (*Problem, error) {
	r, err := n.open(source, text)
	if err != nil {
		return nil, err
	}
	defer r.close()
	p := &Problem{Source: source}
	if p.Name, err = r.header("problem"); err != nil {
		return nil, err
	}
	var seen []string
	err = r.sections(func(key token, word string) error {
		if slices.Contains(seen, word) {
			return r.fault(key.at, "a second section %q", word)
		}
		seen = append(seen, word)
		return r.problemSection(p, key, word)
	})
	if err != nil {
		return nil, err
	}
	for _, word := range []string{":domain", ":init", ":goal"} {
		if !slices.Contains(seen, word) {
			return nil, r.fault(r.size, "the problem has no section %q", word)
		}
	}
	if err := r.contradiction(); err != nil {
		return nil, err
	}
	p.Objects = append([]Typed(nil), r.objects...)
	p.Init = r.collect()
	return p, nil
}

func (r *reader) problemSection(p *Problem, key token, word string) (err error) {
	switch word {
	case ":requirements", ":metric":
		err = r.skip()
	case ":domain":
		var t token
		if t, err = r.want('a', "the name of the domain"); err == nil {
			p.Domain = r.name(t)
			_, err = r.want(')', "a closing parenthesis")
		}
	case ":objects":
		r.objects, err = r.typed(r.objects, "an object", false)
		if err == nil {
			err = r.distinctObjects(key)
		}
	case ":init":
		err = r.facts()
	case ":goal":
		if p.Goal, err = r.formula(); err == nil {
			_, err = r.want(')', "a closing parenthesis: \":goal\" takes one condition")
		}
	default:
		err = r.fault(key.at, "section %q is not supported in a problem", word)
	}
	return err
}

// distinctObjects looks for an object that is declared twice.
func (r *reader) distinctObjects(key token) error {
	if r.declared == nil {
		r.declared = make(map[string]struct{}, len(r.objects))
	}
	clear(r.declared)
	for _, o := range r.objects {
		r.declared[o.Name] = struct{}{}
	}
	if len(r.declared) == len(r.objects) {
		return nil
	}
	clear(r.declared)
	for _, o := range r.objects {
		if _, ok := r.declared[o.Name]; ok {
			return r.fault(key.at, "object %q is declared twice in this section", o.Name)
		}
		r.declared[o.Name] = struct{}{}
	}
	return nil
}
