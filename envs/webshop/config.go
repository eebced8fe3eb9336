package webshop

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stepgym/internal/config"
)

// Observation modes, values of Config.Observation.
const (
	ModeText = "text"      // the page's texts, joined by " [SEP] "
	ModeRich = "text_rich" // one text a line, with marks for what can be clicked
	ModeHTML = "html"      // a web page
	ModeURL  = "url"       // the address of the page alone
)

// Reward schemes, values of Config.Reward.
const (
	RewardDense   = "dense"   // the score, 0 to 1, when something is bought
	RewardSuccess = "success" // 10 for a score of 1, nothing for less
)

// successReward is the reward of [RewardSuccess], as verl-agent gives it.
const successReward = 10

// maxProducts bounds the generated catalogue, which is held in memory.
const maxProducts = 10_000_000

// Config says which shop is opened and how episodes show it. The zero value is
// not usable; start from [DefaultConfig].
type Config struct {
	// Data is a folder with the original's data files, or with the files that
	// [Pack] wrote. Empty stands for the catalogue that the program generates.
	Data string `json:"data"`

	// Products and GeneratorSeed size and vary the generated catalogue; they
	// have no meaning for one that is read from Data.
	Products      int    `json:"products"`
	GeneratorSeed uint64 `json:"generator_seed"`

	NumProducts int    `json:"num_products"` // only the first rows of the data; 0 for all
	Goals       string `json:"goals"`        // "synthetic" or "human"
	CatalogSeed uint64 `json:"catalog_seed"` // of the price draws; see CatalogOptions.Seed
	ShuffleSeed uint64 `json:"shuffle_seed"` // of the order of goals
	LimitGoals  int    `json:"limit_goals"`  // a weighted draw of so many goals; 0 for all

	Observation    string `json:"observation"`     // a Mode constant
	ShowAttributes bool   `json:"show_attributes"` // item pages link to a page of attributes

	// HistoryObservations and HistoryActions put so many previous pages and
	// actions before the current page, as the original's num_prev_obs and
	// num_prev_actions do.
	HistoryObservations int `json:"history_observations"`
	HistoryActions      int `json:"history_actions"`

	// Compat reproduces the original's faults. Without it the world does what
	// it shows; each repair is marked "Differs:" in the code.
	Compat bool `json:"compat"`

	Split     string `json:"split"`      // how goals are divided: "product", "index" or "all"
	SplitSalt string `json:"split_salt"` // varies the division by product
	Folds     int    `json:"folds"`      // 0, or 5 for cross-validation
	Fold      int    `json:"fold"`

	MaxTurns int    `json:"max_turns"` // steps before truncation; 0 for no limit
	Reward   string `json:"reward"`    // a Reward constant

	// SessionPrefix precedes the goal's number in addresses.
	SessionPrefix string `json:"session_prefix"`
}

// DefaultConfig returns the settings that Open starts from: a generated
// catalogue of 1,000 products, the original's text mode, its faults and its
// dense reward, 15 turns, and goals divided by product.
func DefaultConfig() Config {
	return Config{
		Products:    1000,
		Goals:       "synthetic",
		ShuffleSeed: DefaultShuffleSeed,
		Observation: ModeText,
		Compat:      true,
		Split:       "product",
		MaxTurns:    15,
		Reward:      RewardDense,
	}
}

// ParseConfig reads a JSON object over the defaults; nil gives the defaults.
// Every unknown key and every bad value is reported, not only the first.
func ParseConfig(raw json.RawMessage) (Config, error) {
	c := DefaultConfig()
	given, faults := config.Read("webshop: config: ", raw, &c)
	if given == nil {
		return c, errors.Join(faults...)
	}
	return c, errors.Join(append(faults, c.Validate())...)
}

// Validate reports everything that is wrong with the configuration at once.
func (c Config) Validate() error {
	var faults []error
	word := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			faults = append(faults, fmt.Errorf("webshop: config: %s: %q is none of %s", key, value, strings.Join(allowed, ", ")))
		}
	}
	atLeast := func(key string, value, least int) {
		if value < least {
			faults = append(faults, fmt.Errorf("webshop: config: %s: %d is below %d", key, value, least))
		}
	}
	word("goals", c.Goals, "synthetic", "human")
	word("observation", c.Observation, ModeText, ModeRich, ModeHTML, ModeURL)
	word("split", c.Split, "product", "index", "all")
	word("reward", c.Reward, RewardDense, RewardSuccess)
	if c.Data == "" {
		atLeast("products", c.Products, 1)
		if c.Products > maxProducts {
			faults = append(faults, fmt.Errorf("webshop: config: products: %d is above %d", c.Products, maxProducts))
		}
	}
	atLeast("num_products", c.NumProducts, 0)
	atLeast("limit_goals", c.LimitGoals, -1)
	atLeast("history_observations", c.HistoryObservations, 0)
	atLeast("history_actions", c.HistoryActions, 0)
	atLeast("max_turns", c.MaxTurns, 0)
	if c.Folds != 0 && c.Folds != 5 {
		faults = append(faults, fmt.Errorf("webshop: config: folds: %d is neither 0 nor 5", c.Folds))
	}
	if c.Fold < 0 || c.Fold >= max(c.Folds, 1) {
		faults = append(faults, fmt.Errorf("webshop: config: fold: %d is not below folds, %d", c.Fold, c.Folds))
	}
	return errors.Join(faults...)
}

// catalogOptions is the part of the configuration that the catalogue reads.
func (c Config) catalogOptions() CatalogOptions {
	return CatalogOptions{
		Goals:       c.Goals,
		Seed:        c.CatalogSeed,
		ShuffleSeed: c.ShuffleSeed,
		NumProducts: c.NumProducts,
		LimitGoals:  max(c.LimitGoals, 0),
		Compat:      c.Compat,
	}
}

// splitOptions is the part of the configuration that Tasks reads.
func (c Config) splitOptions() SplitOptions {
	return SplitOptions{Scheme: c.Split, Salt: c.SplitSalt, Folds: c.Folds, Fold: c.Fold}
}
