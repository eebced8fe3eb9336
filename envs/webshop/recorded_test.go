package webshop

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/internal/python"
	"stepgym/internal/testdata"
)

// A recordedState is a page of the original and how it came about.
type recordedState struct {
	Action    string `json:"action"`
	Obs       string `json:"obs"`
	Current   string `json:"obs_text_current"` // without history, where obs has one
	Rich      string `json:"text_rich"`
	URL       string `json:"url"`
	Available struct {
		SearchBar  bool     `json:"has_search_bar"`
		Clickables []string `json:"clickables"`
	} `json:"available"`
	Reward  json.Number    `json:"reward"` // "0" for what the original ignores, else a float
	Done    bool           `json:"done"`
	Verbose map[string]any `json:"verbose_info"`
	Bought  *struct {
		ASIN    string            `json:"asin"`
		Options map[string]string `json:"options"`
		Price   float64           `json:"price"`
	} `json:"bought"`
}

// A recordedEpisode is one episode of the original.
type recordedEpisode struct {
	ID          string          `json:"id"`
	Config      string          `json:"config"`
	Policy      string          `json:"policy"`
	Session     string          `json:"session"`
	SessionArg  *int            `json:"session_arg"`
	Goal        int             `json:"goal_index"`
	Instruction string          `json:"instruction_text"`
	Block       *uint64         `json:"global_seed_before_block"`
	Reset       recordedState   `json:"reset"`
	Steps       []recordedState `json:"steps"`
}

// recordedConfig is the configuration of the original that a name in the
// recordings stands for.
func recordedConfig(t testing.TB, data, name string) Config {
	t.Helper()
	c := DefaultConfig()
	c.Data, c.MaxTurns = data, 0
	switch name {
	case "synthetic":
		c.CatalogSeed = 42
	case "human":
		c.CatalogSeed, c.Goals = 43, "human"
	case "show_attrs":
		c.CatalogSeed, c.ShowAttributes = 44, true
	case "hist":
		c.CatalogSeed, c.HistoryObservations, c.HistoryActions = 45, 1, 2
	case "limit":
		c.CatalogSeed, c.LimitGoals = 46, 25
	default:
		t.Fatalf("unknown configuration %q", name)
	}
	return c
}

// shops opens each configuration of a folder once.
type shops struct {
	dir  string
	mu   sync.Mutex
	envs map[string]*Env
}

func newShops(t testing.TB, name string) *shops {
	return &shops{dir: testdata.Shared(t, "webshop/"+name), envs: map[string]*Env{}}
}

// open returns the shop of a configuration in an observation mode.
func (s *shops) open(t testing.TB, config, mode string) *Env {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	key := config + " " + mode
	if e := s.envs[key]; e != nil {
		return e
	}
	if e := s.envs[config]; e != nil { // the same catalogue, shown differently
		c := e.world.config
		c.Observation = mode
		s.envs[key] = &Env{world: newWorld(c, e.world.catalog, e.world.engine), close: func() error { return nil }}
		return s.envs[key]
	}
	c := recordedConfig(t, s.dir, config)
	c.Observation = mode
	e := openShop(t, c)
	s.envs[key], s.envs[config] = e, e
	return e
}

func openShop(t testing.TB, c Config) *Env {
	t.Helper()
	e, err := OpenConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func readLines[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	var out []T
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var v T
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatalf("%s, line %d: %v", path, len(out)+1, err)
			}
			out = append(out, v)
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// recording is what our session shows, in the form of the recordings.
type recording struct {
	Text, Rich, URL string
	SearchBar       bool
	Clickables      []string
	Refused, Done   bool
}

func record(text, rich *session, out outcome) recording {
	r := recording{Text: text.scene().text, Rich: rich.scene().text, URL: text.url(), Refused: out.refused, Done: out.bought != nil}
	o := text.observe(text.scene(), "", false)
	r.SearchBar = len(o.Forms) > 0
	for _, c := range o.Admissible {
		r.Clickables = append(r.Clickables, strings.TrimSuffix(strings.TrimPrefix(c.Action.Text, "click["), "]"))
	}
	return r
}

func (s recordedState) recording() recording {
	text := s.Obs
	if s.Current != "" {
		text = s.Current
	}
	r := recording{Text: text, Rich: s.Rich, URL: s.URL, SearchBar: s.Available.SearchBar, Refused: s.Reward == "0", Done: s.Done}
	if len(s.Available.Clickables) > 0 {
		r.Clickables = s.Available.Clickables
	}
	return r
}

// TestRecorded plays all recorded episodes.
func TestRecorded(t *testing.T) {
	for _, data := range []string{"real", "synth"} {
		t.Run(data, func(t *testing.T) {
			shop := newShops(t, data)
			episodes := readLines[recordedEpisode](t, shop.dir+"/episodes.jsonl.gz")
			t.Run("sessions", func(t *testing.T) { recordedSessions(t, shop, episodes) })
			t.Run("episodes", func(t *testing.T) { recordedEpisodes(t, shop, episodes) })
			t.Run("names", func(t *testing.T) { recordedNames(t, shop, episodes) })
		})
	}
}

// recordedSessions plays on the inner session, which like the original goes on
// after a purchase.
func recordedSessions(t *testing.T, shop *shops, episodes []recordedEpisode) {
	states, bought := 0, 0
	for _, e := range episodes {
		n, b := playRecorded(t, shop, e)
		states, bought = states+n, bought+b
	}
	t.Logf("%d episodes, %d states, %d purchases", len(episodes), states, bought)
}

func playRecorded(t *testing.T, shop *shops, e recordedEpisode) (states, bought int) {
	text, rich := shop.open(t, e.Config, ModeText), shop.open(t, e.Config, ModeRich)
	g := text.Catalog().Goal(e.Goal)
	if got := "Instruction: " + g.Instruction; got != e.Instruction {
		t.Errorf("%s: got instruction %q, want %q", e.ID, got, e.Instruction)
		return
	}
	var a, b session
	a.start(text.world, g, 0)
	b.start(rich.world, rich.Catalog().Goal(e.Goal), 0)
	if e.SessionArg == nil {
		a.name, b.name = e.Session, e.Session
	}
	if diff := cmp.Diff(record(&a, &b, outcome{}), e.Reset.recording()); diff != "" {
		t.Errorf("%s: reset (-got +want):\n%s", e.ID, diff)
	}
	for i, s := range e.Steps {
		out := a.act(s.Action)
		b.act(s.Action)
		if diff := cmp.Diff(record(&a, &b, out), s.recording()); diff != "" {
			t.Errorf("%s: step %d, %q (-got +want):\n%s", e.ID, i, s.Action, diff)
			return
		}
		states++
		if s.Done {
			bought++
			checkPurchase(t, fmt.Sprintf("%s: step %d", e.ID, i), &a, out, s)
		}
	}
	return states + 1, bought
}

func checkPurchase(t *testing.T, where string, s *session, out outcome, want recordedState) {
	t.Helper()
	if got := python.Repr(out.bought.Score); got != want.Reward.String() {
		t.Errorf("%s: got reward %s, want %s", where, got, want.Reward)
	}
	metrics := map[string]any{}
	for k, v := range out.bought.metrics() {
		if k != "score" {
			metrics[k] = v
		}
	}
	for _, k := range []string{"query_match", "category_match", "r_price"} {
		metrics[k] = metrics[k] == 1.0
	}
	if diff := cmp.Diff(metrics, want.Verbose); diff != "" {
		t.Errorf("%s: verbose info (-got +want):\n%s", where, diff)
	}
	options := map[string]string{}
	for _, o := range s.settings() {
		options[o.Name] = o.Value
	}
	if diff := cmp.Diff(options, want.Bought.Options); diff != "" || s.asin() != want.Bought.ASIN {
		t.Errorf("%s: bought %s, want %s (-got +want):\n%s", where, s.asin(), want.Bought.ASIN, diff)
	}
	if got := s.world.catalog.Product(int(s.product)).Price; got != want.Bought.Price {
		t.Errorf("%s: got price %v, want %v", where, got, want.Bought.Price)
	}
}

// recordedEpisodes plays through the contract, up to the purchase, history
// included.
func recordedEpisodes(t *testing.T, shop *shops, episodes []recordedEpisode) {
	n := 0
	for _, e := range episodes {
		if e.SessionArg == nil {
			continue // a session that the original named: recordedNames
		}
		n++
		env := shop.open(t, e.Config, ModeText)
		ep, err := env.Reset(t.Context(), envs.Task{ID: fmt.Sprintf("goal:%d", e.Goal)}, 0)
		if err != nil {
			t.Fatal(err)
		}
		checkRecordedEpisode(t, ep, e)
	}
	t.Logf("%d episodes", n)
}

func checkRecordedEpisode(t *testing.T, ep envs.Episode, e recordedEpisode) {
	if got := ep.Observation().Text(); got != e.Reset.Obs {
		t.Errorf("%s: got start %q, want %q", e.ID, got, e.Reset.Obs)
	}
	for i, s := range e.Steps {
		r, err := ep.Step(t.Context(), envs.Action{Text: s.Action})
		if err != nil {
			t.Errorf("%s: step %d: %v", e.ID, i, err)
			return
		}
		reward, err := s.Reward.Float64()
		if err != nil {
			t.Fatal(err)
		}
		if got := ep.Observation().Text(); got != s.Obs || r.Reward != reward || r.Terminated != s.Done || r.Invalid != (s.Reward == "0") {
			t.Errorf("%s: step %d, %q: got %+v %q, want reward %s, done %v, %q", e.ID, i, s.Action, r, got, s.Reward, s.Done, s.Obs)
			return
		}
		if r.Done() {
			return
		}
	}
}

// recordedNames checks the sessions that the original names itself: ten draws
// for the letters, one for the goal, ten sessions after one seed.
func recordedNames(t *testing.T, shop *shops, episodes []recordedEpisode) {
	for _, e := range episodes {
		if e.Block == nil {
			continue
		}
		var place int
		if _, err := fmt.Sscanf(e.ID[strings.LastIndexByte(e.ID, '-')+1:], "%d", &place); err != nil {
			t.Fatal(err)
		}
		catalog := shop.open(t, e.Config, ModeText).Catalog()
		r := python.NewRand(*e.Block)
		var name string
		var goal int
		for range place + 1 {
			var b []byte
			for _, letter := range r.Choices(26, 10) {
				b = append(b, byte('a'+letter))
			}
			name, goal = string(b), catalog.RandomGoal(r)
		}
		if name != e.Session || goal != e.Goal {
			t.Errorf("%s: got session %s and goal %d, want %s and %d", e.ID, name, goal, e.Session, e.Goal)
		}
	}
}
