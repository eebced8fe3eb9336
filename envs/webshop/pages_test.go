package webshop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

// TestProductPages compares all pages of 250 products with the original's, for
// a customer whose instruction is "I".
func TestProductPages(t *testing.T) {
	shop := newShops(t, "real")
	type shown struct {
		Text string `json:"text"`
		Rich string `json:"text_rich_sha256"`
	}
	n := 0
	for _, line := range readLines[map[string]json.RawMessage](t, shop.dir+"/product_pages.jsonl.gz") {
		var asin string
		if err := json.Unmarshal(line["asin"], &asin); err != nil {
			t.Fatal(err)
		}
		for _, at := range []place{placeItem, placeDescription, placeFeatures, placeReviews, placeAttributes} {
			raw, ok := line[at.String()]
			if !ok {
				continue
			}
			var want shown
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			n++
			text := itemPage(t, shop.open(t, "show_attrs", ModeText), asin, at)
			rich := sha256.Sum256([]byte(itemPage(t, shop.open(t, "show_attrs", ModeRich), asin, at)))
			if got := (shown{text, hex.EncodeToString(rich[:])}); got != want {
				t.Errorf("%s of %s (-got +want):\n%s", at, asin, cmp.Diff(got, want))
			}
		}
	}
	t.Logf("%d pages", n)
}

// itemPage is a page as a customer sees it whose instruction is "I".
func itemPage(t *testing.T, env *Env, asin string, at place) string {
	t.Helper()
	id, ok := env.Catalog().ByASIN(asin)
	if !ok {
		t.Fatalf("no product %s", asin)
	}
	var s session
	s.start(env.world, &Goal{Instruction: "I"}, 0)
	s.words, s.no = "i", 1
	s.open(int32(id))
	s.page = env.world.item(int32(id), at)
	return env.world.render(s.page, s.goal, &s)
}

// TestEdgeCases plays the original's recorded odd inputs. What raises an
// exception there is refused here.
func TestEdgeCases(t *testing.T) {
	shop := newShops(t, "real")
	b, err := os.ReadFile(shop.dir + "/edge_cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Label     string          `json:"label"`
		Actions   json.RawMessage `json:"actions"`
		Exception string          `json:"exception"`
		Result    string          `json:"result"` // its beginning
		Reward    json.Number     `json:"reward"`
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	env := shop.open(t, "synthetic", ModeText)
	const instruction = "Find me machine wash men's dress shirts with cotton spandex, classic fit, short sleeve with color: black, and size: xx-large tall, and price lower than "
	for _, c := range cases {
		var actions []string
		if json.Unmarshal(c.Actions, &actions) != nil || len(actions) == 0 || c.Label == "random" || strings.Contains(c.Label, "nonstring") {
			continue // no actions recorded, or random
		}
		var s session
		s.start(env.world, &Goal{Instruction: instruction + "70.00 dollars"}, 0)
		var out outcome
		for _, a := range actions {
			out = s.act(a)
		}
		if want := c.Exception != "" || c.Reward == "0"; out.refused != want {
			t.Errorf("%q: got refused %v, want %v", c.Label, out.refused, want)
		}
		if got := s.scene().text; c.Exception == "" && !strings.HasPrefix(got, c.Result) {
			t.Errorf("%q: got %q, want %q", c.Label, got, c.Result)
		}
	}
}

// TestManyTerms checks the search engine's limit of 1024 distinct terms.
func TestManyTerms(t *testing.T) {
	shop := newShops(t, "real")
	env := shop.open(t, "synthetic", ModeText)
	for _, n := range []int{1024, 1025} {
		var words []string
		for i := range n {
			words = append(words, fmt.Sprintf("w%dx", i))
		}
		var s session
		s.start(env.world, env.Catalog().Goal(0), 0)
		if out := s.act("search[" + strings.Join(words, " ") + "]"); out.refused != (n > 1024) {
			t.Errorf("%d terms: got refused %v", n, out.refused)
		}
	}
}

// A verlEpisode is an episode as verl-agent shows it to its model.
type verlEpisode struct {
	Seed  uint64 `json:"seed"`
	Goal  int    `json:"goal_idx"`
	Reset verlState
	Steps []struct {
		Text string `json:"llm_text"`
		verlState
		Reward float64 `json:"reward"`
		Done   bool    `json:"done"`
	} `json:"steps"`
}

type verlState struct {
	Anchor string `json:"anchor"`
	Info   struct {
		Available struct {
			SearchBar  bool     `json:"has_search_bar"`
			Clickables []string `json:"clickables"`
		} `json:"available_actions"`
		Score float64 `json:"task_score"`
		Won   bool    `json:"won"`
	} `json:"info"`
}

// TestVerlAgentEpisodes plays verl-agent's recorded episodes: its order of
// goals, its reward and, up to its own wording, its observations.
func TestVerlAgentEpisodes(t *testing.T) {
	path := testdata.Shared(t, "webshop/real/verl_agent_episodes.jsonl.gz")
	shop := newShops(t, "real")
	envOf := map[uint64]*Env{}
	for i, e := range readLines[verlEpisode](t, path) {
		env := envOf[e.Seed]
		if env == nil {
			c := DefaultConfig()
			c.Data, c.CatalogSeed, c.ShuffleSeed, c.Reward = shop.dir, e.Seed, e.Seed, RewardSuccess
			env = openShop(t, c)
			envOf[e.Seed] = env
		}
		ep, err := env.Reset(t.Context(), envs.Task{ID: fmt.Sprintf("goal:%d", e.Goal)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		checkVerl(t, fmt.Sprintf("episode %d: reset", i), ep.Observation(), e.Reset)
		for j, s := range e.Steps {
			where := fmt.Sprintf("episode %d: step %d, %q", i, j, s.Text)
			r, err := ep.Step(t.Context(), envs.Action{Text: verlAction(s.Text)})
			if err != nil {
				t.Fatalf("%s: %v", where, err)
			}
			if r.Reward != s.Reward || r.Terminated != s.Done || r.Success != s.Info.Won || r.Metrics["score"] != s.Info.Score {
				t.Errorf("%s: got %+v, want reward %v, done %v, info %+v", where, r, s.Reward, s.Done, s.Info)
			}
			if s.Done {
				// The original has reset itself by now and offers the next search.
				s.Info.Available.SearchBar, s.Info.Available.Clickables = false, nil
			}
			checkVerl(t, where, ep.Observation(), s.verlState)
		}
	}
	t.Logf("%d catalogues", len(slices.Collect(maps.Keys(envOf))))
}

// verlAction is the action that verl-agent reads from a model's reply.
func verlAction(reply string) string {
	reply = strings.ToLower(reply)
	if _, rest, ok := strings.Cut(reply, "<action>"); ok {
		if action, _, ok := strings.Cut(rest, "</action>"); ok {
			return strings.TrimSpace(action)
		}
	}
	r := []rune(reply)
	return string(r[max(0, len(r)-20):])
}

func checkVerl(t *testing.T, where string, o envs.Observation, want verlState) {
	t.Helper()
	// What follows the instruction, each text in quotes.
	anchor := o.Text()
	if parts := strings.Split(anchor, separator); o.Place != "done" {
		at := slices.Index(parts, "Instruction:")
		anchor = "'" + strings.Join(parts[at+2:], "'"+separator+"'") + "'"
	}
	var clickables []string
	for _, c := range o.Admissible {
		clickables = append(clickables, strings.TrimSuffix(strings.TrimPrefix(c.Action.Text, "click["), "]"))
	}
	if anchor != want.Anchor || len(o.Forms) > 0 != want.Info.Available.SearchBar {
		t.Errorf("%s: got %q, want %q", where, anchor, want.Anchor)
	}
	if diff := cmp.Diff(clickables, want.Info.Available.Clickables); diff != "" {
		t.Errorf("%s: clickables (-got +want):\n%s", where, diff)
	}
}
