package openenv

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"stepgym/envs/serve/session"
)

// nameLength is the longest episode_id, in characters.
const nameLength = 255

// parseStart reads the data of a reset: seed, episode_id, task_id, split and
// index, all of them optional, null for none. Other keys are ignored.
//
// Differs: on a socket the reference server takes a seed below 0 and hands it to
// the environment; here, as on its /reset, it is invalid.
func parseStart(data gjson.Result) (start session.Start, faults []fault) {
	data.ForEach(func(k, v gjson.Result) bool {
		if v.Type == gjson.Null {
			return true
		}
		var f *fault
		switch k.Str {
		case "seed":
			start.Seed, f = parseSeed(v)
		case "episode_id":
			start.Client, f = parseName(v, k.Str)
			if f == nil && utf8.RuneCountInString(v.Str) > nameLength {
				long := tooLong(v, nameLength, k.Str)
				f = &long
			}
		case "split":
			start.Split, f = parseName(v, k.Str)
		case "task_id":
			if v.Type == gjson.Number { // datasets number their rows
				start.Task = v.Raw
				break
			}
			start.Task, f = parseName(v, k.Str)
		case "index":
			start.Index, f = parseIndex(v)
		}
		if f != nil {
			faults = append(faults, *f)
		}
		return true
	})
	return start, faults
}

func parseName(v gjson.Result, at string) (string, *fault) {
	if v.Type != gjson.String {
		f := notString(v, at)
		return "", &f
	}
	return v.Str, nil
}

func parseSeed(v gjson.Result) (*uint64, *fault) {
	if v.Type == gjson.Number {
		if n, err := strconv.ParseUint(v.Raw, 10, 64); err == nil {
			return &n, nil
		}
		if v.Num < 0 {
			f := negative(v, "seed")
			return nil, &f
		}
		if v.Num == math.Trunc(v.Num) && v.Num < 1<<53 {
			n := uint64(v.Num)
			return &n, nil
		}
	}
	f := notInteger(v, "seed")
	return nil, &f
}

func parseIndex(v gjson.Result) (*int, *fault) {
	if v.Type == gjson.Number && v.Num == math.Trunc(v.Num) && math.Abs(v.Num) < 1<<31 {
		n := int(v.Num)
		return &n, nil
	}
	f := notInteger(v, "index")
	return nil, &f
}
