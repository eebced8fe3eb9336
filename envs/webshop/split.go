package webshop

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// SplitOptions says how goals are divided into train, dev and test.
type SplitOptions struct {
	// Scheme is one of
	//
	//   - "product", the default: products go to one of ten buckets by a hash
	//     of their name; all goals of a product go with it, and products that
	//     share an instruction go together, see [Catalog.Family];
	//   - "index": the first 500 goals are test and dev, the others train, as
	//     verl-agent divides them. This leaks: most test goals are train goals
	//     of another shuffle seed, and nearly all their products are in train;
	//   - "all": every split has all goals.
	Scheme string

	Salt string // mixed into the hash; "" is the standard division

	// Folds is 0 for the standard division, in which bucket 9 is test, bucket
	// 8 dev and the rest train. With 5 folds, buckets 2k and 2k+1 are test in
	// fold k, and bucket 2k+2 (mod 10) is dev.
	Folds int
	Fold  int // 0 <= Fold < Folds
}

// indexTest is the number of test goals in the scheme "index".
const indexTest = 500

// Splits are the names of the splits.
func Splits() []string { return []string{"train", "dev", "test", "all"} }

// Validate reports all that is wrong with the options.
func (o SplitOptions) Validate() error {
	var errs []error
	if o.Scheme != "" && o.Scheme != "product" && o.Scheme != "index" && o.Scheme != "all" {
		errs = append(errs, fmt.Errorf("webshop: split scheme is %q, want \"product\", \"index\" or \"all\"", o.Scheme))
	}
	if o.Folds != 0 && o.Folds != 5 {
		errs = append(errs, fmt.Errorf("webshop: %d folds, want 5, or 0 for the standard division", o.Folds))
	}
	if o.Fold < 0 || o.Fold >= max(o.Folds, 1) {
		errs = append(errs, fmt.Errorf("webshop: fold %d of %d, want one from 0 on and below the number of folds", o.Fold, o.Folds))
	}
	return errors.Join(errs...)
}

// Split returns the indices of the goals of a split, in increasing order. An
// unknown name is an error that wraps [envs.ErrNoSplit].
func (c *Catalog) Split(o SplitOptions, name string) ([]int32, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	var in func(i int) bool
	switch name {
	case "train", "dev", "test":
		in = c.member(o, name)
	case "all":
		in = func(int) bool { return true }
	default:
		return nil, fmt.Errorf("webshop: split %q: want train, dev, test or all: %w", name, envs.ErrNoSplit)
	}
	var out []int32
	for i := range c.NumGoals() {
		if in(i) {
			out = append(out, int32(i))
		}
	}
	return out, nil
}

// member returns the function that says whether goal i is in the split.
func (c *Catalog) member(o SplitOptions, name string) func(i int) bool {
	switch o.Scheme {
	case "all":
		return func(int) bool { return true }
	case "index":
		return func(i int) bool { return (i < indexTest) == (name != "train") }
	}
	in := make([]int8, c.Len()) // by the product that stands for the family: 1 in, -1 out, 0 not known
	return func(i int) bool {
		family := c.family[c.goalProduct(i)]
		if in[family] == 0 {
			in[family] = -1
			if o.split(bucketOf(o.Salt, c.shelf.asin(int(family)))) == name {
				in[family] = 1
			}
		}
		return in[family] > 0
	}
}

// bucketOf is the bucket, 0 to 9, of a family: the 32-bit FNV-1a hash of salt
// and ASIN, modulo ten.
func bucketOf(salt, asin string) int {
	h := fnv.New32a()
	io.WriteString(h, salt) // a hash takes everything
	io.WriteString(h, asin)
	return int(h.Sum32() % 10)
}

// split names the split of a bucket.
func (o SplitOptions) split(bucket int) string {
	test, dev := bucket == 9, bucket == 8
	if o.Folds != 0 {
		test, dev = bucket/2 == o.Fold, bucket == (2*o.Fold+2)%10
	}
	switch {
	case test:
		return "test"
	case dev:
		return "dev"
	}
	return "train"
}

// Family returns the ASIN that stands for the products which the product of
// goal i is joined with: those with an instruction in common, the price clause
// left out, and those joined with them in turn. Goals of one family are always
// in one split of the scheme "product". It is the least ASIN of the family and
// does not depend on seeds or limits.
func (c *Catalog) Family(i int) string { return c.shelf.asin(int(c.family[c.goalProduct(i)])) }

// edge joins two products that have an instruction in common.
type edge struct{ a, b int32 }

// joiner finds the edges of products that come one after the other.
type joiner struct {
	first map[uint64]int32 // by hash of the instruction, the first product that has it
	edges []edge
	buf   []byte
}

func newJoiner() *joiner { return &joiner{first: make(map[uint64]int32)} }

// add takes the instructions of a product that is not before the last one.
//
// Instructions are told apart by a hash of 64 bits: should two have the same
// one, their products are in one split, which does no harm.
func (j *joiner) add(product int32, p *Product, t wishText, human bool) {
	combos := 1
	if !human {
		combos = combinations(p.Options)
	}
	for combo := range combos {
		j.buf = append(j.buf[:0], t.text...)
		if !human {
			j.buf = appendText(j.buf[:0], t.text, settings(p.Options, combo))
		}
		h := xxh3.Hash(j.buf)
		first, ok := j.first[h]
		switch {
		case !ok:
			j.first[h] = product
		case first != product:
			if e := (edge{product, first}); len(j.edges) == 0 || j.edges[len(j.edges)-1] != e {
				j.edges = append(j.edges, e)
			}
		}
	}
}

// families returns for each of n products the one that stands for its family.
func families(n int, edges []edge, asin func(i int) string) []int32 {
	u := newUnion(n)
	for _, e := range edges {
		u.join(e.a, e.b)
	}
	return u.representatives(func(a, b int32) bool { return asin(int(a)) < asin(int(b)) })
}

// union is a union-find structure over numbers.
type union []int32

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = int32(i)
	}
	return u
}

// find returns the root of the set that i is in.
func (u union) find(i int32) int32 {
	for u[i] != i {
		u[i] = u[u[i]]
		i = u[i]
	}
	return i
}

func (u union) join(a, b int32) { u[u.find(a)] = u.find(b) }

// representatives returns for every number the least one of its set.
func (u union) representatives(less func(a, b int32) bool) []int32 {
	least := make([]int32, len(u))
	for i := range least {
		least[i] = -1
	}
	for i := range u {
		if r := u.find(int32(i)); least[r] < 0 || less(int32(i), least[r]) {
			least[r] = int32(i)
		}
	}
	out := make([]int32, len(u))
	for i := range u {
		out[i] = least[u.find(int32(i))]
	}
	return out
}
