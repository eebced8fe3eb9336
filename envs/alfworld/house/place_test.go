package house

import "testing"

func TestLocation(t *testing.T) {
	for _, c := range []struct {
		at              point
		facing, horizon int
		want            string
	}{
		{point{0, 0, 0}, 0, 60, "loc_bar_0_bar_0_bar_0_bar_60"},
		{point{-100, 0, 137}, 3, -30, "loc_bar__minus_4_bar_5_bar_3_bar__minus_30"},
		{point{138, 0, -137}, 1, 0, "loc_bar_6_bar__minus_5_bar_1_bar_0"},
	} {
		if got := location(c.at, c.facing, c.horizon); got != c.want {
			t.Errorf("location(%v, %d, %d) = %s, want %s", c.at, c.facing, c.horizon, got, c.want)
		}
	}
}

func TestSpell(t *testing.T) {
	taken := ids{}
	p := point{-120, 80, 0}
	for _, want := range []string{
		"Cabinet_bar__minus_01_dot_20_bar__plus_00_dot_80_bar__plus_00_dot_00",
		"Cabinet_bar__minus_01_dot_19_bar__plus_00_dot_80_bar__plus_00_dot_00",
	} {
		if got := taken.name("Cabinet", &p); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got, want := spell("SinkBasin", point{1234, 5, -60}), "Sink_bar__plus_12_dot_34_bar__plus_00_dot_05_bar__minus_00_dot_60_bar_SinkBasin"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestTables: the classes of the tables fit together.
func TestTables(t *testing.T) {
	inRoom := map[room]map[string]bool{}
	all := map[string]bool{}
	for r := range room(rooms) {
		inRoom[r] = map[string]bool{}
		for _, f := range fittings(r) {
			if inRoom[r][f.class] {
				t.Errorf("%s: %s is there twice", r, f.class)
			}
			inRoom[r][f.class], all[f.class] = true, true
		}
		for _, f := range fittings(r) {
			if f.on != "" && !inRoom[r][f.on] {
				t.Errorf("%s: %s stands on %s, which is not there", r, f.class, f.on)
			}
		}
	}
	last := ""
	for _, th := range things() {
		if th.class <= last {
			t.Errorf("%s is not in order", th.class)
		}
		last = th.class
		seen := map[string]bool{}
		for _, p := range th.places {
			if !all[p.class] || seen[p.class] {
				t.Errorf("%s: %s is no class of receptacles, or there twice", th.class, p.class)
			}
			seen[p.class] = true
		}
		for r := range room(rooms) {
			found := false
			for _, p := range th.places {
				found = found || p.weight > 0 && inRoom[r][p.class]
			}
			if th.rooms[r] > 0 && !found {
				t.Errorf("%s has no place in a %s", th.class, r)
			}
		}
	}
	for class := range all {
		if noun, _ := placeWords(class); noun == "" {
			t.Errorf("there is no word for %s", class)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ noun, article, plural string }{
		{"apple", "an apple", "apples"},
		{"knife", "a knife", "knives"},
		{"loaf of bread", "a loaf of bread", "loaves of bread"},
		{"tomato", "a tomato", "tomatoes"},
		{"watch", "a watch", "watches"},
		{"box of tissues", "a box of tissues", "boxes of tissues"},
		{"glass", "a glass", "glasses"},
		{"CD", "a CD", "CDs"},
		{"dish", "a dish", "dishes"},
	} {
		if got := article(c.noun); got != c.article {
			t.Errorf("got %q, want %q", got, c.article)
		}
		if got := plural(c.noun); got != c.plural {
			t.Errorf("got %q, want %q", got, c.plural)
		}
	}
}
