package message

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

func (s *State) send(args []py.Value) py.Value {
	receiver := args[0]
	if !py.Truth(s.user) {
		return nobody()
	}
	if !s.known(receiver) {
		return failed("Receiver ID '" + py.Format(receiver) + "' not found.")
	}
	number := s.drawNumber()
	inbox := py.ListAttr(s.inbox, "append").Own(s.owner)
	py.CheckHash(receiver)
	inbox.Append(py.One(receiver, py.Frozen(args[1])))
	s.inbox = inbox
	s.total = py.AddAssign(s.total, py.Int(1))
	return sentForm.D(py.Bool(true), numberForm.D(number), py.Str("Message sent to '"+py.Format(receiver)+"' successfully."))
}

// drawNumber draws a number that no message has.
func (s *State) drawNumber() py.Value {
	s.random = s.random.Own(s.owner)
	for {
		var n py.Value = py.Int(s.random.RandInt(10000, 99999))
		if py.Contains(s.numbers, n) {
			continue
		}
		numbers, ok := s.numbers.(*py.Set)
		if !ok {
			py.Raise("AttributeError", "'%s' object has no attribute 'add'", s.numbers.Type())
		}
		numbers = numbers.Own(s.owner)
		s.numbers = numbers
		numbers.Add(n)
		return n
	}
}

// first returns the receiver and the text of a message, which is a dict with
// one item.
func first(message py.Value) (receiver, text py.Value) {
	d := py.DictAttr(message, "items")
	if d.Len() == 0 {
		py.Raise("IndexError", "list index out of range")
	}
	it := d.At(0)
	return it.Key, it.Value
}

// remove looks for the last message to a receiver, and deletes the first one
// that equals it.
func (s *State) remove(args []py.Value) py.Value {
	wanted := args[0]
	if !py.Truth(s.user) {
		return nobody()
	}
	if _, ok := s.inbox.(*py.List); !ok {
		py.Slice(s.inbox, py.None{}, py.None{}) // the inbox is looked at as inbox[::-1]
	}
	messages := py.Iter(s.inbox)
	for i := len(messages) - 1; i >= 0; i-- {
		receiver, _ := first(messages[i])
		if !py.Equal(receiver, wanted) {
			continue
		}
		inbox := py.ListAttr(s.inbox, "remove").Own(s.owner)
		s.inbox = inbox
		inbox.Remove(messages[i])
		return deletedForm.D(py.Bool(true), receiver, py.Str("Receiver "+py.Format(wanted)+"'s latest message deleted successfully."))
	}
	return failed("Receiver ID " + py.Format(wanted) + " not found.")
}

func (s *State) sent([]py.Value) py.Value {
	if !py.Truth(s.user) {
		return nobody()
	}
	byReceiver := py.NewDict(nil, 4)
	for _, m := range py.Iter(s.inbox) {
		receiver, text := first(m)
		if list, ok := byReceiver.Get(receiver); ok {
			list.(*py.List).Append(text)
		} else {
			byReceiver.Set(receiver, py.NewList(text))
		}
	}
	return messagesForm.D(byReceiver)
}

func (s *State) search(args []py.Value) py.Value {
	if !py.Truth(s.user) {
		return nobody()
	}
	keyword := py.Lower(py.StrAttr(args[0], "lower"))
	var found []py.Value
	for _, m := range py.Iter(s.inbox) {
		receiver, text := first(m)
		if strings.Contains(py.Lower(py.StrAttr(text, "lower")), keyword) {
			found = append(found, foundForm.D(receiver, text))
		}
	}
	return resultsForm.D(py.NewList(found...))
}

func (s *State) stats([]py.Value) py.Value {
	if !py.Truth(s.user) {
		return nobody()
	}
	messages := py.Iter(s.inbox)
	contacts := py.NewSet(nil)
	for _, m := range messages {
		receiver, _ := first(m)
		contacts.Add(receiver)
	}
	return statsForm.D(countsForm.D(py.Int(len(messages)), py.Int(contacts.Len())))
}
