package pddl

import (
	"bytes"
	"slices"
)

// facts reads the facts of :init up to its closing parenthesis. Most of a
// problem is facts that were there before, in the same spelling: those are
// recognized by their text before anything else is done.
func (r *reader) facts() error {
	for {
		t := r.next()
		if t.kind == ')' {
			return nil
		}
		if t.kind != '(' {
			return r.unexpected(t, "a fact in parentheses")
		}
		at := t.end
		end := at + max(0, bytes.IndexByte(r.scanner.buf[at:r.size], ')'))
		number, hash := r.work.facts.find(r.scanner.buf, at, end)
		if number >= 0 {
			r.pos = end + 1
			continue
		}
		head, err := r.want('a', "a predicate")
		if err != nil {
			return err
		}
		if err := r.fact(t, head, end, hash); err != nil {
			return err
		}
	}
}

// fact reads a fact whose opening parenthesis and first name are read. The text
// up to the first closing parenthesis, at end, is not among r.facts; hash is
// what to add it with.
func (r *reader) fact(open, head token, end int, hash uint32) error {
	if r.is(head, "=") {
		return r.skip()
	}
	if r.is(head, "not") {
		return r.negativeFact()
	}
	f, plain, err := r.groundAtom(open, head)
	if err != nil {
		return err
	}
	at := open.end
	if !plain || r.pos != end+1 {
		var number int
		at, end = r.respell(f)
		if number, hash = r.work.facts.find(r.scanner.buf, at, end); number >= 0 {
			r.args = r.args[:f.at]
			return nil
		}
	}
	r.work.facts.add(at, end, hash)
	r.init = append(r.init, f)
	return nil
}

// negativeFact reads the rest of a "not" fact. It says what holds anyhow, unless
// the fact is also there without "not".
func (r *reader) negativeFact() error {
	open, err := r.want('(', "a fact in parentheses")
	if err != nil {
		return err
	}
	head, err := r.want('a', "a predicate")
	if err != nil {
		return err
	}
	f, _, err := r.groundAtom(open, head)
	if err != nil {
		return err
	}
	r.no = append(r.no, f)
	_, err = r.want(')', "a closing parenthesis: \"not\" takes one fact")
	return err
}

// groundAtom reads the arguments of a fact up to its closing parenthesis. plain
// tells that it is written with a single space before every argument and
// nothing else between its parentheses.
func (r *reader) groundAtom(open, head token) (f rawFact, plain bool, err error) {
	buf := r.scanner.buf
	if b := buf[head.at]; b == '?' || b == ':' {
		return f, false, r.unexpected(head, "a predicate")
	}
	f = rawFact{predicate: r.name(head), at: len(r.args), where: open.at}
	plain = head.at == open.end
	for end := head.end; ; {
		t := r.next()
		if t.kind == ')' {
			f.end = len(r.args)
			return f, plain && t.at == end, nil
		}
		if t.kind != 'a' {
			return f, false, r.unexpected(t, "an argument: the name of an object")
		}
		if buf[t.at] == '?' {
			return f, false, r.fault(t.at, "variable %q in a fact", r.text(t))
		}
		plain = plain && t.at == end+1 && buf[end] == ' '
		end = t.end
		r.args = append(r.args, r.name(t))
	}
}

// respell writes a fact with single spaces behind the text.
func (r *reader) respell(f rawFact) (at, end int) {
	b := r.work.buf
	at = len(b)
	b = append(b, f.predicate...)
	for _, a := range r.args[f.at:f.end] {
		b = append(append(b, ' '), a...)
	}
	r.work.buf, r.scanner.buf = b, b
	return at, len(b)
}

// contradiction looks for facts that were listed with and without "not".
func (r *reader) contradiction() error {
	for _, no := range r.no {
		at, end := r.respell(no)
		if number, _ := r.work.facts.find(r.scanner.buf, at, end); number >= 0 {
			return r.fault(no.where, "fact %q is listed with and without \"not\"", r.scanner.buf[at:end])
		}
	}
	return nil
}

// collect makes the facts, their arguments in one piece of memory.
func (r *reader) collect() []Fact {
	args := slices.Clone(r.args)
	facts := make([]Fact, len(r.init))
	for i, f := range r.init {
		facts[i].Predicate = f.predicate
		if f.at < f.end {
			facts[i].Args = args[f.at:f.end:f.end]
		}
	}
	return facts
}
