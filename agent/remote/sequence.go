package remote

import "slices"

// sequence is the token sequence that an episode's calls write, as long as each
// of them goes on where the one before it ended.
type sequence struct {
	number int     // of the present one, from 0
	ids    []int32 // of prompt and completion
	known  bool    // ids are those
	begun  bool
}

// add takes the ids of a call's whole prompt and of its completion, nil where
// they are not known. It returns the number of the sequence that the call belongs
// to and the ids that the prompt added to it. The call goes on with the present
// sequence exactly if its prompt begins with all the ids of that; a longer or a
// shorter match is no match, for ids of the completion would then not be those
// that were sampled.
func (s *sequence) add(prompt, completion []int32) (number int, added []int32) {
	switch {
	case !s.begun:
		s.begun, added = true, prompt
	case s.known && len(prompt) >= len(s.ids) && slices.Equal(prompt[:len(s.ids)], s.ids):
		added = prompt[len(s.ids):]
	default:
		s.number++
		added = prompt
	}
	s.ids, s.known = slices.Concat(prompt, completion), prompt != nil
	return s.number, added
}
