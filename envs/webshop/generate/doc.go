// Package generate makes WebShop catalogues that anyone may use: products with
// titles, texts, options, prices and attributes, and the instructions that go
// with them, in the schema of the original's data files.
//
// A catalogue is a function of a seed, and product i does not depend on how many
// products there are: a small catalogue is the beginning of a large one.
//
// The shelves are crowded on purpose. Products come in blocks of one kind whose
// members share most of their words and differ in attributes, options or price,
// some attributes stand only in the bullets or in the description, and the
// options that a customer asks for are on several products but not on all. So
// the first search result is often wrong, and reading pays.
package generate
