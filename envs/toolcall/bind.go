package toolcall

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// Keyword is an argument given by name.
type Keyword struct {
	Name  string
	Value py.Value
}

// bind fills in out, which has a place for each parameter of m, from positional
// and keyword arguments as CPython binds them to a method of class, and raises
// its TypeErrors in its order: keywords first, then too many, then missing ones.
func (m *Method) bind(class string, out, args []py.Value, keywords []Keyword) {
	n := copy(out, args)
	for _, k := range keywords {
		i := m.param(k.Name)
		switch {
		case i < 0 && (k.Name != "self" || m.called != ""):
			m.raise(class, "got an unexpected keyword argument '"+k.Name+"'")
		case i < 0 || out[i] != nil:
			m.raise(class, "got multiple values for argument '"+k.Name+"'")
		}
		out[i] = k.Value
	}
	if len(args) > len(m.Params) {
		m.raiseTooMany(class, len(args))
	}
	for i := n; i < len(out); i++ {
		if out[i] == nil {
			out[i] = m.Params[i].Default
		}
		if out[i] == nil {
			m.raiseMissing(class, out)
		}
	}
}

func (m *Method) param(name string) int {
	for i := range m.Params {
		if m.Params[i].Name == name {
			return i
		}
	}
	return -1
}

func (m *Method) raise(class, what string) {
	name := m.called
	if name == "" {
		name = class + "." + m.Name
	}
	py.Raise("TypeError", "%s", name+"() "+what)
}

// raiseTooMany counts self where there is one, as CPython does.
func (m *Method) raiseTooMany(class string, given int) {
	self := 1
	if m.called != "" {
		self = 0
	}
	least := self
	for _, p := range m.Params {
		if p.Default == nil {
			least++
		}
	}
	most := self + len(m.Params)
	takes := strconv.Itoa(most) + " positional arguments"
	switch {
	case least < most:
		takes = "from " + strconv.Itoa(least) + " to " + takes
	case most == 1:
		takes = "1 positional argument"
	}
	m.raise(class, "takes "+takes+" but "+strconv.Itoa(given+self)+" were given")
}

func (m *Method) raiseMissing(class string, bound []py.Value) {
	var missing []string
	for i, v := range bound {
		if v == nil && m.Params[i].Default == nil {
			missing = append(missing, "'"+m.Params[i].Name+"'")
		}
	}
	names, n := missing[0], len(missing)
	switch {
	case n == 2:
		names = missing[0] + " and " + missing[1]
	case n > 2:
		names = strings.Join(missing[:n-1], ", ") + ", and " + missing[n-1]
	}
	arguments := " required positional argument: "
	if n > 1 {
		arguments = " required positional arguments: "
	}
	m.raise(class, "missing "+strconv.Itoa(n)+arguments+names)
}
