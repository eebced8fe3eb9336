package traces

// Client says who played an episode that was served to another program.
type Client struct {
	Protocol string `json:"protocol"`          // "openenv", "v1", ...
	Owner    string `json:"owner,omitempty"`   // name of the token, never the token
	Episode  string `json:"episode,omitempty"` // the client's own name for the episode

	// End says why the episode ended where its environment did not end it:
	// "lease", "closed", "group", "reset" or "drain". It is truncated then.
	End string `json:"end,omitempty"`
}
