package tau

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Task is a task: what the user wants, and what an agent does that serves it.
type Task struct {
	Domain, Split string
	Index         int
	UserID        string
	Instruction   string   // to the user
	Actions       []Action // the ground truth
	Outputs       []string // texts that the agent has to say
}

// Action is a call of a tool, or [Respond].
type Action struct {
	Name   string
	Kwargs *py.Dict // arguments by name; not to be modified
}

// readTasks reads tasks_<split>.py. An error satisfies os.IsNotExist where the
// file is not there.
func readTasks(dir, domain, split string) ([]*Task, error) {
	path := filepath.Join(dir, "tasks_"+split+".py")
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	tasks, err := parseTasks(string(src))
	if err != nil {
		return nil, fmt.Errorf("tau: %s: %w", path, err)
	}
	for i, t := range tasks {
		t.Domain, t.Split, t.Index = domain, split, i
	}
	return tasks, nil
}

// parseTasks reads a Python module that imports names and assigns a list of
// Task(...) to one.
func parseTasks(src string) ([]*Task, error) {
	src = strings.ReplaceAll(src, "\r\n", "\n")
	_, list, ok := strings.Cut("\n"+src, "\nTASKS")
	if ok {
		_, list, ok = strings.Cut(list, "=")
	}
	if !ok {
		return nil, errors.New("there is no line TASKS... = [")
	}
	n, e := pycall.Parse(list)
	if e != nil {
		return nil, fmt.Errorf("the list of tasks is no Python literal of tasks: %s", e.Text)
	}
	items, err := listOf(n)
	if err != nil {
		return nil, err
	}
	tasks := make([]*Task, len(items))
	for i, it := range items {
		if tasks[i], err = taskOf(it); err != nil {
			return nil, fmt.Errorf("task %d: %w", i, err)
		}
	}
	return tasks, nil
}

// listOf returns the items of a list.
func listOf(n pycall.Node) ([]pycall.Node, error) {
	switch n := n.(type) {
	case *pycall.List:
		return n.Items, nil
	case *py.List:
		items := make([]pycall.Node, len(n.Items))
		for i, v := range n.Items {
			items[i] = v
		}
		return items, nil
	}
	return nil, errors.New("it is no list")
}

// keywords calls each for the arguments of a call of class(name=value, ...).
func keywords(n pycall.Node, class string, each func(name string, value pycall.Node) error) error {
	c, ok := n.(*pycall.Call)
	if !ok || c.Name != class || len(c.Args) > 0 {
		return fmt.Errorf("it is no %s(name=value, ...)", class)
	}
	for _, k := range c.Keywords {
		if err := each(k.Name, k.Value); err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
	}
	return nil
}

func taskOf(n pycall.Node) (*Task, error) {
	t := &Task{}
	return t, keywords(n, "Task", func(name string, value pycall.Node) (err error) {
		switch name {
		case "user_id":
			t.UserID, err = textOf(value)
		case "instruction":
			t.Instruction, err = textOf(value)
		case "actions":
			t.Actions, err = actionsOf(value)
		case "outputs":
			t.Outputs, err = textsOf(value)
		}
		return err
	})
}

func textOf(n pycall.Node) (string, error) {
	s, ok := n.(py.Str)
	if !ok {
		return "", errors.New("it is no text")
	}
	return string(s), nil
}

func textsOf(n pycall.Node) ([]string, error) {
	items, err := listOf(n)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(items))
	for i, it := range items {
		if texts[i], err = textOf(it); err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
	}
	return texts, nil
}

func actionsOf(n pycall.Node) ([]Action, error) {
	items, err := listOf(n)
	if err != nil {
		return nil, err
	}
	actions := make([]Action, len(items))
	for i, it := range items {
		if actions[i], err = actionOf(it); err != nil {
			return nil, fmt.Errorf("action %d: %w", i, err)
		}
	}
	return actions, nil
}

func actionOf(n pycall.Node) (Action, error) {
	var a Action
	err := keywords(n, "Action", func(name string, value pycall.Node) (err error) {
		switch name {
		case "name":
			a.Name, err = textOf(value)
		case "kwargs":
			d, ok := value.(*py.Dict)
			if !ok {
				return errors.New("it is no dict of constants")
			}
			a.Kwargs = d
		}
		return err
	})
	switch {
	case err != nil:
		return a, err
	case a.Name == "" || a.Kwargs == nil:
		return a, errors.New("it lacks name or kwargs")
	}
	return a, checkArguments(a.Kwargs)
}

// checkArguments refuses arguments that are nested too deep.
func checkArguments(kwargs *py.Dict) error {
	if !fits("json", kwargs, 0) {
		return fmt.Errorf("arguments are nested more than %d deep", maxNested)
	}
	return nil
}
