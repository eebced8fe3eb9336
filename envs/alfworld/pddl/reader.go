package pddl

// maxSize is the longest text that is read: places are kept in 32 bits.
const maxSize = 1 << 30

// work is the room that reading a text needs. It is used again.
type work struct {
	buf     []byte
	names   spans
	strings []string // of names
	facts   spans    // how facts are written
	objects []Typed
	init    []rawFact
	args    []string
	no      []rawFact // negative facts

	declared map[string]struct{}
}

// rawFact is a fact whose arguments lie in work.args.
type rawFact struct {
	predicate string
	at, end   int // of its arguments
	where     int // offset in the text
}

// reader reads domains and problems.
type reader struct {
	scanner
	*work
	kept   *Names
	places bool      // domains have places
	scope  [][]Typed // variables that are bound, from outside in
	depth  int
}

// open makes a reader of text; close gives its room back.
func (n *Names) open(source string, text []byte) (*reader, error) {
	r := &reader{kept: n}
	r.source = source
	if len(text) > maxSize {
		return nil, &Error{Source: source, Pos: Pos{1, 1}, Msg: "the text is longer than 1 GiB"}
	}
	r.work = n.work.Get().(*work)
	r.work.buf = fold(r.work.buf[:0], text)
	r.work.names.reset()
	r.work.facts.reset()
	r.strings = r.strings[:0]
	r.objects, r.init, r.args, r.no = r.objects[:0], r.init[:0], r.args[:0], r.no[:0]
	r.scanner.buf, r.size = r.work.buf, len(text)
	return r, nil
}

func (r *reader) close() { r.kept.work.Put(r.work) }

// name returns the string of a token.
func (r *reader) name(t token) string {
	i, hash := r.names.find(r.scanner.buf, t.at, t.end)
	if i < 0 {
		r.names.add(t.at, t.end, hash)
		s := r.kept.keep(r.text(t))
		r.strings = append(r.strings, s)
		return s
	}
	return r.strings[i]
}

// at returns the place of an offset in a domain, nothing in a problem.
func (r *reader) at(offset int) Pos {
	if !r.places {
		return Pos{}
	}
	return r.place(offset)
}

// deeper counts the nesting of lists; every call is undone by r.depth--.
func (r *reader) deeper(at int) error {
	r.depth++
	if r.depth > maxDepth {
		return r.fault(at, "lists are nested more than %d deep", maxDepth)
	}
	return nil
}

// typed reads a list of names with types up to its closing parenthesis and
// appends it to dst. what names a member in messages, with its article.
func (r *reader) typed(dst []Typed, what string, variables bool) ([]Typed, error) {
	first := len(dst) // of those that have no type yet
	for {
		t := r.next()
		switch {
		case t.kind == ')':
			for i := first; i < len(dst); i++ {
				dst[i].Type = "object"
			}
			return dst, nil
		case t.kind != 'a':
			return dst, r.unexpected(t, "the name of "+what)
		case t.end-t.at == 1 && r.scanner.buf[t.at] == '-':
			if first == len(dst) {
				return dst, r.fault(t.at, "a type without the name of %s before it", what)
			}
			u := r.next()
			if u.kind == '(' {
				return dst, r.fault(u.at, "\"either\" types are not supported: declare a common parent in :types")
			}
			if u.kind != 'a' {
				return dst, r.unexpected(u, "a type")
			}
			for typ := r.name(u); first < len(dst); first++ {
				dst[first].Type = typ
			}
		case variables != (r.scanner.buf[t.at] == '?'):
			if variables {
				return dst, r.fault(t.at, "%q where a variable should be: variables begin with a question mark", r.text(t))
			}
			return dst, r.fault(t.at, "variable %q where the name of %s should be", r.text(t), what)
		case variables && t.end-t.at == 1:
			return dst, r.fault(t.at, "a question mark without a name")
		default:
			dst = append(dst, Typed{Name: r.name(t), Pos: r.at(t.at)})
		}
	}
}

// header reads "(define (kind name)" and returns the name.
func (r *reader) header(kind string) (string, error) {
	if _, err := r.want('(', "(define"); err != nil {
		return "", err
	}
	if t := r.next(); !r.is(t, "define") {
		return "", r.unexpected(t, "\"define\"")
	}
	if _, err := r.want('(', "("+kind+" NAME)"); err != nil {
		return "", err
	}
	if t := r.next(); !r.is(t, kind) {
		return "", r.unexpected(t, "\""+kind+"\"")
	}
	t, err := r.want('a', "the name of the "+kind)
	if err != nil {
		return "", err
	}
	name := r.name(t)
	_, err = r.want(')', "a closing parenthesis")
	return name, err
}

// sections reads the rest of a file: lists that begin with a keyword, each read
// by section up to its closing parenthesis, and the end of the text.
func (r *reader) sections(section func(key token, word string) error) error {
	for {
		t := r.next()
		if t.kind == ')' {
			break
		}
		if t.kind != '(' {
			return r.unexpected(t, "a section such as (:init ...)")
		}
		key, err := r.want('a', "the keyword of a section, such as :init,")
		if err != nil {
			return err
		}
		if err := section(key, r.name(key)); err != nil {
			return err
		}
	}
	if t := r.next(); t.kind != 0 {
		return r.unexpected(t, "the end of the text")
	}
	return nil
}
