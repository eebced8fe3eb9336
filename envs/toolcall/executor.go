package toolcall

import (
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Executor runs calls on the states of one episode. It is used by one
// goroutine.
type Executor struct {
	kit    *Kit
	owner  *py.Owner
	states []State
	ran    []int      // calls that ran, by class
	compat *Instances // nil: calls are run as they are written

	prefixed bool // what runs has names of instances before those of methods

	entered bool       // a method has run
	stack   []py.Value // arguments of the calls that are running
	words   []Keyword  // and those given by name

	known  []string // see SetKnown
	parser pycall.Parser
	text   []byte // of the last result
	counts [4]int
	places [12]py.Value
	named  [4]Keyword
	room   [192]byte
}

// Outcome is what a call gave.
type Outcome struct {
	// Text is what the agent reads: a str as it is, a dict as JSON, anything
	// else as str writes it; "Error during execution: " and the text of the
	// exception if one was raised.
	Text   string
	Value  py.Value      // nil if Raised is not
	Raised *py.Exception // nil if nothing was raised

	// Refused says that no method ran: what was written is no call, calls
	// something unknown, or gives arguments that the method does not take.
	Refused bool
}

// raised begins the text of every exception.
const raised = "Error during execution: "

// SetCompat makes the executor rewrite calls as the original does before it
// runs them; nil ends that.
func (x *Executor) SetCompat(in *Instances) { x.compat = in }

// SetKnown names texts that results are likely to be: a result that is one of them
// shares its memory. They are not to be modified.
func (x *Executor) SetKnown(texts []string) { x.known = texts }

// States returns the states, one for each class of the kit. They are for
// looking at.
func (x *Executor) States() []State { return x.states }

// Ran is the number of calls that have run on the state of a class: as long as it
// stays the same, so does the state.
func (x *Executor) Ran(class int) int { return x.ran[class] }

// Freeze makes everything that the states hold now shared, so that attributes
// taken of them stay as they are. It takes constant time.
func (x *Executor) Freeze() {
	x.owner = new(py.Owner)
	for _, s := range x.states {
		s.Own(x.owner)
	}
}

// Release gives the executor's memory back to the kit. It is for those who make
// executors by the thousand; nothing of the executor may be used afterwards.
func (x *Executor) Release() {
	clear(x.states)
	clear(x.ran)
	x.compat, x.known, x.prefixed = nil, nil, false
	x.kit.spare.Put(x)
}

// Fork returns a copy that goes its own way from here on. It takes constant
// time.
func (x *Executor) Fork() *Executor {
	f := x.kit.New(x.states)
	f.compat, f.known = x.compat, x.known
	copy(f.ran, x.ran)
	x.Freeze()
	return f
}

// Run runs a call that is written in Python, such as "cd(folder='a')": the name
// of a method with positional and keyword arguments, which are literals or
// calls in their turn. Nothing else is executed; whatever else src says gives an
// error as its outcome.
func (x *Executor) Run(src string) Outcome {
	plain := x.compat == nil
	if !plain {
		src, plain = x.compat.rewrite(src)
	}
	if e := denied(src); e != nil {
		return fault(e)
	}
	n, e := x.parser.Parse(src)
	if e != nil {
		return fault(e)
	}
	x.prefixed = !plain
	v, e := x.value(n)
	return x.outcome(v, e)
}

// Call runs a method with arguments by name, as a call in JSON gives them. A
// name that is no method's gives an error as its outcome.
func (x *Executor) Call(name string, args *py.Dict) Outcome {
	if e := denied(name); e != nil {
		return fault(e)
	}
	x.prefixed = false
	return x.outcome(py.Try(func() py.Value {
		t := x.target(name)
		base := len(x.words)
		defer func() { x.words = x.words[:base] }()
		for _, it := range args.Items() {
			x.words = append(x.words, Keyword{py.ToStr(it.Key), it.Value})
		}
		return x.invoke(t, nil, x.words[base:])
	}))
}

func fault(e *py.Exception) Outcome { return Outcome{Text: raised + e.Text, Raised: e, Refused: true} }

// value evaluates what was parsed. With Call it is where exceptions end.
func (x *Executor) value(n pycall.Node) (v py.Value, e *py.Exception) {
	defer py.Catch(&e)
	x.entered = false
	return x.eval(n), nil
}

// outcome is what a value or an exception comes to.
func (x *Executor) outcome(v py.Value, e *py.Exception) Outcome {
	if e == nil {
		var text string
		if text, e = x.write(v); e == nil {
			return Outcome{Text: text, Value: v, Refused: !x.entered}
		}
	}
	x.stack, x.words = x.stack[:0], x.words[:0]
	return Outcome{Text: raised + e.Text, Raised: e, Refused: !x.entered}
}

// maxKept is the size of a text's memory that is kept for the next one.
const maxKept = 64 << 10

// write writes a result; one that is nested too deeply raises.
func (x *Executor) write(v py.Value) (text string, e *py.Exception) {
	switch v := v.(type) {
	case py.Str:
		return string(v), nil
	case py.None:
		return "None", nil
	}
	defer py.Catch(&e)
	b := py.AppendResult(x.text[:0], v)
	if x.text = b; cap(b) > maxKept {
		x.text = x.room[:0]
	}
	for _, s := range x.known {
		if s == string(b) { // compares lengths first, and copies nothing
			return s, nil
		}
	}
	return string(b), nil
}

// denied is the original's list of names that are not to be called, which it
// looks up with whatever stands before the first parenthesis.
func denied(src string) *py.Exception {
	name, _, _ := strings.Cut(src, "(")
	if _, after, ok := strings.Cut(name, "."); ok {
		name, _, _ = strings.Cut(after, ".")
	}
	switch name {
	case "kill", "exit", "quit", "remove", "unlink", "popen", "Popen", "run":
		return &py.Exception{Class: "Exception", Text: "Function call " + name + " is not allowed."}
	}
	return nil
}

// target returns the method of a name; there are no other names.
func (x *Executor) target(name string) target {
	t, ok := x.kit.byName[name]
	if x.prefixed {
		t, ok = x.compat.target(x.kit, name)
	}
	if ok {
		return t
	}
	name, _, _ = strings.Cut(name, ".")
	py.Raise("NameError", "name '%s' is not defined", name)
	return t
}

// invoke binds the arguments and calls the method.
func (x *Executor) invoke(t target, args []py.Value, words []Keyword) py.Value {
	base := len(x.stack)
	for range t.method.Params {
		x.stack = append(x.stack, nil)
	}
	bound := x.stack[base:]
	t.method.bind(x.kit.classes[t.class].Name, bound, args, words)
	x.entered = true
	x.ran[t.class]++
	v := t.method.call(x.states[t.class], bound)
	clear(x.stack[base:])
	x.stack = x.stack[:base]
	return v
}
