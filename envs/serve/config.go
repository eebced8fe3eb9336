package serve

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
)

// Config configures a [Server]. Fields at zero have the default given.
type Config struct {
	// Tokens are who may use the server; nil for everybody who reaches it.
	Tokens *Tokens

	BodyBytes    int64         // of a request's body, or a socket's message; default 16 MiB
	HeaderBytes  int           // of a request's headers; default 64 KiB
	ReadTimeout  time.Duration // for a request with its body, and between requests twice that; default 60 s
	DrainTimeout time.Duration // from the signal to the end; default 20 s

	// Health is asked for /readyz besides the server itself; nil is healthy.
	Health func() error

	// Access logs every request; failures are logged anyway.
	Access bool

	// Logger gets what happens; nil discards it.
	Logger *slog.Logger
}

func (c Config) resolve() (Config, error) {
	c.BodyBytes = cmp.Or(c.BodyBytes, 16<<20)
	c.HeaderBytes = cmp.Or(c.HeaderBytes, 64<<10)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, time.Minute)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, 20*time.Second)
	var faults []error
	for name, x := range map[string]int64{
		"BodyBytes": c.BodyBytes, "HeaderBytes": int64(c.HeaderBytes), "ReadTimeout": int64(c.ReadTimeout), "DrainTimeout": int64(c.DrainTimeout),
	} {
		if x < 0 {
			faults = append(faults, fmt.Errorf("serve: %s is below 0", name))
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c, errors.Join(faults...)
}

// CheckAddr refuses to listen where others can reach the server without a
// token: an address that is not of this machine alone needs tokens.
func CheckAddr(addr string, tokens *Tokens) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("serve: address %q: want HOST:PORT such as 127.0.0.1:8080", addr)
	}
	if tokens != nil || isLoopback(host) {
		return nil
	}
	return fmt.Errorf("serve: others can reach %s: give a file of tokens, or listen on 127.0.0.1", addr)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
