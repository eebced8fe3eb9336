package remote

import (
	"context"
	"math/rand/v2"
)

// Report is how an episode ended: what is sent to Config.RewardURL.
type Report struct {
	Rollout    string  `json:"rollout"` // ID of the episode
	Reward     float64 `json:"reward"`  // undiscounted sum
	Score      float64 `json:"score"`   // the environment's dense score, in [0, 1]
	Success    bool    `json:"success"`
	Terminated bool    `json:"terminated"`
	Truncated  bool    `json:"truncated"`
	Turns      int     `json:"turns"`
	Error      string  `json:"error,omitempty"` // why the episode was lost; it then has no reward
}

// Report sends r to the reward URL, with retries as for any call. Without such a
// URL it does nothing.
func (p *Policy) Report(ctx context.Context, r Report) error {
	if p.config.RewardURL == "" {
		return nil
	}
	body, err := encode(r, nil)
	if err != nil {
		return err
	}
	_, err = p.client.post(ctx, address(p.config.RewardURL, r.Rollout, ""), body, rand.New(rand.NewPCG(0, streamJitter)), func([]byte) error { return nil })
	return err
}
