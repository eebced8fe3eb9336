package setup

import (
	"context"
	"fmt"
	"os"
	"time"
)

// lock takes the lock file at path, which it makes if need be, and waits as long
// as another process has it. The lock goes when its process ends, however it ends.
func lock(ctx context.Context, path string, o Options) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("setup: lock the cache: %w: set GYM_CACHE to a folder that can be written", err)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for waited := false; ; waited = true {
		free, err := tryLock(f)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("setup: lock the cache: %w", err)
		}
		if free {
			return func() { f.Close() }, nil
		}
		if !waited {
			o.report("another process is fetching; waiting")
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("setup: wait for the cache's lock: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}
