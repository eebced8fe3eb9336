package pycall

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

// tree is an expression as the careful parser makes it, with everything that
// CPython's messages need to know. Its class is that of Python's module ast.
type tree struct {
	class    string
	line     int
	name     string   // of Name and Attribute; the operator of UnaryOp and BinOp; the first one of Compare
	value    Node     // of Constant; nil for one that is not represented
	kids     []*tree  // see the comments in grammar.go; in the order of compiling
	keywords []argKey // of Call
	params   []string // of Lambda
}

// argKey is an argument given by name; a name of "" stands for **value.
type argKey struct {
	name  string
	value *tree
}

// describe returns what CPython calls t in its messages.
func (t *tree) describe() string {
	switch t.class {
	case "Constant":
		switch v := t.value.(type) {
		case py.None:
			return "None"
		case py.Bool:
			if v {
				return "True"
			}
			return "False"
		case py.Ellipsis:
			return "ellipsis"
		}
		return "literal"
	case "Call":
		return "function call"
	case "BoolOp", "BinOp", "UnaryOp":
		return "expression"
	case "GeneratorExp":
		return "generator expression"
	case "Yield", "YieldFrom":
		return "yield expression"
	case "Await":
		return "await expression"
	case "ListComp":
		return "list comprehension"
	case "SetComp":
		return "set comprehension"
	case "DictComp":
		return "dict comprehension"
	case "Dict":
		return "dict literal"
	case "Set":
		return "set display"
	case "JoinedStr":
		return "f-string expression"
	case "Compare":
		return "comparison"
	case "IfExp":
		return "conditional expression"
	case "NamedExpr":
		return "named expression"
	}
	return strings.ToLower(t.class) // Attribute, Subscript, Starred, Name, List, Tuple, Lambda
}

// invalidTarget returns the part of t that a loop cannot assign to, or nil.
func (t *tree) invalidTarget() *tree {
	switch t.class {
	case "List", "Tuple":
		for _, k := range t.kids {
			if bad := k.invalidTarget(); bad != nil {
				return bad
			}
		}
		return nil
	case "Starred":
		return t.kids[0].invalidTarget()
	case "Compare":
		if t.name == "in" {
			return t.kids[0].invalidTarget()
		}
		return nil
	case "Name", "Subscript", "Attribute":
		return nil
	}
	return t
}

// maxDepth is how deep CPython lets expressions nest: its limit of 3000 less
// what the calls around eval take of it.
const maxDepth = 2978

// checkDepth throws if t is too deep.
func (t *tree) checkDepth(depth int) {
	if depth > maxDepth {
		panic(&fault{"RecursionError", "maximum recursion depth exceeded during compilation", -1})
	}
	for _, k := range t.kids {
		if k != nil {
			k.checkDepth(depth + 1)
		}
	}
	for _, k := range t.keywords {
		k.value.checkDepth(depth + 1)
	}
}

// check throws what CPython's compiler says of a tree that its parser accepts.
// function tells whether t is in the body of a lambda.
func (t *tree) check(function bool) {
	switch t.class {
	case "Yield", "YieldFrom":
		if !function {
			panic(syntaxError(t.line, "'yield' outside function"))
		}
	case "Await":
		panic(syntaxError(t.line, "'await' outside "+map[bool]string{false: "function", true: "async function"}[function]))
	case "Lambda":
		for i, name := range t.params {
			if slices.Contains(t.params[:i], name) {
				panic(syntaxError(t.line, "duplicate argument '"+name+"' in function definition"))
			}
		}
		function = true
	}
	for i, k := range t.kids {
		if i == 1 && t.class == "Call" {
			t.checkKeywords()
		}
		if k != nil {
			k.check(function)
		}
	}
	if t.class == "Call" && len(t.kids) == 1 {
		t.checkKeywords()
	}
	for _, k := range t.keywords {
		k.value.check(function)
	}
}

func (t *tree) checkKeywords() {
	for i, k := range t.keywords {
		if k.name == "" {
			continue
		}
		if k.name == "__debug__" {
			panic(syntaxError(t.line, "cannot assign to __debug__"))
		}
		for _, other := range t.keywords[i+1:] {
			if other.name == k.name {
				panic(syntaxError(other.value.line, "keyword argument repeated: "+k.name))
			}
		}
	}
}

// node returns t as a Node.
func (t *tree) node() Node {
	switch t.class {
	case "Constant":
		return t.value
	case "Name":
		return &Name{t.name}
	case "Call":
		return t.call()
	case "Attribute":
		return &Attribute{t.kids[0].node(), t.name}
	case "Subscript":
		return &Subscript{t.kids[0].node(), t.kids[1].node()}
	case "UnaryOp":
		if x := t.kids[0].node(); t.name == "-" {
			return minus(x)
		} else {
			return &Unary{t.name, x}
		}
	case "BinOp":
		return &Binary{t.name, t.kids[0].node(), t.kids[1].node()}
	case "List":
		return list(nodes(t.kids))
	case "Tuple":
		return tuple(nodes(t.kids))
	case "Set":
		return set(nodes(t.kids))
	case "Dict":
		items := make([]Item, len(t.kids)/2)
		for i := range items {
			if key := t.kids[2*i]; key != nil {
				items[i].Key = key.node()
			}
			items[i].Value = t.kids[2*i+1].node()
		}
		return dict(items)
	}
	u := &Unsupported{What: t.class}
	if t.class == "Compare" || t.class == "BoolOp" {
		u.First = t.kids[0].node()
	}
	return u
}

func nodes(trees []*tree) []Node {
	out := make([]Node, len(trees))
	for i, t := range trees {
		out[i] = t.node()
	}
	return out
}

func (t *tree) call() Node {
	c := &Call{}
	if c.Name = t.kids[0].dotted(); c.Name == "" {
		c.Func = t.kids[0].node()
	}
	if len(t.kids) > 1 {
		c.Args = nodes(t.kids[1:])
	}
	for _, k := range t.keywords {
		c.Keywords = append(c.Keywords, Keyword{k.name, k.value.node()})
	}
	return c
}

// dotted returns the name a.b.c that t is, or "".
func (t *tree) dotted() string {
	var parts []string
	for ; t.class == "Attribute"; t = t.kids[0] {
		parts = append(parts, t.name)
	}
	if t.class != "Name" {
		return ""
	}
	var b strings.Builder
	b.WriteString(t.name)
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString("." + parts[i])
	}
	return b.String()
}
