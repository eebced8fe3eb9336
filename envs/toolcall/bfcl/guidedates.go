package bfcl

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// isoDate is a date as it stands in requests; month the name of a month. They
// are read-only.
var (
	isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	month   = regexp.MustCompile(`(?i)^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}$`)
	dayRun  = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)?$`)
	year    = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
)

func isISODate(w string) bool { return isoDate.MatchString(w) }

// months begin the names of the months.
const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// nearDay is how many words a day stands from its month at most.
const nearDay = 7

// dates files dates that are written in words as 2026-03-15, and a month as
// 03/2026: the days near the name of a month, with any year of the text.
func (h *hearing) dates() {
	years := slices.Compact(year.FindAllString(h.text, -1))
	for i, s := range h.words {
		w := trimWord(h.text[s.from:s.to])
		if !month.MatchString(w) {
			continue
		}
		m := two(strings.Index(months, strings.ToLower(w[:3]))/3 + 1)
		for _, y := range years {
			for j := max(0, i-nearDay); j < min(len(h.words), i+nearDay+1); j++ {
				d := dayRun.FindStringSubmatch(trimWord(h.text[h.words[j].from:h.words[j].to]))
				if d == nil {
					continue
				}
				if n, err := strconv.Atoi(d[1]); err == nil && n >= 1 && n <= 31 {
					h.add(py.Str(y+"-"+m+"-"+two(n)), fromDate, s.from, s.to)
				}
			}
			h.add(py.Str(m+"/"+y), fromDate, s.from, s.to)
			h.add(py.Str(y+"-"+m+"-01"), fromDate, s.from, s.to)
		}
	}
}

// two writes n with two digits.
func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
