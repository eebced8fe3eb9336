package webshop

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQueries(t *testing.T) {
	tests := []struct {
		name, instruction string
		want              []string
	}{
		{"all parts", "Find me loose fit women's tops, tees & blouses with short sleeve for daily wear with color: b3-wine, and size: large, and price lower than 30.00 dollars", []string{
			"find me loose fit women's tops, tees & blouses with short sleeve for daily wear with color: b3-wine, and size: large, and price lower than 30.00 dollars",
			"loose fit women's tops, tees & blouses with short sleeve for daily wear with color: b3-wine, and size: large",
			"loose fit women's tops, tees & blouses with short sleeve for daily wear",
			"loose fit women's tops, tees & blouses with short sleeve for daily wear b3-wine large",
			"women's tops tees & blouses",
			"loose fit women's tops, tees & blouses",
			"women's tops tees & blouses loose fit women's tops, tees & blouses with short sleeve for daily wear b3-wine large",
			"women's tops tees & blouses women's tops tees & blouses b3-wine large",
		}},
		{"short", "Find me wall art", []string{"find me wall art", "wall art", "wall art wall art", "wall art wall art"}[:3]},
		{"a person's", "I'm looking for a [red] mug that is big, and price lower than 40.00 dollars", []string{
			"i'm looking for a red mug that is big, and price lower than 40.00 dollars", "red mug that is big", "red mug",
			"red mug red mug that is big", "red mug red mug",
		}},
		{"a command", "<c> beauty", []string{"beauty", "beauty beauty"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(Queries(tt.instruction), tt.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func FuzzQueries(f *testing.F) {
	f.Add("Find me a [b] with c: d, and e: f, and price lower than 3.00 dollars")
	f.Add("<r> <r> \x00 & : , with ")
	f.Fuzz(func(t *testing.T, instruction string) {
		for _, q := range Queries(instruction) {
			if _, arg, ok := parseAction("search["+q+"]", true); !ok || arg != q {
				t.Errorf("%q gives a query that is no action: %q", instruction, q)
			}
		}
	})
}

// TestHistory compares with the original's loop, written out.
func TestHistory(t *testing.T) {
	type entry struct{ page, action string }
	past := []entry{{"p0", "a0"}, {"p1", "a1"}, {"p2", "a2"}}
	for pages := range 4 {
		for actions := range 4 {
			h := history{maxPages: pages, maxActions: actions}
			for n := range len(past) + 1 {
				if n > 0 {
					h.add(past[n-1].page, past[n-1].action)
				}
				want := "now"
				for i := 1; i <= max(pages, actions); i++ {
					if i <= n && i <= actions {
						want = past[n-i].action + separator + want
					}
					if i <= n && i <= pages {
						want = past[n-i].page + separator + want
					}
				}
				if got := h.text("now"); got != want {
					t.Errorf("%d pages, %d actions, after %d: got %q, want %q", pages, actions, n, got, want)
				}
			}
		}
	}
}
