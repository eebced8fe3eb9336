//go:build !unix

package nn

// cpuSeconds is the CPU time of the process so far; 0 if unknown.
func cpuSeconds() float64 { return 0 }
