package toolcall

import (
	"sync"

	"stepgym/envs/toolcall/py"
)

// Kit is the classes of tools that a task has, their methods resolved by name.
// It does not change and is shared by all episodes of the task.
type Kit struct {
	classes []*Class
	byName  map[string]target
	spare   sync.Pool // of executors that were released
}

// target is a method and the class that it is of.
type target struct {
	class  int // place in Kit.classes
	method *Method
}

// NewKit returns a kit of classes. Where two have a method of one name, that of
// the later class is called.
func NewKit(classes ...*Class) *Kit {
	k := &Kit{classes: classes, byName: map[string]target{}}
	for i, c := range classes {
		for j := range c.methods {
			k.byName[c.methods[j].Name] = target{i, &c.methods[j]}
		}
	}
	return k
}

// Classes returns the classes. They are not to be modified.
func (k *Kit) Classes() []*Class { return k.classes }

// Method returns the method that a name calls and the place of its class in
// Classes; nil if there is none.
func (k *Kit) Method(name string) (m *Method, class int) {
	t := k.byName[name]
	return t.method, t.class
}

// New returns an executor on copies of prototypes, one for each class. The
// prototypes must not change as long as executors are made of them.
func (k *Kit) New(prototypes []State) *Executor {
	x, _ := k.spare.Get().(*Executor)
	if x == nil {
		x = &Executor{kit: k}
		x.stack, x.words, x.text = x.places[:0], x.named[:0], x.room[:0]
		x.states = make([]State, len(prototypes))
		if x.ran = x.counts[:]; len(prototypes) > len(x.ran) {
			x.ran = make([]int, len(prototypes))
		}
	}
	x.owner = new(py.Owner)
	for i, p := range prototypes {
		x.states[i] = p.Copy(x.owner)
	}
	return x
}
