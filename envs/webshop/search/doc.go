// Package search is WebShop's search engine: ranked retrieval over product
// texts that gives the documents, the order and the scores that Lucene 8.11
// with BM25 (k1 = 0.9, b = 0.4) gives, at a fraction of the time.
//
// A text becomes terms in five steps ([Tokenizer]): segmentation by UAX #29,
// removal of the English possessive, lower-casing, removal of 33 stop words,
// and Porter's stemmer. A query is the bag of its terms; a document's score is
// the sum of the terms' BM25 weights in Lucene's single-precision arithmetic;
// equal scores are ordered by ASIN.
//
// A [Builder] turns documents into an [Index], in memory for small catalogues
// or as a file for large ones. [Open] maps such a file, so that a process that
// finds the file there starts at once and shares it with its neighbours. An
// Index never changes; any number of goroutines may search it.
//
// The package does not know products, pages or sessions. What text a product
// is found by is the caller's choice.
package search
