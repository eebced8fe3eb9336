package runner

import "math/rand/v2"

// Streams keep apart the uses that one run seed is put to.
const (
	streamEnv     uint64 = iota + 1 // Env.Reset
	streamSample                    // Policy.Play
	streamTasks                     // choice of tasks
	streamBatch                     // order of minibatches
	streamImitate                   // who acts in a demonstration, and order of demonstrations
	streamEval                      // evaluations
	streamBoot                      // bootstrap resamples
	streamOrder                     // order of turns in updates
	streamMore                      // choice of tasks in place of dropped groups
)

// Seed hashes its arguments, in order, into a seed. It folds splitmix64
// (Steele, Lea, Flood 2014: "Fast splittable pseudorandom number generators"):
//
//	h = mix(run);  h = mix(h ^ (part + golden ratio))  for every part
//
// It is a fixed function: the seeds of old runs can be computed again.
func Seed(run uint64, parts ...uint64) uint64 {
	h := mix64(run)
	for _, p := range parts {
		h = mix64(h ^ (p + goldenRatio))
	}
	return h
}

const goldenRatio = 0x9e3779b97f4a7c15 // 2^64 / φ

// mix64 is one step of splitmix64 from state x: advance, then finalise.
func mix64(x uint64) uint64 {
	x += goldenRatio
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// EnvSeed returns the seed for Env.Reset that all episodes of a group share.
// slot is the group's place in the iteration, from 0.
func EnvSeed(run uint64, iteration, slot int) uint64 {
	return Seed(run, streamEnv, uint64(iteration), uint64(slot))
}

// SampleSeed returns the seed for Policy.Play of one episode of a group. index
// is its place in the group, from 0.
func SampleSeed(run uint64, iteration, slot, index int) uint64 {
	return Seed(run, streamSample, uint64(iteration), uint64(slot), uint64(index))
}

// newRand returns a generator for one use of the run seed.
func newRand(run uint64, parts ...uint64) *rand.Rand {
	s := Seed(run, parts...)
	return rand.New(rand.NewPCG(s, mix64(s)))
}
